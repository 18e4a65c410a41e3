from __future__ import annotations

import json
from typing import Any

from evals.formats.answers import cases_of
from evals.formats.case_format import Wanted
from evals.formats.registry import FORMATS
from evals.formats.yaml_text import loaded
from tests.test_evals.formats_world import a_few, a_run
from tests.test_evals.world import RETURNS, TRUE_REPLY

QUOTE = RETURNS[:37]


def exported(name: str, file: str) -> list[dict[str, Any]]:
    cases = a_few()
    content = FORMATS[name].export(cases, Wanted("run", answers={r.id: r for r in a_run(cases)}))[file].decode()
    found: list[dict[str, Any]] = (
        json.loads(content) if file.endswith(".json") else [json.loads(line) for line in content.split("\n") if line]
    )
    return found


def test_ragas_gets_the_reply_with_the_quotes_that_it_cites() -> None:
    first = exported("ragas", "run.jsonl")[0]
    assert first["response"] == TRUE_REPLY.text
    assert first["retrieved_contexts"] == [QUOTE]
    assert first["retrieved_context_ids"] == first["reference_context_ids"] == ["returns.md"]
    assert first["reference"] == "within 30 days"
    told = first["daogou_run"]["turns"]
    assert told == [{"action": "answer", "confidence": 0.9, "took_ms": 12.5, "tools_called": ["search"]}]


def test_ragas_gets_a_dialogue_with_replies_and_tool_calls_in_their_order() -> None:
    (dialogue,) = exported("ragas", "run-dialogues.jsonl")
    kinds = [message["type"] for message in dialogue["user_input"]]
    assert kinds == ["human", "ai", "tool", "ai"] * 2
    assert dialogue["user_input"][1]["tool_calls"] == [{"name": "search", "args": {"query": "coat"}}]


def test_deepeval_gets_reply_contexts_tools_and_latency() -> None:
    first = exported("deepeval", "run.json")[0]
    assert (first["actual_output"], first["retrieval_context"]) == (TRUE_REPLY.text, [QUOTE])
    assert first["tools_called"] == [{"name": "search", "input_parameters": {"query": "coat"}, "output": "1 found"}]
    (dialogue,) = exported("deepeval", "run-dialogues.json")
    assert [(turn["role"], turn.get("latency_ms")) for turn in dialogue["turns"]] == [
        ("user", None),
        ("assistant", 12.5),
    ] * 2


def test_openevals_and_inspect_get_the_replies() -> None:
    rows = exported("openevals", "run.jsonl")
    assert rows[0]["outputs"] == TRUE_REPLY.text
    assert [message["role"] for message in rows[2]["outputs"]["messages"]] == ["user", "assistant"] * 2
    assert exported("inspect", "run.jsonl")[2]["metadata"]["daogou_run"]["replies"] == [TRUE_REPLY.text] * 2


def test_promptfoo_judges_the_replies_of_the_run_instead_of_asking() -> None:
    cases = a_few()
    wanted = Wanted("run", answers={r.id: r for r in a_run(cases)})
    (content,) = FORMATS["promptfoo"].export(cases, wanted).values()
    tests = loaded(content.decode())["tests"]
    assert [test.get("providerOutput") for test in tests] == [TRUE_REPLY.text] * 4 + [None]


def test_a_case_without_a_reply_has_the_reason_and_no_empty_response() -> None:
    last = exported("ragas", "run.jsonl")[-1]
    assert "response" not in last
    assert last["daogou_run"]["error"] == "no reply"


def test_the_cases_of_a_run_are_those_of_the_file_only_where_just_these_were_asked() -> None:
    cases = a_few()
    known = {one.id: one for one in cases}
    assert cases_of(a_run(cases), known) == cases
    changed = known | {"c-1": cases[0].model_copy(update={"expect": cases[3].expect})}
    back = cases_of(a_run(cases), changed)
    assert back[0].expect == cases[0].expect
    assert back[0].source is None
    assert [turn.text for turn in cases_of(a_run(cases), {})[2].turns] == [turn.text for turn in cases[2].turns]
