"""The promotions file: each entry is judged on its own, so that one mistake costs one entry."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Final, TypeVar

from pydantic import AfterValidator, AliasChoices, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from knowledge.catalog import Source
from knowledge.importing.cell_error import CellError
from knowledge.importing.cells import AMOUNT_LIMIT, KEY_LIMIT, read_day, tidy
from knowledge.importing.currencies import CURRENCIES
from knowledge.importing.issues import Notes
from knowledge.importing.json_lines import lines_in
from knowledge.importing.reader import Content, Context, Reader, Reading
from knowledge.importing.report import Kind
from knowledge.importing.row_reader import RowError
from knowledge.money import Money
from knowledge.promotions import BargainRule, BargainTerms, BargainWho, Coupon, CouponType, Promotions

_HUNDRED: Final = Decimal(100)


def _text(value: object) -> object:
    return tidy(str(value), KEY_LIMIT) if isinstance(value, str | int) and not isinstance(value, bool) else value


def _day(value: object) -> object:
    try:
        return read_day(value) if isinstance(value, str) else value
    except CellError:
        raise ValueError("not a date such as 2025-11-30") from None


Text = Annotated[str, BeforeValidator(_text), Field(min_length=1)]
Amount = Annotated[Decimal, Field(ge=0, lt=AMOUNT_LIMIT)]
Day = Annotated[date, BeforeValidator(_day)]


class _Model(BaseModel):
    model_config = ConfigDict(extra="ignore", allow_inf_nan=False)


def _rising(steps: tuple[Decimal, ...]) -> tuple[Decimal, ...]:
    if not steps or list(steps) != sorted(set(steps)) or steps[0] <= 0 or steps[-1] != 1:
        raise ValueError("not shares that rise from above 0 to 1, such as [0.5, 0.8, 1]")
    return steps


Steps = Annotated[tuple[Decimal, ...], Field(max_length=10), AfterValidator(_rising)]


class _Rules(_Model):
    never_below_floor: bool = True
    stack_with_coupon: bool = False
    one_bargain_per_order: bool = True
    bargain_steps: Steps = BargainTerms().steps
    bargain_budget: Amount | None = None
    bargain_expires: Day | None = None
    bargain_offer_hours: int = Field(default=24, ge=1, le=24 * 30)
    bargain_who: BargainWho = BargainWho.EVERYONE
    bargains_per_customer: int | None = Field(default=None, ge=0)
    bargain_days: int = Field(default=30, ge=1, le=3650)

    def terms(self) -> BargainTerms:
        return BargainTerms(
            self.bargain_steps,
            self.bargain_budget,
            self.bargain_expires,
            self.bargain_offer_hours,
            self.bargain_who,
            self.bargains_per_customer,
            self.bargain_days,
        )


class _Bargain(_Model):
    product: Text = Field(validation_alias=AliasChoices("product_handle", "product_sku", "product", "handle", "sku"))
    list_price: Amount
    floor_price: Amount
    max_discount_pct: Decimal | None = None
    steps: Steps | None = None
    budget: Amount | None = None
    expires: Day | None = None


class _Coupon(_Model):
    code: Text
    type: CouponType
    amount: Decimal | None = None
    percent: Decimal | None = None
    min_spend: Amount | None = None
    expires: Day | None = None
    budget_total: Amount | None = None
    budget_remaining: Amount | None = None
    per_customer: int | None = Field(default=None, ge=0)
    excludes_sale_items: bool = False


M = TypeVar("M", bound=_Model)


def _parsed(model: type[M], entry: object, place: str, notes: Notes) -> M:
    try:
        return model.model_validate(entry)
    except ValidationError as error:
        for found in error.errors()[:3]:
            where = ".".join([place, *(str(part) for part in found["loc"])])
            notes.add("entry_invalid", field=where, value=str(found["input"]), reason=found["msg"])
        raise RowError("entry_invalid") from None


def _percent(value: Decimal | None, place: str, notes: Notes) -> Decimal:
    if value is None or not 0 < value <= _HUNDRED:
        notes.add("percent_out_of_range", field=place, value=str(value))
        raise RowError("percent_out_of_range")
    return value


def _bargain(entry: object, place: str, currency: str, notes: Notes) -> BargainRule:
    given = _parsed(_Bargain, entry, place, notes)
    if given.list_price <= 0:
        notes.add("amount_not_positive", field=f"{place}.list_price", value=str(given.list_price))
        raise RowError("amount_not_positive")
    if given.floor_price > given.list_price:
        notes.add("floor_above_list", field=place, value=str(given.floor_price), other=given.list_price)
        raise RowError("floor_above_list")
    # Without a percentage the floor alone is the limit.
    down_to_floor = (given.list_price - given.floor_price) / given.list_price * _HUNDRED
    percent = down_to_floor.quantize(Decimal("0.01")) if given.max_discount_pct is None else given.max_discount_pct
    if percent != 0:
        percent = _percent(percent, f"{place}.max_discount_pct", notes)
    return BargainRule(
        given.product,
        Money(given.list_price, currency),
        Money(given.floor_price, currency),
        percent,
        given.steps,
        given.budget,
        given.expires,
    )


def _coupon(entry: object, place: str, currency: str, notes: Notes) -> Coupon:
    given = _parsed(_Coupon, entry, place, notes)
    if given.type is CouponType.PERCENT_OFF:
        value = _percent(given.percent, f"{place}.percent", notes)
    elif given.amount is None or not 0 < given.amount < AMOUNT_LIMIT:
        notes.add("amount_not_positive", field=f"{place}.amount", value=str(given.amount))
        raise RowError("amount_not_positive")
    else:
        value = given.amount
    return Coupon(
        code=given.code,
        type=given.type,
        value=value,
        min_spend=Money(given.min_spend, currency) if given.min_spend else None,
        expires=given.expires,
        budget_total=given.budget_total,
        budget_remaining=given.budget_remaining,
        per_customer=given.per_customer,
        excludes_sale_items=given.excludes_sale_items,
    )


def _entries(given: dict[str, Any], key: str, notes: Notes) -> list[Any]:
    entries = given.get(key, [])
    if isinstance(entries, list):
        return entries
    notes.add("entry_invalid", field=key, value=str(entries), reason="not a list")
    return []


def _read(content: Content, context: Context, notes: Notes) -> Reading:
    given = content.json if isinstance(content.json, dict) else {}
    currency = tidy(str(given.get("currency") or context.shop.currency), 10).upper()
    if currency not in CURRENCIES:
        notes.add("currency_unknown", field="currency", value=currency)
        return Reading(rejected=1, keys_lost=True)
    rejected = 0
    rules = _Rules()
    try:
        rules = _parsed(_Rules, given.get("rules") or {}, "rules", notes)
    except RowError:
        rejected += 1
    bargains: dict[str, BargainRule] = {}
    coupons: dict[str, Coupon] = {}
    for key in ("bargain", "coupons"):
        lines = lines_in(content.text, key)
        for index, entry in enumerate(_entries(given, key, notes)):
            place, line = f"{key}[{index}]", lines[index] if index < len(lines) else None
            try:
                if key == "bargain":
                    rule = replace(_bargain(entry, place, currency, notes), source_row=line)
                    _once(bargains, rule.product, rule, place, notes)
                else:
                    coupon = replace(_coupon(entry, place, currency, notes), source_row=line)
                    _once(coupons, coupon.code, coupon, place, notes)
            except RowError:
                rejected += 1
    no_bargain = tuple(dict.fromkeys(tidy(str(key), KEY_LIMIT) for key in _entries(given, "no_bargain", notes)))
    promotions = Promotions(
        currency=currency,
        never_below_floor=rules.never_below_floor,
        stack_with_coupon=rules.stack_with_coupon,
        one_bargain_per_order=rules.one_bargain_per_order,
        terms=rules.terms(),
        bargains=tuple(bargains.values()),
        no_bargain=no_bargain,
        coupons=tuple(coupons.values()),
        as_of=context.now,
        source=Source(content.name),
    )
    return Reading((promotions,), rejected)


T = TypeVar("T")


def _once(found: dict[str, T], key: str, value: T, place: str, notes: Notes) -> None:
    if key.casefold() in (known.casefold() for known in found):
        notes.add("key_repeated", field=place, value=key)
        raise RowError("key_repeated")
    found[key] = value


def _recognises(content: Content) -> bool:
    return isinstance(content.json, dict) and bool({"bargain", "no_bargain", "coupons"} & content.json.keys())


READER: Final = Reader(Kind.PROMOTION, "promotions", _recognises, _read)
