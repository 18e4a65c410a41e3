"""schema.org products as the items of a feed: an item per variant, or per offer where offers are the variants."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from knowledge.importing.assembly import handle_from
from knowledge.importing.feed_fields import label
from knowledge.importing.feed_item import Item, Pair, item_of, said, shared_pairs
from knowledge.importing.json_ld_nodes import PRODUCTS, Graph, Node, graph_of, text_of, types_of, values_of
from knowledge.text import language_of

_GTINS: Final = ("gtin", "gtin13", "gtin14", "gtin12", "gtin8", "isbn")
_FORMER: Final = ("listprice", "strikethroughprice", "srp", "msrp", "regularprice")
_DIMENSIONS: Final = {
    "color": "color", "suggestedgender": "gender", "suggestedage": "age_group", "size": "size", "material": "material",
    "pattern": "pattern",
}  # fmt: skip
_MEASURES: Final = ("weight", "width", "height", "depth", "length")
# UN/CEFACT Common Codes that shops use for measures.
_UNITS: Final = {"GRM": "g", "KGM": "kg", "LBR": "lb", "ONZ": "oz", "CMT": "cm", "MMT": "mm", "MTR": "m", "INH": "in",
                 "FOT": "ft", "LTR": "l", "MLT": "ml"}  # fmt: skip


def items_of(parsed: object, currency: str) -> Iterator[Item]:
    """Yield the items of every product in a JSON-LD value.

    Args:
        parsed: The value.
        currency: The shop's, for a price whose currency is not said.
    """
    graph = graph_of(parsed)
    reader = _Products(graph, currency)
    groups = [(where, node) for where, node in graph.nodes if "productgroup" in types_of(node)]
    inside = {id(v) for _, node in groups for v in reader.variants_of(node)}
    for where, node in groups:
        yield from reader.of_group(node, where)
    for where, node in graph.nodes:
        if types_of(node) & PRODUCTS and "productgroup" not in types_of(node) and id(node) not in inside:
            yield from reader.of_product(node, where)


class _Products:
    def __init__(self, graph: Graph, currency: str) -> None:
        self._graph = graph
        self._currency = currency
        self._seen: dict[tuple[str, str], Node] = {}

    def variants_of(self, group: Node) -> list[Node]:
        found = (self._graph.resolved(value) for value in values_of(group.get("hasVariant")))
        return [node for node in found if isinstance(node, Mapping)]

    def of_group(self, group: Node, where: str) -> Iterator[Item]:
        variants = self.variants_of(group)
        if not variants:
            yield from self.of_product(group, where)
            return
        shared = [*shared_pairs(self._described(group)), ("group_title", text_of(group.get("name")))]
        handle = _first(group, "productGroupID", "sku", "productID", "mpn") or handle_from(text_of(group.get("name")))
        varying = {_DIMENSIONS.get(_name(v), "") for v in values_of(group.get("variesBy"))}
        for number, variant in enumerate(variants):
            place = f"{where}.hasVariant[{number}]".lstrip(".")
            yield from self._offered(variant, handle, place, shared, varying)

    def of_product(self, node: Node, where: str) -> Iterator[Item]:
        parent = self._graph.resolved(next(iter(values_of(node.get("isVariantOf"))), None))
        shared: list[Pair] = []
        handle = text_of(node.get("inProductGroupWithID"))
        if isinstance(parent, Mapping):
            handle = handle or _first(parent, "productGroupID", "sku", "productID", "@id")
            shared = [*shared_pairs(self._described(parent)), ("group_title", text_of(parent.get("name")))]
        yield from self._offered(node, handle, where, shared, set())

    def _offered(self, node: Node, handle: str, where: str, shared: list[Pair], varying: set[str]) -> Iterator[Item]:
        own = _first(node, "sku", "productID", "mpn", *_GTINS) or handle_from(text_of(node.get("name")) or where)
        described = self._described(node)
        offers, ranged = self._offers(node)
        several = len({_first(o, "sku", "name", "mpn") for o in offers}) == len(offers) > 1 and not handle
        for number, offer in enumerate(offers if several else offers[:1] or [{}]):
            pairs: list[Pair] = [("id", _first(offer, "sku", "mpn", "name") if several else own)]
            if several:
                pairs += [("group", own), ("group_title", text_of(node.get("name")))]
                name = text_of(offer.get("name"))
                title = text_of(node.get("name"))
                version = label("version", language_of(title))
                pairs += [("options", {version: name.removeprefix(title).strip(" -–/")})] if name else []
            elif handle:
                pairs.append(("group", handle))
            pairs += self._offer(offer)
            pairs += [("price_range", ranged)] if ranged else []
            if varying & {"color", "size"}:
                pairs += [("options", {name: v}) for name, v in described if name in varying and said(v)]
            taken = {name for name, value in pairs if said(value)}
            pairs += [(name, value) for name, value in described if name not in taken]
            taken = {name for name, value in pairs if said(value)}
            pairs += [(name, value) for name, value in shared if name not in taken]
            if self._is_new(handle or own, pairs, offer or node):
                yield item_of(pairs, None, f"{where}{f'.offers[{number}]' if several else ''}.".lstrip("."))

    def _is_new(self, handle: str, pairs: list[Pair], node: Node) -> bool:
        """Tell whether the page says it for the first time: two plug-ins often write the same product."""
        key = (handle, said(pairs[0][1]))
        return self._seen.setdefault(key, node) is node or self._seen[key] != node

    def _described(self, node: Node) -> list[Pair]:
        images = [image for value in values_of(node.get("image")) if (image := self._address(value))]
        brand = self._graph.resolved(next(iter(values_of(node.get("brand") or node.get("manufacturer"))), None))
        audience = next((a for a in values_of(node.get("audience")) if isinstance(a, Mapping)), {})
        rating = node.get("aggregateRating")
        pairs: list[Pair] = [
            ("title", text_of(node.get("name"))),
            ("description", text_of(node.get("description"))),
            ("link", self._address(node.get("url"))),
            ("image", images[0] if images else ""),
            ("images", images[1:]),
            ("brand", text_of(brand)),
            ("gtin", _first(node, *_GTINS)),
            ("mpn", _first(node, "mpn", "model")),
            ("type", [text for value in values_of(node.get("category")) if (text := text_of(value))]),
            ("color", ", ".join(text for v in values_of(node.get("color")) if (text := text_of(v)))),
            ("material", ", ".join(text for v in values_of(node.get("material")) if (text := text_of(v)))),
            ("pattern", text_of(node.get("pattern"))),
            ("gender", _name(audience.get("suggestedGender")) or text_of(node.get("gender"))),
            ("age_group", text_of(audience.get("suggestedAge"))),
            ("details", [*_properties(node), *_measures(node)]),
        ]
        if (weight := node.get("weight")) is not None:
            pairs.append(("weight", _measure(weight)))
        if isinstance(rating, Mapping):
            pairs += [("rating", text_of(rating.get("ratingValue"))),
                      ("reviews", text_of(rating.get("reviewCount") or rating.get("ratingCount")))]  # fmt: skip
        return [*pairs, *_size(node.get("size"))]

    def _address(self, value: object) -> str:
        found = self._graph.resolved(next(iter(values_of(value)), None))
        if isinstance(found, Mapping):
            return text_of(found.get("url") or found.get("contentUrl") or found.get("@id"))
        return text_of(found)

    def _offers(self, node: Node) -> tuple[list[Node], str]:
        """Return the offers, and the range of prices where the page says nothing more exact."""
        found: list[Node] = []
        ranged = ""
        for value in values_of(node.get("offers")):
            offer = self._graph.resolved(value)
            if not isinstance(offer, Mapping):
                continue
            if "aggregateoffer" not in types_of(offer) and "lowPrice" not in offer:
                found.append(offer)
                continue
            inner = [self._graph.resolved(one) for one in values_of(offer.get("offers"))]
            if nodes := [one for one in inner if isinstance(one, Mapping)]:
                found += nodes
                continue
            low, high = text_of(offer.get("lowPrice")), text_of(offer.get("highPrice"))
            if high and high != low:
                ranged = f"{low}–{high} {text_of(offer.get('priceCurrency')) or self._currency}"
                found.append({name: v for name, v in offer.items() if name != "price"})
            else:
                found.append({**offer, "price": low or offer.get("price")})
        return found, ranged

    def _offer(self, offer: Node) -> list[Pair]:
        currency = text_of(offer.get("priceCurrency"))
        price = text_of(offer.get("price"))
        listed = ""
        for spec in values_of(offer.get("priceSpecification")):
            if not isinstance(spec, Mapping):
                continue
            currency = currency or text_of(spec.get("priceCurrency"))
            if _name(spec.get("priceType")) in _FORMER:
                listed = listed or text_of(spec.get("price"))
            elif not price and "referenceQuantity" not in spec:
                price = text_of(spec.get("price"))
        stock = text_of(offer.get("inventoryLevel"))
        pairs: list[Pair] = [
            ("price", price), ("list_price", listed), ("currency", currency), ("quantity", stock),
            ("availability", text_of(offer.get("availability")) or self._address(offer.get("availability"))),
            ("condition", _condition(offer.get("itemCondition"))), ("link", self._address(offer.get("url"))),
            ("gtin", _first(offer, *_GTINS)), ("available_from", text_of(offer.get("availabilityStarts"))),
        ]  # fmt: skip
        return [(name, value) for name, value in pairs if said(value)]


def _first(node: Node, *names: str) -> str:
    return next((text for name in names if (text := text_of(node.get(name)))), "")


def _name(value: object) -> str:
    """Return the last part of ``https://schema.org/size``."""
    text = text_of(value)
    if not text and isinstance(value, Mapping):
        text = text_of(value.get("@id"))
    return text.rstrip("/").rpartition("/")[2].casefold()


