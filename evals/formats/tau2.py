"""tau2-bench: a ``tasks.json``.

A case becomes a scripted user: the simulator is told to send the shopper's messages word for word.
tau2 has no metadata field: the whole case stands as JSON in ``description.notes``.

What has no counterpart: wordings with alternatives become ``nl_assertions``, which a model judges;
sizes, orders, products and documents too. A task has no database end state, as ours is a shop's files.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from evals.cases import Case
from evals.formats.case_format import Imported, Wanted
from evals.formats.reading import KEPT, Reading, Row, whole
from evals.formats.telling import must, must_not

_MARK: Final = f"{KEPT}: "
_HANDOFF_TOOL: Final = "transfer_to_human_agents"
_KNOWN: Final = frozenset(["id", "user_scenario", "evaluation_criteria", "description"])
_INSTRUCTIONS: Final = (
    "Send these messages one after the other, word for word, each after the reply to the one before. "
    "Say nothing else. End the conversation after the reply to the last one.\n"
)


class Tau2:
    """Records of ``Task``."""

    name = "tau2"
    suffix = ".json"

    def export(self, cases: Sequence[Case], wanted: Wanted) -> dict[str, bytes]:
        """Write one list of tasks; what a run has answered has no place in a task."""
        tasks = [_task(case) for case in cases]
        return {f"{wanted.stem}{self.suffix}": (json.dumps(tasks, ensure_ascii=False, indent=1) + "\n").encode()}

    def read(self, path: Path, shop: str | None) -> Imported:
        """Read tasks, ours or those of a tau2 domain."""
        reading = Reading(path, shop)
        for row in reading.rows():
            notes = _object(row.values.get("description")).get("notes")
            if isinstance(notes, str) and notes.startswith(_MARK):
                case = row.kept(notes.removeprefix(_MARK))
                if case is not None:
                    row.unchanged(_task(case), ("id", "user_scenario", "evaluation_criteria"))
            else:
                _read_foreign(row)
        return reading.finished()


def _task(case: Case) -> dict[str, Any]:
    # Looked for as a substring in anything the assistant says; only an entry without alternatives is one.
    said = [entry[0] for _, expect in case.expectations() for entry in expect.must_say if len(entry) == 1]
    judged = [f"{sentence}{_of_turn(case, n)}" for n, e in case.expectations() for sentence in must(e)]
    judged += [
        f"It is not so: {sentence}{_of_turn(case, n)}" for n, e in case.expectations() for sentence in must_not(e)
    ]
    basis = (["COMMUNICATE"] if said else []) + (["NL_ASSERTION"] if judged else [])
    messages = "\n".join(f"{n}. {turn.text}" for n, turn in enumerate(case.turns, 1))
    page = next((turn.page_product for turn in reversed(case.turns) if turn.page_product), None)
    return {
        "id": case.id,
        "description": {
            "purpose": case.category,
            "relevant_policies": case.source.quote if case.source else None,
            "notes": _MARK + json.dumps(whole(case), ensure_ascii=False),
        },
        "user_scenario": {
            "persona": None,
            "instructions": {
                "domain": case.shop,
                "reason_for_call": case.turns[-1].text,
                "known_info": f"You are on the page of the product {page}." if page else None,
                "unknown_info": None,
                "task_instructions": _INSTRUCTIONS + messages,
            },
        },
        "initial_state": None,
        "evaluation_criteria": {
            "actions": [],
            "communicate_info": said,
            "nl_assertions": judged or None,
            "reward_basis": basis or ["COMMUNICATE"],
        },
    }


def _of_turn(case: Case, number: int) -> str:
    return f" (reply to message {number + 1})" if len(case.turns) > 1 else ""


def _read_foreign(row: Row) -> None:
    criteria = _object(row.values.get("evaluation_criteria"))
    expect: dict[str, Any] = {}
    said = criteria.get("communicate_info") or []
    if not isinstance(said, list) or not all(isinstance(one, str) for one in said):
        row.problem("evaluation_criteria.communicate_info", "is not a list of texts")
        return
    if said:
        expect["must_say"] = [[one] for one in said if one.strip()]
    actions = [one for one in criteria.get("actions") or () if isinstance(one, Mapping)]
    if any(one.get("name") == _HANDOFF_TOOL for one in actions):
        expect["action"] = "handoff"
    others = [one for one in actions if one.get("name") != _HANDOFF_TOOL]
    if others:
        row.unmapped("evaluation_criteria.actions", others, "tool calls and the end state of tau2's own database")
    for key in ("nl_assertions", "env_assertions"):
        if criteria.get(key):
            row.unmapped(f"evaluation_criteria.{key}", criteria[key], "is judged by a model or by tau2's environment")
    turns = _scenario(row)
    if description := {k: v for k, v in _object(row.values.get("description")).items() if v}:
        row.unmapped("description", description, "has no place in a case")
    row.unmapped_fields(_KNOWN)
    row.name = row.text("id") or row.name
    row.add(turns, expect, category="orders")


def _scenario(row: Row) -> list[str]:
    """Return what the simulated user is to say; it is told in the second person, and taken as it is."""
    scenario = _object(row.values.get("user_scenario"))
    told = scenario.get("instructions")
    if isinstance(told, str):
        return [told]
    told = _object(told)
    if not isinstance(told.get("reason_for_call"), str):
        row.problem("user_scenario.instructions.reason_for_call", "is missing")
        return []
    for key in ("known_info", "unknown_info", "task_instructions", "domain"):
        if told.get(key):
            row.unmapped(f"user_scenario.instructions.{key}", told[key], "steers tau2's simulated user")
    if scenario.get("persona"):
        row.unmapped("user_scenario.persona", scenario["persona"], "steers tau2's simulated user")
    return [told["reason_for_call"]]


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}
