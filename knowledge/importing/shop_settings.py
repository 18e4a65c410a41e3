"""What is said of the shop itself: by the caller, by a profile file, and by what is known already."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from knowledge.catalog import Shop
from knowledge.importing.reader import ShopProfile


@dataclass(frozen=True, slots=True)
class ShopDefaults:
    """What the caller says of the shop; it goes before what a profile file or the database says."""

    name: str | None = None
    locale: str | None = None
    currency: str | None = None
    timezone: str | None = None


NO_DEFAULTS: Final = ShopDefaults()


def with_defaults(shop: Shop, defaults: ShopDefaults) -> Shop:
    """Return the shop as the caller says it is."""
    return replace(
        shop,
        name=defaults.name or shop.name,
        locale=defaults.locale or shop.locale,
        currency=defaults.currency or shop.currency,
        timezone=defaults.timezone or shop.timezone,
    )


def with_profile(shop: Shop, profile: ShopProfile) -> Shop:
    """Return the shop as its profile says it is; what the profile leaves out stays."""
    return replace(
        shop,
        name=profile.name or shop.name,
        locale=profile.locale or shop.locale,
        currency=profile.currency or shop.currency,
        timezone=profile.timezone or shop.timezone,
        greeting=profile.greeting if profile.greeting is not None else shop.greeting,
        freshness=profile.freshness if profile.freshness is not None else shop.freshness,
        policy=profile.policy if profile.policy is not None else shop.policy,
    )
