"""Fit reports: what was worn, by whom, and how it sat."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from decimal import Decimal
from typing import Final

from knowledge.catalog import Source
from knowledge.fit_reports import Fit, KeptReport, Wearer
from knowledge.importing.cells import KEY_LIMIT, NAME_LIMIT
from knowledge.importing.headers import Columns, match, plain
from knowledge.importing.issues import Notes
from knowledge.importing.reader import Content, Context, Reader, Reading
from knowledge.importing.report import Kind
from knowledge.importing.row_reader import RowError, RowReader
from knowledge.importing.table import Table
from knowledge.importing.worn_measures import MeasureColumn, measure_column, read_measure
from knowledge.text import fold

ALIASES: Final = {
    "report_id": ("report no", "review id", "reviewid", "评价id", "评价编号", "编号"),
    "product": ("product handle", "handle", "product id", "item id", "item", "商品", "商品编号", "商品id", "商品名称",
                "货号"),
    "variant": ("variant sku", "sku", "sku编码", "规格编码"),
    "size": ("size label", "size bought", "purchased size", "尺码", "码数", "购买尺码"),
    "fit": ("fit feedback", "fits", "合身度", "尺码反馈", "合身", "大小反馈", "尺码感受"),
    "shopper": ("shopper id", "user id", "customer id", "customer", "customer email", "email", "buyer", "用户",
                "用户id", "买家", "会员", "买家id"),
    "unit": ("units", "单位"),
    "body_type": ("body type", "figure", "体型", "身材"),
}  # fmt: skip
_WORDS: Final = {
    Fit.SMALL: "small, too small, runs small, a bit small, slightly small, tight, too tight, snug, "
    "偏小, 小, 小了, 太小, 有点小, 紧, 偏紧, 紧了, 太紧",
    Fit.FITS: "fit, fits, fits well, true to size, perfect, just right, as expected, good, "
    "合适, 合身, 刚好, 正好, 正合适, 适合, 标准, 合脚, 正码",
    Fit.LARGE: "large, too large, big, too big, runs large, a bit large, slightly large, loose, too loose, "
    "偏大, 大, 大了, 太大, 有点大, 松, 偏松, 松了, 太松, 宽松",
}
_BY_WORD: Final = {word.strip(): fit for fit, words in _WORDS.items() for word in words.split(",")}
# Old and young enough; what lies outside is a year of birth or a slip.
_AGES: Final = (Decimal(1), Decimal(110))
_AGE: Final = frozenset(["age", "年龄"])


def fit_named(text: str) -> Fit | None:
    """Return the fit of the merchant's word, such as ``Runs small`` or 偏大; None for any other word."""
    return _BY_WORD.get(" ".join(re.sub(r"[_\-]+", " ", fold(text)).split()).strip(" .!。！"))


def digest(text: str) -> str:
    """Return what stands for a shopper: enough to tell that two reports are hers, and no address."""
    return hashlib.sha256(fold(text).strip().encode()).hexdigest()[:16]


class _Report:
    """Reads the rows of one file."""

    def __init__(self, content: Content, context: Context, columns: Columns) -> None:
        self._content, self._context = content, context
        self._measures = [found for column in columns.unknown if (found := measure_column(column))]
        self._ages = [column for column in columns.unknown if plain(column) in _AGE]
        taken = {one.column for one in self._measures} | set(self._ages)
        self.unused = [column for column in columns.unknown if column not in taken]
        self._alike: Counter[str] = Counter()

    def of(self, row: RowReader) -> KeptReport:
        product, variant, size = row.key("product"), row.key("variant"), row.text("size", 60)
        if not (product or variant):
            raise row.reject("value_missing", "product")
        if not (size or variant):
            raise row.reject("value_missing", "size")
        said = row.raw("fit")
        if not said.strip():
            raise row.reject("value_missing", "fit")
        fit = fit_named(said)
        if fit is None:
            raise row.reject("value_unknown", "fit", said, choices="small, fits, large")
        wearer = self._wearer(row)
        # A SKU says more than a product's name: it names the size as well.
        named = product if size and product else variant
        known = self._context.known_products
        if known and fold(named) not in known:
            row.note("fit_product_unknown", "product" if named == product else "variant", named)
        return KeptReport(
            self._context.shop.id,
            row.key("report_id") or self._content_key(named, size, fit, wearer),
            named,
            size,
            fit,
            wearer,
            self._context.now,
            Source(self._content.name, row.line),
        )

    def _wearer(self, row: RowReader) -> Wearer:
        unit = fold(row.raw("unit")).strip(" .")
        numbers = {}
        for column in self._measures:
            if (value := self._measure(row, column, unit)) is not None:
                numbers[column.measure.value] = value
        for name in self._ages:
            if (age := self._age(row, name)) is not None:
                numbers["age_years"] = age
        shopper = row.raw("shopper").strip()
        figure = row.text("body_type", NAME_LIMIT)
        return Wearer(digest(shopper) if shopper else None, numbers, {"body_type": fold(figure)} if figure else {})

    def _measure(self, row: RowReader, column: MeasureColumn, unit: str) -> float | None:
        raw = row.row[column.column]
        if not raw.strip():
            return None
        value = read_measure(raw, column, unit)
        if value is None:
            row.note("measure_left_out", column.column, raw)
            return None
        return float(value)

    def _age(self, row: RowReader, column: str) -> float | None:
        digits = re.fullmatch(r"\s*(\d{1,3})(?:\.0)?\s*岁?\s*", row.row[column])
        return float(digits[1]) if digits and _AGES[0] <= Decimal(digits[1]) <= _AGES[1] else None

    def _content_key(self, product: str, size: str, fit: Fit, wearer: Wearer) -> str:
        said = [product, size, int(fit), wearer.shopper, dict(wearer.numbers), dict(wearer.traits)]
        content = hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:32]
        self._alike[content] += 1
        # Two buyers may say the very same; the same file imported again says nothing new.
        return f"{content}-{self._alike[content]}"


def _read(content: Content, context: Context, notes: Notes) -> Reading:
    table = content.table or Table((), ())
    columns = match(table.columns, ALIASES)
    reader = _Report(content, context, columns)
    if reader.unused:
        notes.add("columns_unused", value=", ".join(reader.unused)[:KEY_LIMIT])
    reports: dict[str, KeptReport] = {}
    rejected, lost = table.misshapen, table.misshapen
    rejected_keys: set[str] = set()
    for row in (RowReader(row, columns, context, notes) for row in table.rows):
        try:
            report = reader.of(row)
            if report.key in reports:
                raise row.reject("key_repeated", "report_id", report.key)
            reports[report.key] = report
        except RowError:
            rejected += 1
            key = row.raw("report_id").strip()
            rejected_keys |= {key} - {""}
            lost += not key
    return Reading(tuple(reports.values()), rejected, frozenset(rejected_keys), lost > 0)


def _recognises(content: Content) -> bool:
    if content.table is None:
        return False
    columns = match(content.table.columns, ALIASES)
    if "fit" not in columns or not ("product" in columns or "variant" in columns):
        return False
    if not ("size" in columns or "variant" in columns):
        return False
    # A catalog may have a column called Fit too, with "Relaxed" or a paragraph in it.
    said = [cell for row in content.table.rows[:50] if (cell := row[columns["fit"]].strip())]
    return bool(said) and sum(fit_named(cell) is not None for cell in said) * 2 >= len(said)


READER: Final = Reader(Kind.FIT_REPORT, "fit_reports", _recognises, _read)
