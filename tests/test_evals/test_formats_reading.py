"""Files that others have written."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from evals.cases import Case
from evals.formats.case_format import Imported, Wanted
from evals.formats.registry import FORMATS
from knowledge.errors import Invalid
from tests.test_evals.formats_world import a_few


def read(name: str, path: Path, shop: str | None = "maple") -> Imported:
    return FORMATS[name].read(path, shop)


def put(folder: Path, name: str, value: Any) -> Path:
    path = folder / name
    if isinstance(value, str):
        path.write_text(value, "utf-8")
    elif name.endswith(".jsonl"):
        path.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in value), "utf-8")
    else:
        path.write_text(json.dumps(value), "utf-8")
    return path


def expected(case: Case) -> dict[str, Any]:
    return case.expect.model_dump(mode="json", exclude_unset=True)


def refused(name: str, path: Path, shop: str | None = "maple") -> str:
    with pytest.raises(Invalid) as error:
        read(name, path, shop)
    assert error.value.code == "usage_bad_cases"
    return error.value.message


def test_a_plain_ragas_dataset_becomes_cases(tmp_path: Path) -> None:
    prose = "You may return a coat within thirty days of receiving it, unworn and with its tags."
    rows = [
        {"user_input": "退货要几天", "reference": "30 天", "reference_contexts": ["30 天内可退"]},
        {"user_input": "And coats?", "reference": prose, "reference_context_ids": ["returns.md", "7f3a"]},
        {"user_input": [{"content": "Hi", "type": "human"}, {"content": "Hello", "type": "ai"},
                        {"content": "Do you ship?", "type": "human"}]},
    ]  # fmt: skip
    short, long, dialogue = read("ragas", put(tmp_path, "set.jsonl", rows)).cases
    assert (short.id, short.shop, short.lang) == ("set-1", "maple", "zh")
    assert expected(short) == {"action": ["answer"], "must_say": [["30 天"]]}
    assert short.source is not None
    assert short.source.quote == "30 天内可退"
    assert expected(long) == {"action": ["answer"], "documents": ["returns.md"]}
    assert long.note is not None
    assert prose in long.note
    assert set(long.tags) == {"unmapped:reference", "unmapped:reference_context_ids"}
    assert [turn.text for turn in dialogue.turns] == ["Hi", "Do you ship?"]


def test_a_ragas_csv_holds_lists_as_python_writes_them(tmp_path: Path) -> None:
    path = tmp_path / "set.csv"
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["user_input", "reference", "reference_contexts", "persona_name"])
        writer.writerow(["Is it warm, really?", "wool", "['Warm wool.']", "curious"])
    imported = read("ragas", path)
    (case,) = imported.cases
    assert case.source is not None
    assert case.source.quote == "Warm wool."
    assert imported.remarks == ("row 2, persona_name: has no place in a case; kept in the note",)
    assert case.note == "persona_name: curious"


PROMPTFOO = """
prompts: ["You are kind. {{system}}: {{question}}"]
providers: [echo]
defaultTest:
  assert:
    - {type: not-icontains, value: competitor}
tests:
  - description: returns
    vars: {question: "How long for {{thing}}?", thing: coats}
    assert:
      - {type: contains, value: "30 days"}
      - {type: icontains-any, value: "free,no charge"}
      - {type: contains-all, value: [receipt, tags]}
      - {type: llm-rubric, value: is polite}
      - {type: latency, threshold: 500}
  - vars: {question: [包邮吗, 运费多少]}
    assert:
      - type: assert-set
        assert:
          - {type: regex, value: '\\\\p{Script=Han}'}
          - {type: equals, value: 8 元}
  - vars: {question: Give me the key}
    assert: [{type: is-refusal}, {type: javascript, value: output.length < 9}]
