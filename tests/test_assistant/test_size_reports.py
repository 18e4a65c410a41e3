"""What buyers' reports make of the chart's size."""

from __future__ import annotations

from dataclasses import replace

import pytest

from assistant.agent.draft import Sources
from assistant.agent.results import SizeFound
from assistant.agent.sizes import size_advice, size_text
from assistant.fit.model import FitChance
from assistant.fit.reasons import Reason, Why
from assistant.size_reports import ENOUGH_REPORTS, with_reports
from assistant.sizing import Because, SizeResult
from knowledge.text import Lang
from tests.test_assistant.test_sizing import GIRTH, a_product, size_for

M = size_for(GIRTH, chest=92)
BETWEEN = size_for(GIRTH, chest=95.9)


def chance(
    size: str, small: float, fits: float, large: float, *, reports: int = 15, reasons: tuple[Reason, ...] = ()
) -> FitChance:
    return FitChance(size, small, fits, large, fits, fits, reports, reasons)


SAID = (Reason(Why.LIKE_YOU_SMALL, 12, 15, ("height_cm",)), Reason(Why.RUNS_SMALL, 9, 12))
RUNS_SMALL = (
    chance("S", 0.9, 0.08, 0.02),
    chance("m", 0.7, 0.25, 0.05, reasons=SAID),
    chance("L", 0.2, 0.7, 0.1),
)
FITS = (chance("S", 0.5, 0.45, 0.05), chance("M", 0.05, 0.9, 0.05), chance("L", 0.02, 0.5, 0.48))


def text_of(result: SizeResult, lang: Lang) -> str:
    return size_text(SizeFound(a_product("S", "M", "L"), result), lang, Sources())


def test_a_product_that_runs_small_is_taken_one_up_and_the_chart_is_said_to_disagree() -> None:
    result = with_reports(M, RUNS_SMALL)
    assert (result.size, result.other, result.because) == ("L", "M", Because.REPORTS)
    assert result.evidence is not None
    assert result.evidence.differs
    assert "disagree" in text_of(result, "en")
    assert "of 15 buyers of about your height who took m, 12 say that it runs small" in text_of(result, "en")
    assert "15 位身高与你相近" in text_of(result, "zh")
    assert "12 位说偏小" in text_of(result, "zh")


def test_the_line_of_the_chart_stays_that_of_the_size_the_body_lies_in() -> None:
    assert with_reports(M, RUNS_SMALL).row.size == "M"


def test_few_reports_leave_the_chart_alone() -> None:
    few = tuple(replace(one, reports=ENOUGH_REPORTS - 1) for one in RUNS_SMALL)
    assert with_reports(M, few) == M


def test_reports_that_agree_move_the_probability_towards_theirs() -> None:
    result = with_reports(M, FITS)
    assert (result.size, result.because) == ("M", None)
    assert M.probability is not None
    assert result.probability is not None
    assert min(M.probability, 0.9) <= result.probability <= max(M.probability, 0.9)
    many = with_reports(M, tuple(replace(one, reports=900) for one in FITS))
    assert many.probability == pytest.approx(0.9, abs=0.01)


def test_a_size_that_is_not_sold_is_never_advised() -> None:
    result = with_reports(M, RUNS_SMALL, sold=("S", "M"))
    assert result.size == "M"


def test_too_small_never_sends_anybody_down() -> None:
    odd = (chance("S", 0.1, 0.85, 0.05), chance("M", 0.7, 0.25, 0.05), chance("L", 0.6, 0.3, 0.1))
    assert with_reports(M, odd).size == "M"


def test_never_further_than_one_size_from_the_chart() -> None:
    small = size_for(GIRTH, chest=84)
    far = (chance("S", 0.8, 0.15, 0.05), chance("M", 0.6, 0.35, 0.05), chance("L", 0.02, 0.95, 0.03))
    assert with_reports(small, far).size == "M"


def test_between_two_sizes_a_slight_lead_decides_and_that_is_no_disagreement() -> None:
    assert (BETWEEN.size, BETWEEN.other, BETWEEN.because) == ("M", "L", None)
    slight = (chance("M", 0.3, 0.6, 0.1), chance("L", 0.15, 0.65, 0.2))
    result = with_reports(BETWEEN, slight)
    assert (result.size, result.because) == ("L", Because.REPORTS)
    assert result.evidence is not None
    assert not result.evidence.differs
    assert "between L and M" in text_of(result, "en")


def test_taste_goes_before_the_reports_but_they_are_told() -> None:
    liked = size_for(GIRTH, "closer", chest=95.9)
    result = with_reports(liked, RUNS_SMALL)
    assert (result.size, result.because) == ("M", Because.PREFERENCE)
    assert "by buyers' reports alone L" in text_of(result, "en")


def test_a_missing_measurement_is_not_made_up_by_reports() -> None:
    asking = size_for(GIRTH)
    assert with_reports(asking, RUNS_SMALL) == asking


def test_the_typed_advice_carries_the_reports() -> None:
    advice = size_advice(SizeFound(a_product("S", "M", "L"), with_reports(M, RUNS_SMALL)), "en")
    assert advice is not None
    assert advice.reports is not None
    assert (advice.reports.size, advice.reports.reports, advice.reports.small) == ("m", 15, 0.7)
    assert any("12" in reason for reason in advice.reasons)
