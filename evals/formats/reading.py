"""Collects what a file gives: cases, problems and remarks, each with its row and field."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from evals.cases import Case
from evals.formats.case_format import Imported
from knowledge.errors import Invalid
from knowledge.text import language_of

# Where a whole case stands in a foreign record. What is written there wins over the record's own fields.
KEPT: Final = "daogou_case"
_PROBLEMS_TOLD: Final = 20
_CATEGORY: Final = "answers"


def whole(case: Case) -> dict[str, Any]:
    """Return a case as JSON that reads back to the same case; what was not set stays unset."""
    return case.model_dump(mode="json", exclude_unset=True)


class Row:
    """One record of a file.

    Args:
        reading: What the file has given so far.
        place: How a person finds it: ``row 3``.
        name: Identifies the case when the record has no id.
        values: The record.
    """

    def __init__(self, reading: Reading, place: str, name: str, values: Mapping[str, Any]) -> None:
        self._reading = reading
        self.place = place
        self.name = name
        self.values = values
        self._unmapped: list[str] = []
        self._tags: list[str] = []

    def again(self, name: str) -> Row:
        """Return the record for another case that it tells, with nothing kept so far."""
        return Row(self._reading, self.place, name, self.values)

    def text(self, key: str) -> str | None:
        """Return a field that must be text, None when it is absent or empty."""
        value = self.values.get(key)
        if value is None or value == "":
            return None
        if isinstance(value, str):
            return value
        if isinstance(value, int | float) and not isinstance(value, bool):
            return str(value)
        self.problem(key, f"is {type(value).__name__} instead of text")
        return None

    def texts(self, key: str) -> list[str]:
        """Return a field that must be a list of texts; a CSV cell holds it as JSON or Python."""
        value = self.values.get(key)
        value = listed(value) if isinstance(value, str) else value
        if value is None or value == "":
            return []
        if not isinstance(value, list) or not all(isinstance(one, str | int) for one in value):
            self.problem(key, "is not a list of texts")
            return []
        return [str(one) for one in value]

    def problem(self, where: str, told: str) -> None:
        self._reading.problems.append(f"{self.place}, {where}: {told}")

    def unmapped(self, name: str, value: Any, why: str) -> None:
        """Keep what no expectation can hold: it is told, tagged and put into the note."""
        shown = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
        self._reading.remarks[f"{self.place}, {name}: {why}; kept in the note"] = None
        self._unmapped.append(f"{name}: {shown}")
        self._tags.append("unmapped:" + "-".join(name.split()))

    def unmapped_fields(self, known: frozenset[str]) -> None:
        """Keep every other field that has a value."""
        for key, value in self.values.items():
            if key not in known and value not in (None, "", [], {}):
                self.unmapped(key, value, "has no place in a case")

    def add(self, turns: Sequence[str], expect: Mapping[str, Any], **more: Any) -> None:
        """Add a case that a foreign record tells.

        Args:
            turns: The shopper's messages, in order.
            expect: As in a file of cases.
            more: Further fields of the case; what is None or empty is left out.
        """
        spoken = [text for text in turns if text.strip()]
        if not spoken:
            self.problem("text", "the shopper says nothing")
            return
        values: dict[str, Any] = {"shop": self._reading.shop} if self._reading.shop else {}
        values |= {"id": self.name, "lang": language_of(spoken[-1]), "category": _CATEGORY}
        values |= {"turns": [{"text": text} for text in spoken], "expect": dict(expect)}
        values |= {key: value for key, value in more.items() if value}
        if self._unmapped:
            values["tags"] = [*values.get("tags", ()), *dict.fromkeys(self._tags)]
            values["note"] = "\n".join(filter(None, [values.get("note"), *self._unmapped]))
        self._reading.add(self.place, values)

    def kept(self, values: Any) -> Case | None:
        """Add the whole case that an export of ours has put into the record (a text is JSON), and return it."""
        if isinstance(values, str):
            try:
                values = json.loads(values)
            except json.JSONDecodeError as error:
                self.problem(KEPT, error.msg)
                return None
        if not isinstance(values, dict):
            self.problem(KEPT, "is not an object")
            return None
        return self._reading.add(self.place, values, inside=f"{KEPT}.")

    def unchanged(self, fresh: Mapping[str, Any], fields: Sequence[str]) -> None:
        """Refuse a record whose own fields were edited after the export: the case beside them would win."""
        for name in fields:
            if fresh.get(name) != self.values.get(name):
                told = f"was changed after the export: change {KEPT} too, or take it out to read the fields alone"
                self.problem(name, told)


class Reading:
    """What a file has given so far.

    Args:
        path: The file, for the messages and the ids.
        shop: The shop of cases that name none.
    """

    def __init__(self, path: Path, shop: str | None) -> None:
        self.path = path
        self.shop = shop
        self.problems: list[str] = []
        # In order, each once: a record may tell several cases.
        self.remarks: dict[str, None] = {}
        self._cases: list[Case] = []
        self._places: dict[str, str] = {}

    def add(self, place: str, values: Mapping[str, Any], inside: str = "") -> Case | None:
        try:
            case = Case.model_validate(values)
        except ValidationError as error:
            for one in error.errors():
                where = ".".join(map(str, one["loc"])) or "case"
                more = " (--shop names it)" if where == "shop" and one["type"] == "missing" else ""
                self.problems.append(f"{place}, {inside}{where}: {one['msg']}{more}")
            return None
        first = self._places.setdefault(case.id, place)
        if first != place:
            self.problems.append(f"{place}, id: {case.id!r} is that of {first} too")
            return None
        self._cases.append(case)
        return case

    def rows(self) -> Iterator[Row]:
        """Yield the records of a ``.jsonl``, ``.json`` (a list, or one object) or ``.csv`` file."""
        text = self.source()
        suffix = self.path.suffix.lower()
        found = _csv(text) if suffix == ".csv" else _json(text, lines=suffix in (".jsonl", ".ndjson"))
        for number, value in found:
            if isinstance(value, Mapping):
                yield Row(self, f"row {number}", f"{self.path.stem}-{number}", value)
            else:
                self.problems.append(f"row {number}: {value if isinstance(value, str) else 'not an object'}")

    def source(self) -> str:
        try:
            return self.path.read_text("utf-8-sig")
        except (OSError, UnicodeDecodeError) as error:
            raise Invalid(f"{self.path}: {error}", code="usage_bad_cases") from error

    def finished(self) -> Imported:
        """Return the cases.

        Raises:
            Invalid: Anything could not be used.
        """
        if not self.problems and not self._cases:
            self.problems.append("the file has no cases")
        if self.problems:
            more = len(self.problems) - _PROBLEMS_TOLD
            told = [*self.problems[:_PROBLEMS_TOLD], *([f"… and {more} more"] if more > 0 else [])]
            raise Invalid(f"{self.path.name}: " + "\n  ".join(["cannot be used", *told]), code="usage_bad_cases")
        return Imported(tuple(self._cases), tuple(self.remarks))


def _json(text: str, *, lines: bool) -> Iterator[tuple[int, Any]]:
    if not lines:
        try:
            whole_file = json.loads(text)
        except json.JSONDecodeError as error:
            yield error.lineno, f"character {error.colno}: {error.msg}"
            return
        yield from enumerate(whole_file if isinstance(whole_file, list) else [whole_file], 1)
        return
    for number, line in enumerate(text.split("\n"), 1):
        if line.strip():
            try:
                yield number, json.loads(line)
            except json.JSONDecodeError as error:
                yield number, f"character {error.colno}: {error.msg}"


def _csv(text: str) -> Iterator[tuple[int, Any]]:
    reader = csv.DictReader(io.StringIO(text, newline=""))
    reader.fieldnames = [str(name).strip() for name in reader.fieldnames or ()]
    for record in reader:
        if None in record:
            yield reader.line_num, "more cells than columns; quote a cell that holds a comma"
        elif any((value or "").strip() for value in record.values()):
            yield reader.line_num, {key: value or "" for key, value in record.items()}


def listed(cell: str) -> Any:
    """Return a list that a CSV cell holds: as JSON, as Python writes it, else the cell as the only entry."""
    import ast

    if not cell.lstrip().startswith("["):
        return [cell] if cell.strip() else []
    for read in (json.loads, ast.literal_eval):
        try:
            return read(cell)
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            continue
    return [cell]