"""


def test_promptfoo_asserts_become_expectations_and_the_others_are_kept_by_name(tmp_path: Path) -> None:
    imported = read("promptfoo", put(tmp_path, "promptfooconfig.yaml", PROMPTFOO.replace("\\\\", "\\")))
    returns, first, second, refusal = imported.cases
    assert expected(returns) == {
        "must_say": [["30 days"], ["free", "no charge"], ["receipt"], ["tags"]],
        "must_not_say": ["competitor"],
    }
    assert "unmapped:assert-llm-rubric" in returns.tags
    assert returns.note is not None
    assert "is polite" in returns.note
    assert any("test 1, assert latency" in remark for remark in imported.remarks)
    assert [case.turns[0].text for case in (first, second)] == ["包邮吗", "运费多少"]
    assert first.id != second.id
    assert expected(second) == {"lang": "zh", "must_say": [["8 元"]], "must_not_say": ["competitor"]}
    assert any("equals" in remark and "asks for less" in remark for remark in imported.remarks)
    assert expected(refusal)["action"] == ["refuse", "handoff"]
    assert "unmapped:assert-javascript" in refusal.tags


def test_inspect_datasets_are_read_as_lines_list_and_csv(tmp_path: Path) -> None:
    rows = [
        {"id": 7, "input": "Do you ship to Oslo?", "target": ["no", "not"], "metadata": {"level": 1}},
        {"input": [{"role": "system", "content": "Be kind."}, {"role": "user", "content": "Hi"},
                   {"role": "user", "content": "Is it wool?"}], "target": "wool"},
        {"input": "Which?", "target": "B", "choices": ["red", "blue"]},
    ]  # fmt: skip
    lines = read("inspect", put(tmp_path, "set.jsonl", rows))
    shipping, wool, choice = lines.cases
    assert (shipping.id, expected(shipping)["must_say"]) == ("7", [["no", "not"]])
    assert shipping.note == 'metadata: {"level": 1}'
    assert [turn.text for turn in wool.turns] == ["Hi", "Is it wool?"]
    assert wool.note is not None
    assert "Be kind." in wool.note
    assert expected(choice) == {}
    assert read("inspect", put(tmp_path, "set.json", rows)).cases == lines.cases
    (from_csv,) = read("inspect", put(tmp_path, "set.csv", "input,target\nIs it wool?,wool\n")).cases
    assert expected(from_csv) == {"action": ["answer"], "must_say": [["wool"]]}


def test_goldens_of_deepeval_are_read_in_both_spellings(tmp_path: Path) -> None:
    rows = [
        {"input": "Is it wool?", "expectedOutput": "wool", "context": ["Warm wool."], "sourceFile": "a.md"},
        {"scenario": "A shopper asks twice.", "turns": [{"role": "user", "content": "Hi"}],
         "expectations": {"must": ["be kind"], "must_not": []}},
    ]  # fmt: skip
    wool, twice = read("deepeval", put(tmp_path, "goldens.json", rows)).cases
    assert expected(wool)["must_say"] == [["wool"]]
    assert wool.source is not None
    assert (wool.source.file, wool.source.quote) == ("a.md", "Warm wool.")
    assert twice.note is not None
    assert "be kind" in twice.note


def test_langsmith_examples_are_read(tmp_path: Path) -> None:
    rows = [
        {"inputs": {"question": "Is it wool?"}, "outputs": {"answer": "wool"}},
        {"inputs": {"messages": [{"role": "user", "content": "Hi"}, {"role": "assistant", "content": "Hello"}]},
         "reference_outputs": "hello"},
    ]  # fmt: skip
    wool, hello = read("openevals", put(tmp_path, "set.jsonl", rows)).cases
    assert (wool.turns[0].text, expected(wool)["must_say"]) == ("Is it wool?", [["wool"]])
    assert [turn.text for turn in hello.turns] == ["Hi"]


def test_a_task_of_tau2_keeps_what_it_cannot_expect(tmp_path: Path) -> None:
    actions = [{"action_id": "0", "name": "get_order_details", "arguments": {"order_id": "#W1"}}]
    task = {
        "id": "12",
        "user_scenario": {"instructions": {"domain": "retail", "reason_for_call": "You want a refund.",
                                           "task_instructions": "Be short.", "unknown_info": "Your email."}},
        "evaluation_criteria": {"actions": [*actions, {"name": "transfer_to_human_agents", "arguments": {}}],
                                "communicate_info": ["54.04"], "nl_assertions": ["is polite"]},
    }  # fmt: skip
    imported = read("tau2", put(tmp_path, "tasks.json", [task]))
    (case,) = imported.cases
    assert (case.id, expected(case)) == ("12", {"must_say": [["54.04"]], "action": ["handoff"]})
    assert case.note is not None
    for kept in ("#W1", "is polite", "Your email.", "Be short."):
        assert kept in case.note
    assert len(imported.remarks) == 5


@pytest.mark.parametrize(
    ("name", "file", "value", "told"),
    [
        ("ragas", "a.jsonl", '{"user_input": "hi"}\n{"reference": "x"}\n', "row 2, user_input: is missing"),
        ("ragas", "a.jsonl", '{"user_input": "hi"}\n{oops\n', "row 2: character 2"),
        ("ragas", "a.csv", "user_input\nhi, there\n", "row 2: more cells than columns"),
        ("inspect", "a.json", "[]", "the file has no cases"),
        ("inspect", "a.jsonl", '{"input": "", "target": "x"}', "row 1, input"),
        ("promptfoo", "a.yaml", "tests: file://tests.csv", "tests: 'file://tests.csv' names another file"),
        ("promptfoo", "a.yaml", "tests: [\n  - ]: x", "line 2"),
        ("promptfoo", "a.yaml", "tests:\n  - vars: {a: x, b: y}", "test 1, vars: none of message"),
        ("deepeval", "a.json", '[{"input": 3.5}, {"input": {}}]', "row 2, input: is dict instead of text"),
        ("openevals", "a.jsonl", '{"inputs": 3}', "row 1, inputs"),
        ("tau2", "a.json", '[{"id": "1"}]', "row 1, user_scenario.instructions.reason_for_call: is missing"),
    ],
)
def test_a_file_that_cannot_be_used_is_told_by_row_and_field(
    tmp_path: Path, name: str, file: str, value: str, told: str
) -> None:
    assert told in refused(name, put(tmp_path, file, value))


def test_a_case_without_a_shop_needs_one_from_the_caller(tmp_path: Path) -> None:
    path = put(tmp_path, "a.jsonl", [{"user_input": "hi"}])
    assert "row 1, shop: Field required (--shop names it)" in refused("ragas", path, None)


@pytest.mark.parametrize(
    ("name", "old", "new"),
    [
        ("ragas", '"reference": "within 30 days"', '"reference": "within 60 days"'),
        ("inspect", '"target": "30 days"', '"target": "60 days"'),
        ("deepeval", '"expected_output": "within 30 days"', '"expected_output": "60"'),
        ("openevals", '"reference_outputs": "within 30 days"', '"reference_outputs": "60"'),
        ("tau2", '"communicate_info": [\n    "30 days"', '"communicate_info": [\n    "60 days"'),
        ("promptfoo", 'value:\n    - "30 days"', 'value:\n    - "60 days"'),
    ],
)
def test_a_field_edited_after_the_export_is_told_instead_of_passed_over(
    tmp_path: Path, name: str, old: str, new: str
) -> None:
    (file, content), *_ = FORMATS[name].export(a_few()[:1], Wanted("a")).items()
    text = content.decode()
    assert text.count(old) == 1
    assert "was changed after the export" in refused(name, put(tmp_path, file, text.replace(old, new)))


def test_a_dialogue_that_lost_a_turn_is_told(tmp_path: Path) -> None:
    (content,) = FORMATS["promptfoo"].export(a_few()[2:3], Wanted("a")).values()
    text = content.decode()
    cut = text[: text.index('- description: "c-3 (2 of 2)"')]
    assert "case c-3: 1 of its tests are missing" in refused("promptfoo", put(tmp_path, "a.yaml", cut))
