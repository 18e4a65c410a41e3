"""The signature under every request to a shop's order API, and how the shop checks it."""

from __future__ import annotations

import hashlib
import hmac
from typing import Final

TIMESTAMP_HEADER: Final = "Daogou-Timestamp"
SIGNATURE_HEADER: Final = "Daogou-Signature"
# Clocks differ by seconds; a recorded request must not be good for an hour.
TOLERANCE_SECONDS: Final = 300


def signature(secret: str, timestamp: int, method: str, target: str, body: bytes) -> str:
    """Return ``v1=`` and 64 hex digits.

    HMAC-SHA256 over five lines joined by ``\\n``: ``daogou-orders-v1``, the timestamp in Unix
    seconds, the method in capitals, path and query as sent, and the SHA-256 of the body in hex.
    """
    digest = hashlib.sha256(body).hexdigest()
    signed = "\n".join(["daogou-orders-v1", str(timestamp), method.upper(), target, digest])
    return "v1=" + hmac.new(secret.encode(), signed.encode(), hashlib.sha256).hexdigest()


def is_signed(
    secret: str, timestamp: str | None, given: str | None, method: str, target: str, body: bytes, now_seconds: float
) -> bool:
    """Tell whether a request was signed with the secret a short while ago; for the shop's side."""
    if not timestamp or not timestamp.isascii() or not timestamp.isdigit() or not given:
        return False
    if abs(now_seconds - int(timestamp)) > TOLERANCE_SECONDS:
        return False
    return hmac.compare_digest(signature(secret, int(timestamp), method, target, body).encode(), given.encode())
