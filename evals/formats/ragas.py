"""ragas: JSON Lines for ``EvaluationDataset.from_jsonl``, one file of single turns and one of dialogues.

ragas takes one kind of sample in a dataset, and has no field for metadata: the whole case stands in
an extra key of the row, which ragas leaves out when it loads (and so loses when it saves).
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from evals.cases import Case
from evals.formats import answers
from evals.formats.case_format import Imported, Wanted
from evals.formats.reading import KEPT, Reading, Row, listed, whole
from evals.formats.telling import as_wording, context_ids, proof, reference
from evals.results import CaseResult

_RUN: Final = "daogou_run"
_KNOWN: Final = frozenset(
    (
        *("user_input", "reference", "reference_contexts", "reference_context_ids", "id", "user_id", KEPT, _RUN),
        *("response", "multi_responses", "retrieved_contexts", "retrieved_context_ids"),
    )
)
# A context id is one of our documents only where it looks like a file.
_FILES: Final = (".md", ".txt", ".html", ".htm", ".pdf", ".docx", ".csv")


class Ragas:
    """Rows of ``SingleTurnSample`` and of ``MultiTurnSample``."""

    name = "ragas"
    suffix = ".jsonl"

    def export(self, cases: Sequence[Case], wanted: Wanted) -> dict[str, bytes]:
        """Write single turns to ``STEM.jsonl`` and dialogues to ``STEM-dialogues.jsonl``."""
        single = [_single(case, wanted.answers.get(case.id)) for case in cases if len(case.turns) == 1]
        several = [_several(case, wanted.answers.get(case.id)) for case in cases if len(case.turns) > 1]
        files = {f"{wanted.stem}{self.suffix}": _lines(single)} if single or not several else {}
        if several:
            files[f"{wanted.stem}-dialogues{self.suffix}"] = _lines(several)
        return files

    def read(self, path: Path, shop: str | None) -> Imported:
        """Read a dataset that ragas, or `export`, has written: JSON Lines, JSON or CSV."""
        reading = Reading(path, shop)
        for row in reading.rows():
            if row.values.get(KEPT):
                _read_kept(row)
            else:
                _read_foreign(row)
        return reading.finished()


def _single(case: Case, result: CaseResult | None) -> dict[str, Any]:
    row: dict[str, Any] = {"user_input": case.turns[0].text, **_reference(case)}
    if (settled := proof(case)) is not None:
        row["reference_contexts"] = [settled]
    if ids := context_ids(case.expect):
        row["reference_context_ids"] = ids
    if result is not None and (said := answers.said(result.last)) is not None:
        row["response"] = said
        row["retrieved_contexts"] = answers.quotes(result.last)
        row["retrieved_context_ids"] = answers.cited_ids(result.last)
    return row | _kept(case, result)


def _several(case: Case, result: CaseResult | None) -> dict[str, Any]:
    messages: list[dict[str, Any]] = []
    for number, turn in enumerate(case.turns):
        messages.append({"content": turn.text, "type": "human"})
        if result is not None and number < len(result.turns):
            messages += _reply(answers.said(result.turns[number]), answers.tool_calls(result.turns[number]))
    return {"user_input": messages, **_reference(case), **_kept(case, result)}


def _reply(said: str | None, tools: list[tuple[str, dict[str, Any], str]]) -> list[dict[str, Any]]:
    if said is None:
        return []
    called: list[dict[str, Any]] = []
    if tools:
        calls = [{"name": name, "args": arguments} for name, arguments, _ in tools]
        called.append({"content": "", "type": "ai", "tool_calls": calls})
        called += [{"content": summary, "type": "tool"} for _, _, summary in tools]
    return [*called, {"content": said, "type": "ai"}]


def _reference(case: Case) -> dict[str, Any]:
    told = reference(case)
    return {"reference": told} if told is not None else {}


def _kept(case: Case, result: CaseResult | None) -> dict[str, Any]:
    return {KEPT: whole(case), **({_RUN: answers.told(result)} if result is not None else {})}


def _lines(rows: list[dict[str, Any]]) -> bytes:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def _read_kept(row: Row) -> None:
    kept = row.values[KEPT]
    case = row.kept(listed_object(kept) if isinstance(kept, str) else kept)
    if case is None or isinstance(kept, str):
        return
    if len(case.turns) == 1:
        row.unchanged(_single(case, None), ("user_input", "reference", "reference_contexts", "reference_context_ids"))
        return
    row.unchanged(_several(case, None), ("reference",))
    said = [m.get("content") for m in row.values.get("user_input") or () if isinstance(m, Mapping) and _human(m)]
    if said != [turn.text for turn in case.turns]:
        row.problem("user_input", f"was changed after the export: change {KEPT} too, or take it out")


def listed_object(cell: str) -> Any:
    """Return an object that a CSV cell holds as JSON or as Python writes it (pandas does); else the cell."""
    found = listed(f"[{cell}]")
    return found[0] if isinstance(found, list) and len(found) == 1 and isinstance(found[0], Mapping) else cell


def _human(message: Mapping[str, Any]) -> bool:
    return message.get("type", message.get("role")) in ("human", "user")


def _read_foreign(row: Row) -> None:
    turns = _turns(row)
    if turns is None:
        return
    expect: dict[str, Any] = {}
    told = row.text("reference")
    if told is not None:
        expect["action"] = "answer"
        wording = as_wording(told)
        if wording is not None:
            expect["must_say"] = [[wording]]
        else:
            row.unmapped("reference", told, "prose that no deterministic scorer can look for")
    ids, contexts = row.texts("reference_context_ids"), row.texts("reference_contexts")
    files = [one for one in ids if one.casefold().endswith(_FILES)]
    if files:
        expect["documents"] = files
    source = {"file": files[0] if files else "reference_contexts", "quote": contexts[0]} if contexts else None
    if others := [one for one in ids if one not in files]:
        row.unmapped("reference_context_ids", others, "names no file")
    if len(contexts) > 1:
        row.unmapped("reference_contexts", contexts[1:], "a case is proved by one quote")
    row.unmapped_fields(_KNOWN)
    row.name = row.text("id") or row.name
    row.add(turns, expect, source=source if source and source["quote"].strip() else None)


def _turns(row: Row) -> list[str] | None:
    given = row.values.get("user_input")
    if isinstance(given, str) and given.lstrip().startswith("[{"):
        given = listed(given)
    if given in (None, "", []):
        row.problem("user_input", "is missing")
        return None
    if isinstance(given, str):
        return [given]
    if not isinstance(given, list) or not all(isinstance(one, Mapping) and "content" in one for one in given):
        row.problem("user_input", "is neither text nor a list of messages")
        return None
    return [str(message["content"]) for message in given if _human(message)]
