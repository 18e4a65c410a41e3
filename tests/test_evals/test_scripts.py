from __future__ import annotations

from dataclasses import replace

import pytest

from evals.checking import check_suite
from evals.results import CaseResult, TurnResult
from evals.scorers import Score
from evals.shipped import case_files, script_files
from evals.suites import SCRIPTS, find, names
from evals.transcript import transcript
from knowledge.errors import Invalid
from knowledge.home import Home
from tests.test_evals.world import TRUE_REPLY

SKILLS = {"before_buying", "size", "comparison", "finding", "orders", "bargaining", "conversation"}


def test_every_shop_has_a_script_for_each_skill_in_both_languages() -> None:
    assert set(script_files()) == set(case_files())
    for shop in script_files():
        written = {(skill, case.lang) for case in find(f"{SCRIPTS}-{shop}").cases for skill in SKILLS & set(case.tags)}
        assert written == {(skill, lang) for skill in SKILLS for lang in ("zh", "en")}


def test_every_turn_of_a_script_says_what_is_expected() -> None:
    scripts = find(SCRIPTS)
    assert all(len(list(case.expectations())) == len(case.turns) for case in scripts.cases)
    assert names()[SCRIPTS] == len(scripts.cases)


def test_scripts_of_a_shop_without_any_are_a_mistake() -> None:
    with pytest.raises(Invalid, match="no scripts for 'nowhere'"):
        find(f"{SCRIPTS}-nowhere")


async def test_no_script_contradicts_its_shop_s_files(home: Home) -> None:
    report = await check_suite(home, find(SCRIPTS))
    assert report.errors == []


def test_a_transcript_tells_who_said_what_and_what_was_missed() -> None:
    turn = TurnResult(
        text="How long can I return a coat?",
        page_product="red-coat",
        reply=replace(TRUE_REPLY, reasons=("typed data", "no other text")).as_json(),
        scores={"action": Score(1.0), "must_say": Score(0.0, "missing: 31 days")},
    )
    told = transcript(
        [CaseResult(id="m-1", shop="maple", lang="en", category="answers", turns=(turn,), error="it broke")]
    )
    assert told.startswith("## m-1 · maple · answers · failed\nshopper   How long can I return a coat?")
    assert "(on the page of red-coat)" in told
    assert "assistant Within 30 days. [1]" in told
    assert "[answer · confidence 0.90]" in told
    assert "why: typed data; no other text" in told
    assert "[1] documents/returns.md" in told
    assert "✗ must_say (missing: 31 days)" in told
    assert told.endswith("no further reply: it broke")
