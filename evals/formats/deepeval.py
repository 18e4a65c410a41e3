"""deepeval: JSON for ``EvaluationDataset.add_goldens_from_json_file``, goldens and conversational goldens apart.

deepeval takes one kind of golden in a dataset. The whole case stands in ``additional_metadata``.
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
from evals.formats.telling import as_wording, must, must_not, proof, reference
from evals.results import CaseResult, TurnResult

_METADATA: Final = "additional_metadata"
_RUN: Final = "daogou_run"
# deepeval's own files spell them so when it saves by alias.
_ALIASES: Final = {
    "expectedOutput": "expected_output",
    "additionalMetadata": _METADATA,
    "expectedOutcome": "expected_outcome",
    "retrievalContext": "retrieval_context",
    "actualOutput": "actual_output",
    "sourceFile": "source_file",
}
_KNOWN: Final = frozenset(
    (
        *("input", "expected_output", "context", "retrieval_context", "actual_output", "tools_called", _METADATA),
        *("name", "id", "scenario", "expected_outcome", "turns", "source_file", "completion_time"),
        *("token_cost", "input_token_count", "output_token_count"),
    )
)


class DeepEval:
    """Records of ``Golden`` and of ``ConversationalGolden``."""

    name = "deepeval"
    suffix = ".json"

    def export(self, cases: Sequence[Case], wanted: Wanted) -> dict[str, bytes]:
        """Write goldens to ``STEM.json`` and conversational ones to ``STEM-dialogues.json``."""
        single = [_golden(case, wanted.answers.get(case.id)) for case in cases if len(case.turns) == 1]
        several = [_conversation(case, wanted.answers.get(case.id)) for case in cases if len(case.turns) > 1]
        files = {f"{wanted.stem}{self.suffix}": _list(single)} if single or not several else {}
        if several:
            files[f"{wanted.stem}-dialogues{self.suffix}"] = _list(several)
        return files

    def read(self, path: Path, shop: str | None) -> Imported:
        """Read goldens: JSON, JSON Lines or CSV."""
        reading = Reading(path, shop)
        for row in reading.rows():
            row.values = {_ALIASES.get(key, key): value for key, value in row.values.items()}
            metadata = row.values.get(_METADATA)
            if isinstance(metadata, Mapping) and metadata.get(KEPT):
                _read_kept(row, metadata[KEPT])
            else:
                _read_foreign(row)
        return reading.finished()


def _golden(case: Case, result: CaseResult | None) -> dict[str, Any]:
    row: dict[str, Any] = {"name": case.id, "input": case.turns[0].text, **_common(case, result, "expected_output")}
    if case.source is not None:
        row["source_file"] = case.source.file
    if result is not None and result.last.reply is not None:
        row |= {"actual_output": answers.said(result.last), "retrieval_context": answers.quotes(result.last)}
        row["tools_called"] = _tools(result.last)
    return row


def _conversation(case: Case, result: CaseResult | None) -> dict[str, Any]:
    turns: list[dict[str, Any]] = []
    for number, turn in enumerate(case.turns):
        turns.append({"role": "user", "content": turn.text})
        answered = result.turns[number] if result is not None and number < len(result.turns) else None
        if answered is not None and answered.reply is not None:
            said: dict[str, Any] = {"role": "assistant", "content": answers.said(answered)}
            said |= {"retrieval_context": answers.quotes(answered), "tools_called": _tools(answered)}
            turns.append(said | ({"latency_ms": answered.took_ms} if answered.took_ms is not None else {}))
    scenario = "A shopper writes in turn: " + " / ".join(turn.text for turn in case.turns)
    return {"name": case.id, "scenario": scenario, "turns": turns, **_common(case, result, "expected_outcome")}


def _common(case: Case, result: CaseResult | None, outcome: str) -> dict[str, Any]:
    row: dict[str, Any] = {}
    if (told := reference(case)) is not None:
        row[outcome] = told
    if (settled := proof(case)) is not None:
        row["context"] = [settled]
    needed, forbidden = must(case.expect), must_not(case.expect)
    if needed or forbidden:
        row["expectations"] = {"must": needed, "must_not": forbidden}
    metadata: dict[str, Any] = {KEPT: whole(case)}
    return row | {_METADATA: metadata | ({_RUN: answers.told(result)} if result is not None else {})}


def _tools(turn: TurnResult) -> list[dict[str, Any]]:
    return [
        {"name": name, "input_parameters": arguments, "output": summary}
        for name, arguments, summary in answers.tool_calls(turn)
    ]


def _list(rows: list[dict[str, Any]]) -> bytes:
    return (json.dumps(rows, ensure_ascii=False, indent=1) + "\n").encode()


def _read_kept(row: Row, kept: Any) -> None:
    case = row.kept(kept)
    if case is None:
        return
    if len(case.turns) == 1:
        row.unchanged(_golden(case, None), ("input", "expected_output", "context", "expectations"))
        return
    row.unchanged(_conversation(case, None), ("expected_outcome", "context", "expectations"))
    said = [m.get("content") for m in row.values.get("turns") or () if isinstance(m, Mapping) and m["role"] == "user"]
    if said != [turn.text for turn in case.turns]:
        row.problem("turns", f"was changed after the export: change {KEPT} too, or take it out")


def _read_foreign(row: Row) -> None:
    turns = _turns(row)
    expect: dict[str, Any] = {}
    for key in ("expected_output", "expected_outcome"):
        told = row.text(key)
        if told is None:
            continue
        expect["action"] = "answer"
        if (wording := as_wording(told)) is not None:
            expect["must_say"] = [[wording]]
        else:
            row.unmapped(key, told, "prose that no deterministic scorer can look for")
    contexts = row.texts("context")
    quote = contexts[0] if contexts and contexts[0].strip() else None
    if len(contexts) > 1:
        row.unmapped("context", contexts[1:], "a case is proved by one quote")
    row.unmapped_fields(_KNOWN)
    if metadata := row.values.get(_METADATA):
        row.unmapped(_METADATA, metadata, "has no place in a case")
    source = {"file": row.text("source_file") or "context", "quote": quote} if quote else None
    row.name = row.text("name") or row.text("id") or row.name
    row.add(turns, expect, source=source)


def _turns(row: Row) -> list[str]:
    given = row.values.get("turns")
    if isinstance(given, list) and given:
        wrong = [turn for turn in given if not isinstance(turn, Mapping) or not isinstance(turn.get("content"), str)]
        if wrong:
            row.problem("turns", "a turn has no content")
            return []
        return [turn["content"] for turn in given if turn.get("role") == "user"]
    text = row.text("input")
    if text is not None:
        return [text]
    if (scenario := row.text("scenario")) is not None:
        row.unmapped("scenario", scenario, "tells a simulated user what to want; it was taken as the shopper's message")
        return [scenario]
    return []
