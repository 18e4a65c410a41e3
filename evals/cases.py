"""A case: what a shopper says, and what a right answer must be. Read from JSONL or CSV.

The schema is told in ``data/evals/cases/README.md``. An unknown key or column is an error: a
mistyped expectation would else be one that nobody judges.
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, field_validator, model_validator

from assistant.reply import Action
from knowledge.errors import Invalid
from knowledge.text import language_of

Category = Literal[
    "answers",
    "retrieval",
    "size",
    "comparison",
    "orders",
    "bargaining",
    "escalation",
    "cross_lingual",
    "dialogues",
    "safety",
]
LangCode = Literal["zh", "en"]
Words = Annotated[str, StringConstraints(min_length=1, pattern=r"\S")]
_PROBLEMS_TOLD: Final = 20


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Context(_Model):
    """Where the shopper is: ``product`` is the handle of the page."""

    product: Words | None = None


class OrderState(_Model):
    """The end state of an order enquiry, or the range of a bargain's price, both ends included."""

    order_no: str | None = None
    verified: bool | None = None
    status: str | None = None
    product: str | None = None
    price_min: float | None = None
    price_max: float | None = None


class Expect(_Model):
    """What a right reply is. A key that is not set is not judged; see `judges`."""

    action: tuple[Action, ...] = ()
    must_say: tuple[tuple[Words, ...], ...] = ()
    must_not_say: tuple[Words, ...] = ()
    products: tuple[Words, ...] = ()
    documents: tuple[Words, ...] = ()
    size: str | None = None
    order: OrderState | None = None
    lang: LangCode | None = None

    @field_validator("action", mode="before")
    @classmethod
    def _one_or_several(cls, value: Any) -> Any:
        return (value,) if isinstance(value, str) else value

    @field_validator("must_say", mode="before")
    @classmethod
    def _alternatives(cls, value: Any) -> Any:
        return [[entry] if isinstance(entry, str) else entry for entry in value] if isinstance(value, list) else value

    def judges(self, key: str) -> bool:
        """Tell whether this key was written: ``size: null`` is an expectation, no ``size`` is none."""
        return key in self.model_fields_set


class Turn(_Model):
    """A shopper's message; its own ``expect`` judges the reply to it."""

    text: Words
    context: Context | None = None
    expect: Expect | None = None

    @property
    def page_product(self) -> str | None:
        return self.context.product if self.context else None


class CaseSource(_Model):
    """The words of the shop's file that prove the case."""

    file: Words
    quote: Words


class Case(_Model):
    """One case; ``expect`` judges the reply to the last turn."""

    id: Words
    shop: Words
    lang: LangCode
    category: Category
    turns: Annotated[tuple[Turn, ...], Field(min_length=1)]
    expect: Expect
    tags: tuple[Words, ...] = ()
    source: CaseSource | None = None
    pair: Words | None = None
    note: str | None = None

    @model_validator(mode="after")
    def _last_turn_has_one_expectation(self) -> Case:
        if self.turns[-1].expect is not None:
            raise ValueError("the last turn is judged by the case's own expect")
        return self

    def expectations(self) -> Iterator[tuple[int, Expect]]:
        """Yield each judged turn's number with what is expected of the reply to it."""
        for number, turn in enumerate(self.turns[:-1]):
            if turn.expect is not None:
                yield number, turn.expect
        yield len(self.turns) - 1, self.expect


def read_cases(path: Path, shop: str | None = None) -> tuple[Case, ...]:
    """Read a file of cases.

    Args:
        path: ``.jsonl`` (one object a line) or ``.csv`` (columns in the package's README).
        shop: The shop of the cases that do not name one.

    Raises:
        Invalid: The file cannot be used; every problem is told with its row and field (``usage_bad_cases``).
    """
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise Invalid(f"{path}: {error}", code="usage_bad_cases") from error
    problems: list[str] = []
    raw = _csv_rows(text, path.stem, problems) if path.suffix.lower() == ".csv" else _json_rows(text, problems)
    cases: list[Case] = []
    first_row: dict[str, int] = {}
    for row, values in raw:
        try:
            case = Case.model_validate({**({"shop": shop} if shop else {}), **values})
        except ValidationError as error:
            problems += [f"row {row}, {_place(problem)}: {problem['msg']}" for problem in error.errors()]
            continue
        if first_row.setdefault(case.id, row) != row:
            problems.append(f"row {row}, id: {case.id!r} is that of row {first_row[case.id]} too")
        cases.append(case)
    if not problems and not cases:
        problems.append("the file has no cases")
    if problems:
        more = len(problems) - _PROBLEMS_TOLD
        told = [*problems[:_PROBLEMS_TOLD], *([f"… and {more} more"] if more > 0 else [])]
        raise Invalid(f"{path.name}: " + "\n  ".join(["cannot be used", *told]), code="usage_bad_cases")
    return tuple(cases)


