"""Shops for a run: the shipped ones imported into a home of their own, once for each state of their files."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

from evals.shipped import SHIPPED_CLOCK, shop_folders
from knowledge.catalog import ShopId
from knowledge.database import Database
from knowledge.errors import NotFound
from knowledge.home import Home
from knowledge.importing.run import files_in, import_paths


def folder_hash(folder: Path) -> str:
    """Return a SHA-256 over the names and bytes of the files that an import reads, in 64 hex digits."""
    digest = hashlib.sha256()
    for path, name in files_in([folder]):
        content = path.read_bytes()
        digest.update(f"{name}\0{len(content)}\0".encode())
        digest.update(content)
    return digest.hexdigest()


def sandbox(home: Home, shops: Iterable[str]) -> Home:
    """Return a home under ``home`` for shipped shops, named by what their files hold.

    A shop imported by the user under the same name is not touched, and a changed file means a fresh
    import, so that no run measures a state that the files do not have.

    Raises:
        NotFound: One of them does not ship (``shop_not_found``).
    """
    digest = hashlib.sha256()
    for shop in sorted(set(shops)):
        digest.update(f"{shop}\0{folder_hash(shipped_shop(shop))}\n".encode())
    path = home.path / "evals" / "shops" / digest.hexdigest()[:16]
    # The shops' day, unless the caller froze another; never the user's database.
    clock = home.settings.clock or SHIPPED_CLOCK
    settings = home.settings.model_copy(update={"database_url": None, "clock": clock})
    return Home.at(path, home.migrate, settings)


def shipped_shop(shop: str) -> Path:
    """Return the folder of a shop that ships.

    Raises:
        NotFound: There is none of this name (``shop_not_found``).
    """
    folder = shop_folders().get(shop)
    if folder is None:
        raise NotFound(f"There is no shop {shop!r}: import it first.", code="shop_not_found")
    return folder


async def import_shipped(home: Home, database: Database, shops: Iterable[str]) -> None:
    """Import the shops with their vectors; what is there already costs next to nothing.

    Always, because an import that was killed leaves a shop that is there and not whole.

    Raises:
        NotFound: One of them does not ship (``shop_not_found``).
    """
    from knowledge.retrieval.embedding import embed_missing  # loads the encoders
    from knowledge.retrieval.models import search_models

    for shop in sorted(set(shops)):
        await import_paths(
            database, None, ShopId(shop), [shipped_shop(shop)], clock=home.clock, ids=home.ids, replace=False
        )
        await embed_missing(database, ShopId(shop), models=search_models(home.settings))
