"""openevals (and LangSmith): JSON Lines of what an evaluator takes.

openevals has no file format: its evaluators are functions of ``inputs``, ``outputs`` and
``reference_outputs``. A row holds these, and ``metadata``, where LangSmith keeps it, with the whole case.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from evals.cases import Case
from evals.formats import answers
from evals.formats.case_format import Imported, Wanted
from evals.formats.reading import KEPT, Reading, Row, whole
from evals.formats.telling import as_wording, proof, reference
from evals.results import CaseResult

_RUN: Final = "daogou_run"
_KNOWN: Final = frozenset(["inputs", "outputs", "reference_outputs", "context", "metadata", "id"])
_TEXT_KEYS: Final = ("question", "input", "query", "text", "message", "content", "answer", "output", "reference")


class OpenEvals:
    """Rows whose values are the arguments of an openevals evaluator."""

    name = "openevals"
    suffix = ".jsonl"

    def export(self, cases: Sequence[Case], wanted: Wanted) -> dict[str, bytes]:
        """Write one row a case; a dialogue's ``inputs`` and ``outputs`` are lists of messages."""
        rows = [_row(case, wanted.answers.get(case.id)) for case in cases]
        lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
        return {f"{wanted.stem}{self.suffix}": lines.encode()}

    def read(self, path: Path, shop: str | None) -> Imported:
        """Read rows of evaluator arguments, or LangSmith examples (``inputs``, ``outputs``, ``metadata``)."""
        reading = Reading(path, shop)
        for row in reading.rows():
            metadata = row.values.get("metadata")
            if isinstance(metadata, Mapping) and metadata.get(KEPT):
                case = row.kept(metadata[KEPT])
                if case is not None:
                    row.unchanged(_row(case, None), ("inputs", "reference_outputs"))
            else:
                _read_foreign(row)
        return reading.finished()


def _row(case: Case, result: CaseResult | None) -> dict[str, Any]:
    single = len(case.turns) == 1
    asked: Any = case.turns[0].text
    if not single:
        asked = {"messages": [{"role": "user", "content": turn.text} for turn in case.turns]}
    row: dict[str, Any] = {"inputs": asked}
    if result is not None and answers.said(result.last) is not None:
        row["outputs"] = answers.said(result.last) if single else {"messages": _messages(result)}
        row["context"] = "\n\n".join(answers.quotes(result.last))
    elif (settled := proof(case)) is not None:
        row["context"] = settled
    if (told := reference(case)) is not None:
        row["reference_outputs"] = told
    metadata: dict[str, Any] = {KEPT: whole(case)}
    return row | {"metadata": metadata | ({_RUN: answers.told(result)} if result is not None else {})}


def _messages(result: CaseResult) -> list[dict[str, str]]:
    messages: list[dict[str, str]] = []
    for turn in result.turns:
        messages.append({"role": "user", "content": turn.text})
        if (said := answers.said(turn)) is not None:
            messages.append({"role": "assistant", "content": said})
    return messages


def _read_foreign(row: Row) -> None:
    expect: dict[str, Any] = {}
    # A LangSmith example calls the reference `outputs`; an evaluator's row has it apart.
    key = "reference_outputs" if "reference_outputs" in row.values else "outputs"
    given = row.values.get(key)
    told = _text(given)
    if told is not None:
        expect["action"] = "answer"
    wording = as_wording(told) if told is not None else None
    if wording is not None:
        expect["must_say"] = [[wording]]
    elif given not in (None, "", {}, []):
        row.unmapped(key, given, "prose that no deterministic scorer can look for" if told else "is no text")
    row.unmapped_fields(_KNOWN)
    if metadata := row.values.get("metadata"):
        row.unmapped("metadata", metadata, "has no place in a case")
    context = row.values.get("context")
    source = {"file": "context", "quote": context} if isinstance(context, str) and context.strip() else None
    row.name = row.text("id") or row.name
    turns = _turns(row)
    if turns is not None:
        row.add(turns, expect, source=source)


def _turns(row: Row) -> list[str] | None:
    given = row.values.get("inputs")
    messages = given.get("messages") if isinstance(given, Mapping) else given
    if isinstance(messages, list) and all(isinstance(one, Mapping) for one in messages):
        return [str(one.get("content") or "") for one in messages if one.get("role", one.get("type")) in _SHOPPER]
    text = _text(given)
    if text is None:
        row.problem("inputs", "is neither text, nor messages, nor an object with one text")
        return None
    return [text]


_SHOPPER: Final = ("user", "human")


def _text(value: Any) -> str | None:
    if isinstance(value, str):
        return value or None
    if not isinstance(value, Mapping):
        return None
    texts = {key: one for key, one in value.items() if isinstance(one, str) and one}
    if len(texts) == 1:
        return next(iter(texts.values()))
    return next((texts[key] for key in _TEXT_KEYS if key in texts), None)
