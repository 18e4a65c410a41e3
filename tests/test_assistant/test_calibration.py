"""What a turn knows becomes a probability, by a file that is refused where it was made for other models."""

from __future__ import annotations

import logging
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from assistant.calibration import (
    BIAS,
    SIGNALS,
    Calibration,
    Kind,
    Signals,
    calibration_or_none,
    log_odds,
    probability,
    read_calibration,
)
from assistant.reading.reader import fingerprint
from knowledge.errors import Invalid
from knowledge.home import KnowledgeSettings
from knowledge.retrieval.models import SearchModels, search_models

PACKAGED = SearchModels().names
READER = fingerprint()
USUAL = Signals(
    support=0.0,
    read=0.0,
    lead=0.5,
    share=0.5,
    passage=True,
    sentence=False,
    english=False,
    finding=-0.2,
    named=False,
)


def shipped() -> str:
    return files("assistant").joinpath("calibration.toml").read_text("utf-8")


def test_the_file_that_ships_serves_the_packaged_models() -> None:
    calibration = read_calibration(PACKAGED, READER)
    assert calibration.fitted
    assert set(calibration.kinds) == set(Kind)
    assert 0.0 < calibration.answers(USUAL) < 1.0


def test_the_file_names_neither_the_held_out_shop_nor_its_questions() -> None:
    assert "titmouse" not in shipped()


@pytest.mark.parametrize("signal", SIGNALS)
def test_each_signal_that_has_a_weight_moves_the_probability_to_its_side(signal: str) -> None:
    weights = dict.fromkeys(SIGNALS, 0.0) | {BIAS: -1.0, signal: 2.0}
    calibration = Calibration({}, weights, dict.fromkeys(SIGNALS, 0.0))
    least: dict[str, Any] = {signal: 0.0}
    most: dict[str, Any] = {signal: 1.0}
    low, high = replace(USUAL, **least), replace(USUAL, **most)
    assert calibration.answers(high) > calibration.answers(low)
    strongest, effect = calibration.effects(high)[0]
    assert strongest == signal
    assert effect == pytest.approx(2.0)


def test_more_of_the_question_told_is_never_less_likely_to_answer() -> None:
    calibration = read_calibration(PACKAGED, READER)
    told = [calibration.answers(replace(USUAL, share=share)) for share in (0.0, 0.3, 0.6, 1.0)]
    assert told == sorted(told)


@pytest.mark.parametrize("signal", ["support", "read", "lead"])
def test_what_lies_nearer_reads_better_or_stands_alone_is_likelier_to_answer(signal: str) -> None:
    calibration = read_calibration(PACKAGED, READER)
    values: list[dict[str, Any]] = [{signal: float(value)} for value in range(-2, 4)]
    told = [calibration.answers(replace(USUAL, **value)) for value in values]
    assert told == sorted(told)
    assert told[-1] - told[0] > 0.1


def test_a_search_for_products_is_less_likely_answered_by_a_text() -> None:
    calibration = read_calibration(PACKAGED, READER)
    assert calibration.answers(replace(USUAL, finding=0.5)) < calibration.answers(replace(USUAL, finding=-0.5))


def test_a_file_made_for_other_models_is_refused_with_the_way_to_make_one(tmp_path: Path) -> None:
    other = search_models(KnowledgeSettings(home=tmp_path, embedding_model="some/model")).names
    with pytest.raises(Invalid, match=r"some/model.*fit-confidence") as refused:
        read_calibration(other, READER)
    assert refused.value.code == "calibration_of_other_models"


def test_a_file_made_for_another_reader_is_refused() -> None:
    with pytest.raises(Invalid, match=r"another reader.*fit-confidence") as refused:
        read_calibration(PACKAGED, "0" * 16)
    assert refused.value.code == "calibration_of_other_models"


def test_what_reads_as_an_answer_is_likelier_and_what_was_not_read_less_than_what_was_read_well() -> None:
    calibration = read_calibration(PACKAGED, READER)
    told = [calibration.both(0.4, read) for read in (-4.0, -1.0, 1.0, 4.0)]
    assert told == sorted(told)
    assert told[-1] - told[0] > 0.2
    assert calibration.both(0.4, None) < calibration.both(0.4, 1.0)
    assert calibration.both(0.2, 1.0) < calibration.both(0.6, 1.0)


@pytest.mark.parametrize("section", ["[reading]\nbias", "[published]\nbias", "[typical]\nsupport"])
def test_a_file_made_of_other_signals_is_refused(section: str, tmp_path: Path) -> None:
    path = tmp_path / "calibration.toml"
    other = shipped().replace(f"{section} = ", section.replace(section.split()[-1], "luck") + " = ")
    assert other != shipped()
    path.write_text(other, "utf-8")
    with pytest.raises(Invalid) as refused:
        read_calibration(PACKAGED, READER, path)
    assert refused.value.code == "calibration_of_other_models"


@pytest.mark.parametrize("content", ["", "[made", "[made]\nencoders = 3", "\x00"])
def test_a_broken_file_is_refused_and_never_a_stack_trace(tmp_path: Path, content: str) -> None:
    path = tmp_path / "calibration.toml"
    path.write_text(content, "utf-8")
    with pytest.raises(Invalid) as refused:
        read_calibration(PACKAGED, READER, path)
    assert refused.value.code == "calibration_unreadable"


def test_without_a_fit_the_scores_stay_scores_and_the_log_says_so(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        calibration = calibration_or_none(["another model"], READER)
    assert "fit-confidence" in caplog.text
    assert not calibration.fitted
    assert calibration.answers(USUAL) == probability(USUAL.support)
    assert calibration.right(Kind.SIZE, 0.7) == 0.7
    assert calibration.effects(USUAL) == []
    assert calibration.both(0.3, 5.0) == 0.3


def test_a_kind_is_brought_to_its_own_rate_and_keeps_its_order() -> None:
    calibration = Calibration(kinds={Kind.PRODUCTS: (0.5, 1.0)})
    assert calibration.right(Kind.PRODUCTS, 0.5) == pytest.approx(probability(1.0))
    assert calibration.right(Kind.PRODUCTS, 0.9) > calibration.right(Kind.PRODUCTS, 0.5)
    assert calibration.right(Kind.SIZE, 0.9) == 0.9


def test_certainty_stays_finite() -> None:
    assert abs(log_odds(0.0)) < 10
    assert abs(log_odds(1.0)) < 10
    assert 0.0 < probability(1e9) <= 1.0
