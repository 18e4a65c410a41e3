"""Inspect: JSON Lines for ``json_dataset``, and a task file that runs and scores them.

The whole case stands in the sample's ``metadata``.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from evals.cases import Case, Expect
from evals.formats import answers
from evals.formats.case_format import Imported, Wanted
from evals.formats.ragas import listed_object
from evals.formats.reading import KEPT, Reading, Row, listed, whole
from evals.formats.telling import reference
from evals.results import CaseResult
from evals.wording import folded

_RUN: Final = "daogou_run"
_KNOWN: Final = frozenset(["input", "target", "id", "metadata"])


class InspectDataset:
    """Records of ``Sample``."""

    name = "inspect"
    suffix = ".jsonl"

    def export(self, cases: Sequence[Case], wanted: Wanted) -> dict[str, bytes]:
        """Write ``STEM.jsonl`` and ``STEM_task.py``; ``inspect eval STEM_task.py`` needs nothing else."""
        dataset = f"{wanted.stem}{self.suffix}"
        samples = [_sample(case, wanted.answers.get(case.id)) for case in cases]
        lines = "".join(json.dumps(sample, ensure_ascii=False) + "\n" for sample in samples)
        task = files("evals.formats").joinpath("inspect_task.py.txt").read_text("utf-8")
        filled = task.replace('"DATASET"', json.dumps(dataset)).replace('"BASE_URL"', json.dumps(wanted.base_url))
        filled = filled.replace('"SHOP"', json.dumps(cases[0].shop if cases else ""))
        stem = "".join(c if c.isalnum() else "_" for c in wanted.stem)
        return {dataset: lines.encode(), f"{stem}_task.py": filled.encode()}

    def read(self, path: Path, shop: str | None) -> Imported:
        """Read a dataset: JSON Lines, JSON or CSV with Inspect's own field names."""
        reading = Reading(path, shop)
        for row in reading.rows():
            metadata = row.values.get("metadata")
            metadata = listed_object(metadata) if isinstance(metadata, str) else metadata
            if isinstance(metadata, Mapping) and metadata.get(KEPT):
                _read_kept(row, metadata[KEPT])
            else:
                _read_foreign(row, metadata)
        return reading.finished()


def _sample(case: Case, result: CaseResult | None) -> dict[str, Any]:
    said: Any = case.turns[0].text
    if len(case.turns) > 1:
        said = [{"role": "user", "content": turn.text} for turn in case.turns]
    metadata: dict[str, Any] = {"shop": case.shop, "lang": case.lang, "category": case.category}
    metadata |= {"tags": list(case.tags), "judged": _judged(case), KEPT: whole(case)}
    if result is not None:
        metadata[_RUN] = answers.told(result) | {"replies": [answers.said(turn) for turn in result.turns]}
    return {"id": case.id, "input": said, "target": _target(case), "metadata": metadata}


def _target(case: Case) -> str | list[str]:
    """Return what Inspect's own ``includes`` can look for, else what a model can grade by."""
    if len(case.expect.must_say) == 1 and case.expect.must_say[0]:
        wordings = list(case.expect.must_say[0])
        return wordings[0] if len(wordings) == 1 else wordings
    return reference(case) or ""


def _judged(case: Case) -> list[dict[str, Any]]:
    """Return what is expected of each judged reply, with the wordings in our form for matching."""
    return [{"turn": number, **_folded(expect)} for number, expect in case.expectations()]


def _folded(expect: Expect) -> dict[str, Any]:
    values = expect.model_dump(mode="json", exclude_unset=True)
    if "must_say" in values:
        values["must_say"] = [[folded(one) for one in entry] for entry in expect.must_say]
    if "must_not_say" in values:
        values["must_not_say"] = [folded(one) for one in expect.must_not_say]
    return values


def _read_kept(row: Row, kept: Any) -> None:
    case = row.kept(kept)
    if case is not None and not isinstance(row.values.get("metadata"), str):
        row.unchanged(_sample(case, None), ("input", "target"))


def _read_foreign(row: Row, metadata: Any) -> None:
    turns = _turns(row)
    if turns is None:
        return
    expect: dict[str, Any] = {}
    target = row.values.get("target")
    target = listed(target) if isinstance(target, str) and target.lstrip().startswith("[") else target
    wordings = [str(one) for one in (target if isinstance(target, list) else [target]) if one not in (None, "")]
    if wordings and not row.values.get("choices"):
        expect = {"action": "answer", "must_say": [wordings]}
    elif wordings:
        row.unmapped("target", wordings, "is the letter of a choice")
    row.unmapped_fields(_KNOWN)
    if metadata:
        row.unmapped("metadata", metadata, "has no place in a case")
    row.name = row.text("id") or row.name
    row.add(turns, expect)


def _turns(row: Row) -> list[str] | None:
    given = row.values.get("input")
    if isinstance(given, str) and given.strip():
        return [given]
    if not isinstance(given, list) or not all(isinstance(one, Mapping) and "content" in one for one in given):
        row.problem("input", "is neither text nor a list of messages")
        return None
    others = [one for one in given if one.get("role") != "user"]
    if others:
        row.unmapped("input", others, "messages that are not the shopper's: the assistant asked writes its own")
    return [_content(one["content"]) for one in given if one.get("role") == "user"]


def _content(content: Any) -> str:
    if isinstance(content, list):
        return "\n".join(str(part.get("text") or "") for part in content if isinstance(part, Mapping))
    return str(content)
