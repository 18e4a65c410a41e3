"""Whom a shop vouches for: the signature must be of this shop, this person and this hour."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.orders.identity import KEPT_AS, Identity, kept_identity, signature_of, verified_identity
from knowledge.errors import Forbidden
from tests.library import AT

SECRET, SHOP = "a secret of the shop", "maple"
NOW = int(AT.timestamp())
WHO = {"id": "c-7", "email": "lin@example.com"}


def signed(who: dict[str, Any], expires: int = NOW + 600, secret: str = SECRET, shop: str = SHOP) -> dict[str, Any]:
    return {**who, "expires": expires, "signature": signature_of(secret, shop, who, expires)}


def test_a_signature_that_holds_says_who_it_is() -> None:
    found = verified_identity(SECRET, SHOP, {**signed(WHO), "name": "Lin"}, AT)
    assert found == Identity("c-7", "lin@example.com")
    assert found is not None
    assert kept_identity({KEPT_AS: found.as_json()}) == found


def test_without_a_signature_nobody_is_vouched_for_whatever_the_contact_says() -> None:
    assert verified_identity(SECRET, SHOP, WHO, AT) is None
    assert kept_identity(WHO) is None
    assert kept_identity({KEPT_AS: "c-7"}) is None


@pytest.mark.parametrize(
    ("contact", "secret"),
    [
        ({**signed(WHO), "email": "eve@example.com"}, SECRET),
        ({**signed(WHO), "phone": "13800000000"}, SECRET),
        ({**signed(WHO), "expires": NOW + 601}, SECRET),
        (signed(WHO, expires=NOW), SECRET),
        (signed(WHO, expires=NOW + 30 * 24 * 3600), SECRET),
        (signed(WHO, shop="other"), SECRET),
        (signed(WHO, secret="another secret 12"), SECRET),
        (signed(WHO), None),
        (signed(WHO, secret=""), None),
        (signed({}), SECRET),
        (signed({"id": "c-7\n", "email": ""}), SECRET),
        ({**WHO, "signature": "", "expires": NOW + 600}, SECRET),
        ({**WHO, "signature": "ü" * 64, "expires": True}, SECRET),
        ({**WHO, "signature": 7}, SECRET),
    ],
)
def test_a_signature_that_does_not_hold_is_refused_in_the_same_words(
    contact: dict[str, Any], secret: str | None
) -> None:
    with pytest.raises(Forbidden, match="does not hold") as refused:
        verified_identity(secret, SHOP, contact, AT)
    assert refused.value.code == "identity_not_verified"


def test_fields_cannot_be_shifted_into_each_other() -> None:
    one = signature_of(SECRET, SHOP, {"id": "a", "email": "b"}, NOW)
    assert one != signature_of(SECRET, SHOP, {"id": "ab"}, NOW)
    assert one != signature_of(SECRET, SHOP, {"email": "a", "phone": "b"}, NOW)
