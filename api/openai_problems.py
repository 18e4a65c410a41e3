"""Errors in OpenAI's shape, on the routes that speak its protocol."""

from __future__ import annotations

import logging
from collections.abc import Callable, Coroutine
from typing import Any, Final

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute
from sqlalchemy.exc import OperationalError
from starlette.exceptions import HTTPException

from api.problems import HTTP_CODES, field_of, message_of, status_of
from knowledge.errors import DaogouError

logger = logging.getLogger(__name__)

_TYPES: Final = {401: "authentication_error", 403: "permission_error", 409: "conflict_error"}


def error_json(status: int, code: str, message: str, param: str | None = None) -> dict[str, Any]:
    """Return an error as OpenAI's clients read it."""
    kind = _TYPES.get(status, "server_error" if status >= 500 else "invalid_request_error")
    return {"error": {"message": message, "type": kind, "param": param, "code": code}}


def told(error: Exception) -> tuple[int, dict[str, Any]]:
    """Return the HTTP status and the body of any error of a request."""
    if isinstance(error, DaogouError):
        # What we call 422 is 400 there.
        status = {422: 400}.get(status_of(error), status_of(error))
        field, colon, _ = error.message.partition(":")
        return status, error_json(status, error.code, error.message, field if colon and field.isidentifier() else None)
    if isinstance(error, RequestValidationError):
        wrong = [(field_of(one["loc"]), message_of(one)) for one in error.errors()]
        message = "; ".join(f"{field}: {problem}" for field, problem in wrong)
        return 400, error_json(400, "invalid_request", message, wrong[0][0] if wrong else None)
    if isinstance(error, HTTPException):
        code = HTTP_CODES.get(error.status_code, "http_error")
        return error.status_code, error_json(error.status_code, code, str(error.detail))
    logger.error("A chat completion failed", exc_info=error)
    if isinstance(error, OperationalError):
        return 503, error_json(503, "database_unavailable", "The database does not answer now.")
    return 500, error_json(500, "internal_error", "Something went wrong in the server.")


class OpenAIRoute(APIRoute):
    """A route whose every error has OpenAI's shape."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler with its errors told."""
        inner = super().get_route_handler()

        async def handler(request: Request) -> Response:
            try:
                return await inner(request)
            except Exception as error:
                status, body = told(error)
                headers = {401: {"WWW-Authenticate": "Bearer"}, 503: {"Retry-After": "1"}}.get(status)
                return JSONResponse(body, status, headers)

        return handler
