"""Who a shopper is, when the shop's own page vouches for it with a signature.

The shop knows who is logged in; its server signs that with a secret that it shares with us, and the
page passes it on when the conversation starts. Nothing that a browser can change is believed.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from knowledge.errors import Forbidden

# Fields that the signature covers, in this order.
SIGNED: Final = ("id", "email", "phone")
# A signature that is good for longer would outlive a log-out; a shop makes a new one with each page.
LONGEST_SECONDS: Final = 24 * 3600
# Under this key the verified identity is kept with the contact. What a client sends is flat, so it
# cannot send one.
KEPT_AS: Final = "identity"


@dataclass(frozen=True, slots=True)
class Identity:
    """A shopper whom the shop has vouched for; at least one field is set."""

    id: str | None = None
    email: str | None = None
    phone: str | None = None

    @property
    def key(self) -> str:
        """Return what tells this person from others within a shop, for limits per customer."""
        name, value = next((name, getattr(self, name)) for name in SIGNED if getattr(self, name))
        return f"{name}:{str(value).casefold()}"

    def as_json(self) -> dict[str, str]:
        return {name: value for name in SIGNED if (value := getattr(self, name))}


def signature_of(secret: str, shop_id: str, contact: Mapping[str, Any], expires: int) -> str:
    """Return the signature, in 64 hex digits.

    HMAC-SHA256 over six lines joined by ``\\n``: ``daogou-identity-v1``, shop, id, e-mail, phone,
    and the expiry in Unix seconds; a field that is not given is an empty line.
    """
    fields = [str(contact.get(name) or "") for name in SIGNED]
    signed = "\n".join(["daogou-identity-v1", shop_id, *fields, str(expires)])
    return hmac.new(secret.encode(), signed.encode(), hashlib.sha256).hexdigest()


def verified_identity(secret: str | None, shop_id: str, contact: Mapping[str, Any], now: datetime) -> Identity | None:
    """Return who is vouched for; None when the contact carries no signature.

    Raises:
        Forbidden: It carries one that does not hold (``identity_not_verified``): wrong, expired, good
            for too long, over nothing, or the shop has no secret. Which of these is told to nobody.
    """
    given = contact.get("signature")
    if given is None:
        return None
    expires = contact.get("expires")
    usable = isinstance(given, str) and isinstance(expires, int) and not isinstance(expires, bool)
    named = [str(contact[name]) for name in SIGNED if contact.get(name)]
    # A line break within a field could make two contacts sign alike.
    plain = bool(named) and not any("\n" in value for value in named)
    seconds = now.astimezone(UTC).timestamp()
    in_time = usable and seconds < int(expires or 0) <= seconds + LONGEST_SECONDS
    expected = signature_of(secret or "", shop_id, contact, int(expires or 0)) if usable else ""
    same = hmac.compare_digest(expected.encode(), str(given).strip().lower().encode())
    if not (secret and plain and in_time and same):
        raise Forbidden("The signature of the contact does not hold.", code="identity_not_verified")
    return Identity(**{name: str(contact[name]) for name in SIGNED if contact.get(name)})


def kept_identity(contact: Mapping[str, Any]) -> Identity | None:
    """Return the identity that was verified when the conversation started."""
    kept = contact.get(KEPT_AS)
    return Identity(**kept) if isinstance(kept, Mapping) and kept else None
