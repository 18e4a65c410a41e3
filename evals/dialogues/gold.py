"""Whether a scenario still agrees with the shop's files: what it quotes, names and expects is there."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from evals.cases import Expect, OrderState
from evals.dialogues.scenario import Goal, Scenario

Row = dict[str, str]


@dataclass(frozen=True)
class ShopFiles:
    """A shop's folder, read when asked."""

    folder: Path
    _texts: dict[str, str | None] = field(default_factory=dict)

    def text(self, name: str) -> str | None:
        """Return the text of a file, None when it is not there or would lie outside of the folder."""
        if name not in self._texts:
            path = (self.folder / name).resolve()
            inside = path.is_relative_to(self.folder.resolve()) and path.is_file()
            self._texts[name] = path.read_text("utf-8-sig") if inside else None
        return self._texts[name]

    def _rows(self, name: str) -> list[Row]:
        text = self.text(name)
        return [dict(row) for row in csv.DictReader(io.StringIO(text, newline=""))] if text is not None else []

    @cached_property
    def handles(self) -> frozenset[str]:
        """Keys of the products: every cell of the feed, of which handles and SKUs are some."""
        return frozenset(cell for row in self._rows("products.csv") for cell in row.values() if isinstance(cell, str))

    @cached_property
    def sizes(self) -> frozenset[str]:
        return frozenset(row.get("size") or "" for row in self._rows("size_charts.csv"))

    @cached_property
    def orders(self) -> dict[str, Row]:
        rows = self._rows("orders.csv")
        return {row.get("order_no") or row.get("order_number") or "": row for row in rows}

    @cached_property
    def floors(self) -> dict[str, float]:
        """Lowest price by product of those that may be bargained for."""
        text = self.text("promotions.json")
        listed: list[dict[str, Any]] = json.loads(text).get("bargain", []) if text else []
        return {str(one.get("product_handle") or one.get("product_sku")): float(one["floor_price"]) for one in listed}


def contradiction(scenario: Scenario, files: ShopFiles) -> str | None:
    """Return in what a scenario contradicts the shop's files, in words; None where it does not."""
    return next(_problems(scenario, files), None)


def _problems(scenario: Scenario, files: ShopFiles) -> Iterator[str]:
    for number, goal in enumerate(scenario.agenda(), 1):
        yield from (f"goal {number}: {problem}" for problem in _goal(goal, files))
    if scenario.end.order is not None:
        yield from _order(scenario.end.order, files)
    deal = scenario.end.deal
    if deal is not None:
        floor = files.floors.get(deal.product)
        if floor is None:
            yield f"{deal.product} cannot be bargained for any more"
        elif deal.price_min < floor:
            yield f"a price of {deal.price_min:g} is right by the scenario, and below the floor of {floor:g}"


def _goal(goal: Goal, files: ShopFiles) -> Iterator[str]:
    text = files.text(goal.source.file)
    if text is None:
        yield f"there is no file {goal.source.file}"
    elif goal.source.quote not in text:
        yield f"{goal.source.file} does not say “{goal.source.quote}” any more"
    page = goal.context.product if goal.context else None
    yield from (f"there is no product {handle}" for handle in _named(goal.expect, page) if handle not in files.handles)
    for name in goal.expect.documents:
        if files.text(name if "/" in name else f"documents/{name}") is None:
            yield f"there is no document {name}"
    if goal.expect.size is not None and goal.expect.size not in files.sizes:
        yield f"no size chart has a size {goal.expect.size}"
    if goal.expect.order is not None:
        yield from _order(goal.expect.order, files)


def _named(expect: Expect, page: str | None) -> list[str]:
    of_order = expect.order.product if expect.order else None
    return [handle for handle in (*expect.products, of_order, page) if handle is not None]


def _order(state: OrderState, files: ShopFiles) -> Iterator[str]:
    if state.order_no is None:
        return
    row = files.orders.get(state.order_no)
    if row is None:
        yield f"there is no order {state.order_no}"
    elif state.status is not None and row.get("status") != state.status:
        yield f"order {state.order_no} is {row.get('status')!r}, not {state.status!r}"
