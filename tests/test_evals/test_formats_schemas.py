"""Every exported record against the fields of the real classes, as ``schemas/`` keeps them."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any, Literal

import pytest
from pydantic import BaseModel, ConfigDict, ValidationError, create_model

from evals.formats.case_format import Wanted
from evals.formats.reading import KEPT
from evals.formats.registry import FORMATS
from evals.formats.yaml_text import loaded
from evals.suites import ALL, find
from tests.test_evals.formats_world import a_few, a_run
from tests.test_evals.world import case

SCHEMAS = Path(__file__).parent / "schemas"
OURS = {KEPT, "daogou_run"}


def facts(name: str) -> dict[str, Any]:
    told: dict[str, Any] = json.loads((SCHEMAS / f"{name}.json").read_text("utf-8"))
    return told


def classes(name: str) -> dict[str, type[BaseModel]]:
    """Return models with the real classes' fields that take nothing else."""
    known: dict[str, Any] = {"Any": Any, "Literal": Literal}
    found: dict[str, type[BaseModel]] = {}
    for class_name, fields in facts(name)["classes"].items():
        made: dict[str, Any] = {
            field: (eval(told["type"], {}, known), ... if told["required"] else None) for field, told in fields.items()
        }
        config = ConfigDict(extra="forbid", strict=True)
        found[class_name] = known[class_name] = create_model(class_name, __config__=config, **made)
    return found


def exported(name: str) -> dict[str, bytes]:
    """Return the files of all shipped cases (of YAML, which is slow, one shop's), and of a run."""
    cases = a_few()
    shipped = find("lingxi" if name == "promptfoo" else ALL).cases
    run = Wanted("run", answers={result.id: result for result in a_run(cases)})
    return FORMATS[name].export(shipped, Wanted("all")) | FORMATS[name].export(cases, run)


def lines(content: bytes) -> list[dict[str, Any]]:
    return [json.loads(line) for line in content.decode().split("\n") if line]


def without_ours(record: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in record.items() if key not in OURS}


def test_a_schema_refuses_a_field_that_the_class_has_not() -> None:
    sample = classes("ragas")["SingleTurnSample"]
    assert sample.model_validate({"user_input": "hi"})
    for wrong in ({"question": "hi"}, {"user_input": ["hi"]}, {"retrieved_contexts": "one"}):
        with pytest.raises(ValidationError):
            sample.model_validate(wrong)


def test_ragas_gets_single_turn_samples_in_one_file_and_dialogues_in_the_other() -> None:
    samples = classes("ragas")
    count = 0
    for name, content in exported("ragas").items():
        kind = "MultiTurnSample" if "dialogues" in name else "SingleTurnSample"
        for record in lines(content):
            samples[kind].model_validate(without_ours(record))
            count += 1
    assert count == 992 + 4


def test_inspect_gets_samples_with_messages_of_the_shopper() -> None:
    sample = classes("inspect")["Sample"]
    for name, content in exported("inspect").items():
        if name.endswith(".jsonl"):
            for record in lines(content):
                sample.model_validate(record)
        else:
            compile(content, name, "exec")


def test_deepeval_gets_goldens() -> None:
    goldens = classes("deepeval")
    count = 0
    for name, content in exported("deepeval").items():
        kind = "ConversationalGolden" if "dialogues" in name else "Golden"
        for record in json.loads(content):
            goldens[kind].model_validate(record)
            count += 1
    assert count == 992 + 4


def test_tau2_gets_tasks_with_at_least_one_basis_of_reward() -> None:
    task = classes("tau2")["Task"]
    for content in exported("tau2").values():
        for record in json.loads(content):
            task.model_validate(record)
            assert record["evaluation_criteria"]["reward_basis"]


def test_openevals_gets_the_arguments_of_its_evaluators() -> None:
    known = facts("openevals")
    for content in exported("openevals").values():
        for record in lines(content):
            assert set(record) <= {*known["evaluator_arguments"], "context", "metadata"}
            for side in ("inputs", "outputs"):
                messages = record[side]["messages"] if isinstance(record.get(side), dict) else []
                assert all(set(message) <= set(known["message_keys"]) for message in messages)


def test_promptfoo_gets_only_keys_and_assertions_that_it_has() -> None:
    known = facts("promptfoo")
    for content in exported("promptfoo").values():
        config = loaded(content.decode())
        assert set(config) <= set(known["config_keys"])
        assert set(config["evaluateOptions"]) <= set(known["evaluate_keys"])
        assert set(config["providers"][0]["config"]) <= set(known["http_provider_keys"])
        conversations = [test["metadata"]["conversationId"] for test in config["tests"]]
        assert conversations == sorted(conversations, key=conversations.index)  # a dialogue's turns stand together
        for test in config["tests"]:
            assert set(test) <= set(known["test_keys"])
            for one in test.get("assert", ()):
                assert set(one) <= set(known["assertion_keys"])
                assert one["type"].removeprefix("not-") in known["assertion_types"]


def test_a_shopper_who_writes_templates_gets_nothing_of_the_machine_into_a_promptfoo_run() -> None:
    text = "{{ env.OPENAI_API_KEY }} {% raw %} {{ message }}"
    hostile = case(1, id=text, turns=[{"text": text}, {"text": "file:///etc/passwd"}], expect={"must_say": [text]})
    (content,) = FORMATS["promptfoo"].export([hostile], Wanted("x")).values()
    tests = content.decode().partition("tests:")[2]
    # Its rule for filling in the environment when it loads a configuration, before all else.
    filled = [found for found in re.findall(r"\{\{(?:[^}]|\}(?!\}))*\}\}", tests) if re.search(r"\benv\.|env\[", found)]
    assert not filled
    assert 'message: "file:' not in tests
    assert tests.count("OPENAI_API_KEY") >= 3  # it is there, and only text
