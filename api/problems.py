"""Errors on the wire: RFC 9457 problem details with a stable ``code``."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from sqlalchemy.exc import OperationalError
from starlette.exceptions import HTTPException

from knowledge.errors import Conflict, DaogouError, Forbidden, Invalid, NotFound, Unauthorized, Unavailable

logger = logging.getLogger(__name__)

STATUS: Final[Mapping[type[DaogouError], int]] = {
    NotFound: 404,
    Invalid: 422,
    Unauthorized: 401,
    Forbidden: 403,
    Conflict: 409,
    Unavailable: 503,
}

# Of errors that the framework raises. Python has renamed some of its own names, ours are stable.
HTTP_CODES: Final[Mapping[int, str]] = {
    400: "bad_request",
    404: "not_found",
    405: "method_not_allowed",
    413: "body_too_large",
}


def problem(
    status: int,
    code: str,
    detail: str,
    *,
    retryable: bool = False,
    headers: Mapping[str, str] | None = None,
    **more: Any,
) -> JSONResponse:
    """Return the error as ``application/problem+json``."""
    content = {
        "type": f"urn:daogou:problem:{code}",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "detail": detail,
        "code": code,
        "retryable": retryable,
        **more,
    }
    extra = dict(headers or {})
    if status == HTTPStatus.UNAUTHORIZED:
        extra["WWW-Authenticate"] = "Bearer"
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        extra["Retry-After"] = "1"
    return JSONResponse(content, status, extra, media_type="application/problem+json")


def status_of(error: DaogouError) -> int:
    """Return the HTTP status of an error of ours."""
    return next((STATUS[kind] for kind in type(error).__mro__ if kind in STATUS), 500)


async def _ours(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, DaogouError)
    return problem(status_of(error), error.code, error.message, retryable=error.retryable)


async def _not_as_asked(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    wrong = [{"field": field_of(one["loc"]), "message": message_of(one)} for one in error.errors()]
    detail = "; ".join(f"{one['field']}: {one['message']}" for one in wrong)
    return problem(422, "invalid_request", detail, errors=wrong)


def field_of(location: Sequence[Any]) -> str:
    """Return ``parts.0.text`` for ``("body", "parts", 0, "text")``."""
    path = [str(step) for step in location[1:]]
    return ".".join(path) or str(location[0])


def message_of(error: Mapping[str, Any]) -> str:
    """Return what a validation error says, without the framework's prefix."""
    return str(error["msg"]).removeprefix("Value error, ")


async def _http(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    code = HTTP_CODES.get(error.status_code, "http_error")
    return problem(error.status_code, code, str(error.detail), headers=error.headers)


async def _database_is_away(_request: Request, error: Exception) -> JSONResponse:
    logger.error("The database did not answer", exc_info=error)
    return problem(503, "database_unavailable", "The database does not answer now.", retryable=True)


async def _unexpected(_request: Request, error: Exception) -> JSONResponse:
    logger.error("A request failed", exc_info=error)
    return problem(500, "internal_error", "Something went wrong in the server.", retryable=True)


def install(app: FastAPI) -> None:
    """Answer every error of this application as a problem."""
    app.add_exception_handler(DaogouError, _ours)
    app.add_exception_handler(RequestValidationError, _not_as_asked)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(OperationalError, _database_is_away)
    app.add_exception_handler(Exception, _unexpected)
