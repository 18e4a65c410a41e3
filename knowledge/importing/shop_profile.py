"""The shop's own profile, and what its locale, currency and timezone may be."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final
from zoneinfo import available_timezones

from knowledge.freshness import Freshness, Group, Limit, read_limit
from knowledge.importing.cells import NAME_LIMIT, tidy
from knowledge.importing.currencies import CURRENCIES
from knowledge.importing.issues import Notes
from knowledge.importing.reader import Content, Context, Reader, Reading, ShopProfile
from knowledge.importing.report import Kind
from knowledge.service_policy import ServicePolicy, read_policy
from knowledge.text import language_of

_KEYS: Final = frozenset(["id", "name", "locale", "currency", "timezone", "greeting", "freshness", "handoff"])
_LOCALE: Final = re.compile(r"[a-zA-Z]{2,3}(-[A-Za-z]{4})?(-[A-Za-z]{2}|-\d{3})?")
_GREETING_LIMIT: Final = 1_000


def is_locale(text: str) -> bool:
    """Whether the text has the form of a BCP 47 tag of language, script and region."""
    return _LOCALE.fullmatch(text) is not None


def is_currency(text: str) -> bool:
    """Whether the text is an ISO 4217 code in circulation."""
    return text in CURRENCIES


def is_timezone(text: str) -> bool:
    """Whether the text is an IANA timezone."""
    return text in available_timezones()


def _greeting(value: object) -> dict[str, str] | None:
    if isinstance(value, str) and value.strip():
        return {language_of(value): value.strip()[:_GREETING_LIMIT]}
    if isinstance(value, dict):
        return {
            str(lang).casefold().split("-")[0]: text.strip()[:_GREETING_LIMIT]
            for lang, text in value.items()
            if isinstance(text, str) and text.strip()
        }
    return None


def _freshness(given: object, notes: Notes) -> Freshness | None:
    """Return the limits of a profile; None when it does not speak of them, so that those in force stay."""
    if given is None:
        return None
    if not isinstance(given, dict):
        given = {Group.EVERYTHING.value: given}
    limits: dict[Group, Limit] = {}
    for name, wanted in given.items():
        limit = read_limit(wanted)
        if name in list(Group) and limit is not None:
            limits[Group(name)] = limit
        else:
            choices = '"price": "2 days", "stock": {"after": "6 hours", "then": "leave_out"}, "order", "everything"'
            notes.add("profile_invalid", field=f"freshness.{name}", value=str(wanted), choices=choices)
    return Freshness(limits)


def _policy(given: object, notes: Notes) -> ServicePolicy | None:
    """Return when the shop wants a person; None when the profile does not say, so that what is in force stays."""
    if given is None:
        return None
    policy, unusable = read_policy(given)
    for name, value in unusable:
        choices = '"wrong_answer_costs": 20, "handoff_costs": 4, "orders_above": 3000, "topics": [{"name", "phrases"}]'
        notes.add("profile_invalid", field=f"handoff.{name}", value=str(value), choices=choices)
    return policy


def _read(content: Content, context: Context, notes: Notes) -> Reading:
    given = content.json if isinstance(content.json, dict) else {}

    def usable(key: str, accepts: Callable[[str], bool], example: str) -> str | None:
        value = given.get(key)
        if value is None:
            return None
        text = tidy(value, NAME_LIMIT) if isinstance(value, str) else ""
        if text and accepts(text):
            return text
        notes.add("profile_invalid", field=key, value=str(value), choices=example)
        return None

    if isinstance(given.get("id"), str) and given["id"] != context.shop.id:
        notes.add("profile_other_shop", field="id", value=given["id"])
    profile = ShopProfile(
        name=usable("name", bool, "Harbor & Lane"),
        locale=usable("locale", is_locale, "en-US, zh-CN"),
        currency=usable("currency", is_currency, "USD, CNY"),
        timezone=usable("timezone", is_timezone, "America/New_York, Asia/Shanghai"),
        greeting=_greeting(given.get("greeting")),
        freshness=_freshness(given.get("freshness"), notes),
        policy=_policy(given.get("handoff"), notes),
    )
    return Reading((profile,))


def _recognises(content: Content) -> bool:
    if not isinstance(content.json, dict):
        return False
    known = _KEYS & content.json.keys()
    return "name" in known and len(known & {"locale", "currency", "timezone", "greeting", "freshness"}) >= 1


READER: Final = Reader(Kind.SHOP, "shop_profile", _recognises, _read)