def _condition(value: object) -> str:
    return _name(value).removesuffix("condition")


def _size(value: object) -> Iterator[Pair]:
    """Yield the size, its system and its group, as text or as SizeSpecification."""
    for one in values_of(value)[:1]:
        yield "size", text_of(one)
        if isinstance(one, Mapping):
            system = _name(next(iter(values_of(one.get("sizeSystem"))), None)).removeprefix("wearablesizesystem")
            yield "size_system", system.upper()
            group = _name(next(iter(values_of(one.get("sizeGroup"))), None)).removeprefix("wearablesizegroup")
            yield "size_type", group


def _properties(node: Node) -> list[object]:
    found: list[object] = []
    for value in values_of(node.get("additionalProperty")):
        if isinstance(value, Mapping):
            unit = text_of(value.get("unitText")) or _UNITS.get(text_of(value.get("unitCode")), "")
            said_value = ", ".join(text for v in values_of(value.get("value")) if (text := text_of(v)))
            name = text_of(value.get("name")) or text_of(value.get("propertyID"))
            found.append({"attribute_name": name, "attribute_value": f"{said_value} {unit}".strip()})
    return found


def _measures(node: Node) -> list[object]:
    return [
        {"attribute_name": name.capitalize(), "attribute_value": measure}
        for name in _MEASURES
        if name != "weight" and (measure := _measure(node.get(name)))
    ]


def _measure(value: object) -> str:
    if isinstance(value, Mapping):
        unit = text_of(value.get("unitText")) or _UNITS.get(text_of(value.get("unitCode")), "")
        return f"{text_of(value.get('value'))} {unit}".strip()
    return text_of(value)
