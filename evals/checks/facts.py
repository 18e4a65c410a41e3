"""What a shop's files really say, as a case is held against it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain
from pathlib import Path, PurePosixPath

from evals.sources import shop_sources
from evals.wording import folded, numbers_in
from knowledge.catalog import Product, ShopId
from knowledge.database import Database
from knowledge.importing.run import files_in
from knowledge.orders import Order
from knowledge.promotions import Promotions
from knowledge.size_charts import SizeChart, chart_for
from knowledge.store import KnowledgeStore

_SPACE = re.compile(r"\s+")
_MARKUP = re.compile(r"<[^>]+>|\*\*|`")


@dataclass(frozen=True, slots=True)
class Said:
    """A piece of the shop's text as wordings are looked for in it, with the numbers in it."""

    text: str
    numbers: frozenset[str]

    @classmethod
    def of(cls, text: str) -> Said:
        return cls(folded(_MARKUP.sub("", in_one_form(text))), frozenset(numbers_in(text)))


@dataclass(frozen=True, slots=True)
class ShopFacts:
    """One shop.

    Attributes:
        files: Text of every file by its path within the shop; of a shop without its folder at hand
            only the documents, as the database keeps them.
        complete: Whether ``files`` are all of them.
        products: By handle, unpublished ones too.
        product_texts: All that is said of a product, folded, by handle.
        orders: Those that the cases name, by the number as the case writes it.
        written: All that was imported, in one folded text.
        lines: Of every file line by line, for what must be said.
        imported: Of all that was imported, line by line.
    """

    files: Mapping[str, str] = field(default_factory=dict)
    complete: bool = True
    products: Mapping[str, Product] = field(default_factory=dict)
    product_texts: Mapping[str, str] = field(default_factory=dict)
    charts: tuple[SizeChart, ...] = ()
    orders: Mapping[str, Order] = field(default_factory=dict)
    promotions: Promotions | None = None
    written: str = ""
    lines: Mapping[str, tuple[Said, ...]] = field(default_factory=dict)
    imported: tuple[Said, ...] = ()

    def path_of(self, name: str) -> str | None:
        """Return a file's path by itself, or by its bare name when only one file has it."""
        if name in self.files:
            return name
        named = [path for path in self.files if PurePosixPath(path).name == name]
        return named[0] if len(named) == 1 else None

    @property
    def all_lines(self) -> Iterator[Said]:
        """Every line of the files, and of what was imported of them."""
        return chain(*self.lines.values(), self.imported)

    def has_document(self, name: str) -> bool:
        wanted = PurePosixPath(name).name
        return any(PurePosixPath(path).name == wanted for path in self.files)

    def sizes_of(self, handle: str | None) -> list[str]:
        """Return the sizes of a product's chart; of all charts without a product."""
        product = self.products.get(handle or "")
        if product is None:
            return [row.size for chart in self.charts for row in chart.rows]
        chart = chart_for(product, self.charts)
        return [row.size for row in chart.rows] if chart else []


async def shop_facts(database: Database, shop: str, orders: Iterable[str], folder: Path | None) -> ShopFacts:
    """Read a shop.

    Args:
        database: Into which its files were imported.
        shop: Its id.
        orders: Numbers of the orders that the cases name.
        folder: Its files; None for a shop of which only the database is at hand.

    Raises:
        NotFound: The database has no such shop (``shop_not_found``).
    """
    store, shop_id = KnowledgeStore(database), ShopId(shop)
    await store.shop(shop_id)
    sources = await shop_sources(database, shop)
    found = {number: await store.order(shop_id, number) for number in orders}
    files = _texts(folder) if folder is not None else sources.documents
    return ShopFacts(
        files,
        folder is not None,
        {str(product.handle): product for product in (await store.products(shop_id)).values()},
        sources.products,
        await store.size_charts(shop_id),
        {number: order for number, order in found.items() if order is not None},
        await store.promotions(shop_id),
        sources.written,
        {name: _lines(text) for name, text in files.items()},
        _lines(sources.written),
    )


def _lines(text: str) -> tuple[Said, ...]:
    return tuple(Said.of(line) for line in text.split("\n") if line.strip())


def _texts(folder: Path) -> dict[str, str]:
    return {name: path.read_text("utf-8-sig", errors="replace") for path, name in files_in([folder])}


def in_one_form(text: str) -> str:
    """Return a text as quotes are compared: NFKC, runs of white space as one space; case counts.

    A doubled quotation mark, as CSV writes one inside a cell, counts as one.
    """
    return _SPACE.sub(" ", unicodedata.normalize("NFKC", text).replace('""', '"')).strip()
