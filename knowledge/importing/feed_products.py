"""Feeds give an item per variant; those of one group become a product."""

from __future__ import annotations

from collections.abc import Iterable

from knowledge.catalog import Product
from knowledge.importing.assembly import Skus
from knowledge.importing.attributes import attribute_name
from knowledge.importing.feed_group import CUSTOM_OPTION, FeedGroup
from knowledge.importing.feed_item import Item, ItemReader
from knowledge.importing.issues import Notes
from knowledge.importing.reader import Content, Context, Reading
from knowledge.importing.row_reader import RowError


def products_of(
    items: Iterable[Item], content: Content, context: Context, notes: Notes, *, lost: int = 0, incomplete: bool = False
) -> Reading:
    """Build the products of a feed.

    Args:
        items: In the order of the file; they are fetched one by one.
        content: Names the file.
        context: The shop, its currency and its day.
        notes: Where mistakes go.
        lost: Items that were rejected before they came here.
        incomplete: The file breaks off, so what it does not hold is no sign that it was removed. Broken markup,
            noted while the items are fetched, counts as well.
    """
    grouping = _Grouping(context, notes)
    for item in items:
        grouping.add(item)
    grouping.tell_others()
    products: list[Product] = []
    rejected = lost + grouping.lost + grouping.repeated
    rejected_keys: set[str] = set()
    skus = Skus()
    hidden = 0
    for handle, rows in grouping.groups.items():
        group = FeedGroup(handle, rows, skus, context)
        try:
            product = group.read(content.name)
        except RowError:
            rejected_keys.add(handle)
            rejected += len(rows)
            continue
        products.append(product)
        rejected += group.rejected
        hidden += group.hidden
    if hidden:
        notes.add("feed_hidden", count=hidden)
    broken = any(issue.code in ("xml_broken", "xml_refused", "json_broken") for issue in notes.issues)
    keys_lost = lost + grouping.lost > 0 or incomplete or broken
    return Reading(tuple(products), rejected, frozenset(rejected_keys), keys_lost)


class _Grouping:
    """Brings the items of one product together, wherever in the feed they stand."""

    def __init__(self, context: Context, notes: Notes) -> None:
        self.groups: dict[str, list[ItemReader]] = {}
        self.lost = 0
        self.repeated = 0
        self._context = context
        self._notes = notes
        self._seen: set[tuple[str, str]] = set()
        self._others: dict[str, None] = {}

    def add(self, item: Item) -> None:
        row = ItemReader(item, self._context, self._notes)
        try:
            own = row.key("id")
            if not own:
                raise row.reject("value_missing", "id")
            group = row.key("group") or own
        except RowError:
            self.lost += 1
            return
        if (group, own) in self._seen:
            row.note("key_repeated", "id", own)
            self.repeated += 1
            return
        self._seen.add((group, own))
        self._others.update(dict.fromkeys(name for name, _ in item.others if not name.startswith(CUSTOM_OPTION)))
        self.groups.setdefault(group, []).append(row)

    def tell_others(self) -> None:
        """Note the fields that no alias knows, once for the whole feed."""
        kept = [name for name in self._others if attribute_name(name)]
        if kept:
            self._notes.add("columns_unknown", value=", ".join(kept))
        if unused := [name for name in self._others if not attribute_name(name)]:
            self._notes.add("columns_unused", value=", ".join(unused))