def _place(problem: Mapping[str, Any]) -> str:
    return ".".join(str(part) for part in problem["loc"]) or "case"


def _json_rows(text: str, problems: list[str]) -> list[tuple[int, dict[str, Any]]]:
    rows: list[tuple[int, dict[str, Any]]] = []
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            value = json.loads(line)
        except json.JSONDecodeError as error:
            problems.append(f"row {number}, character {error.colno}: {error.msg}")
            continue
        if isinstance(value, dict):
            rows.append((number, value))
        else:
            problems.append(f"row {number}: not a JSON object")
    return rows


_COLUMNS: Final = frozenset(
    [
        "id",
        "shop",
        "lang",
        "category",
        "text",
        "product",
        "action",
        "must_say",
        "must_not_say",
        "products",
        "documents",
        "size",
        "reply_lang",
        "tags",
        "source_file",
        "source_quote",
    ]
)


def _csv_rows(text: str, stem: str, problems: list[str]) -> list[tuple[int, dict[str, Any]]]:
    """Read the merchant's form: one row a turn; rows that repeat an id go on with the same dialogue."""
    reader = csv.DictReader(io.StringIO(text, newline=""))
    header = [str(name).strip().lower() for name in reader.fieldnames or ()]
    reader.fieldnames = header
    unknown = [name for name in header if name not in _COLUMNS]
    if unknown or "text" not in header:
        what = f"unknown column {', '.join(map(repr, unknown))}" if unknown else "column 'text' is missing"
        problems.append(f"row 1: {what}; the columns are {', '.join(sorted(_COLUMNS))}")
        return []
    found: dict[str, tuple[int, dict[str, Any]]] = {}
    for record in reader:
        row = reader.line_num
        if None in record:
            problems.append(f"row {row}: more cells than columns; quote a cell that holds a comma")
            continue
        cells = {name: (value or "").strip() for name, value in record.items()}
        if not any(cells.values()):
            continue
        key = cells.get("id") or f"{stem}-{row}"
        turn: dict[str, Any] = {"text": cells["text"]}
        if cells.get("product"):
            turn["context"] = {"product": cells["product"]}
        if key in found:
            values = found[key][1]
            # What the row before expected was meant for its own turn.
            values["turns"][-1]["expect"] = values.pop("expect")
            values["turns"].append(turn)
            values["expect"] = _csv_expect(cells)
        else:
            found[key] = (row, _csv_case(key, cells, turn))
    return list(found.values())


def _csv_case(key: str, cells: Mapping[str, str], turn: dict[str, Any]) -> dict[str, Any]:
    values: dict[str, Any] = {
        "id": key,
        "lang": cells.get("lang") or language_of(cells["text"]),
        "category": cells.get("category") or "answers",
        "turns": [turn],
        "expect": _csv_expect(cells),
        "tags": _several(cells.get("tags", "")),
    }
    if cells.get("shop"):
        values["shop"] = cells["shop"]
    if cells.get("source_file") or cells.get("source_quote"):
        values["source"] = {"file": cells.get("source_file", ""), "quote": cells.get("source_quote", "")}
    return values


def _csv_expect(cells: Mapping[str, str]) -> dict[str, Any]:
    expect: dict[str, Any] = {}
    if cells.get("action"):
        expect["action"] = _several(cells["action"].replace("|", ";"))
    if cells.get("must_say"):
        expect["must_say"] = [[a.strip() for a in e.split("|") if a.strip()] for e in _several(cells["must_say"])]
    for key in ("must_not_say", "products", "documents"):
        if cells.get(key):
            expect[key] = _several(cells[key])
    if cells.get("size"):
        expect["size"] = None if cells["size"].casefold() in ("none", "null", "无") else cells["size"]
    if cells.get("reply_lang"):
        expect["lang"] = cells["reply_lang"]
    return expect


def _several(cell: str) -> list[str]:
    return [part.strip() for part in cell.replace("；", ";").split(";") if part.strip()]
