"""The fit of the confidence: what it learns, what it leaves out, and the file it leaves behind."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from assistant.calibration import BIAS, READING, SIGNALS, Calibration, Kind, read_calibration
from evals.fitting.asking import HeldText, Observed
from evals.fitting.page import left_out_page
from evals.fitting.questions import Labelled, demo_shops, fitting_shops, of_cases, of_fitting_shop
from evals.fitting.record import as_toml
from evals.fitting.regression import FEWEST, SIDES, best_texts, fit_kinds, fit_published, fit_reading, left_out
from knowledge.errors import Invalid

PLAIN = {"bias": 0.0, "near": 1.0, "read": 0.0, "unread": 0.0}


def met(shop: str, share: float, right: bool, *, lang: str = "en", **other: float) -> Observed:
    features = dict.fromkeys(SIGNALS, 0.0) | {"share": share} | other
    text = HeldText(0.5, 0.0, features, share / 2, right)
    return Observed(shop, lang, Kind.DOCUMENT, 0.6, right, (text,))


def share_of(one: Observed) -> float:
    return one.texts[0].features["share"]


def world(count: int = 240) -> list[Observed]:
    """Return questions of three shops, the likelier answered the more of them the text tells."""
    source = np.random.default_rng(1)
    shares = source.random(count)
    right = source.random(count) < shares
    shops = ("maple", "birch", "rowan")
    return [
        met(shops[n % 3], float(share), bool(ok), lang="zh" if n % 2 else "en", named=float(source.random() < 0.5))
        for n, (share, ok) in enumerate(zip(shares, right, strict=True))
    ]


def test_what_decides_gets_the_weight() -> None:
    fit = fit_published(best_texts(world(), PLAIN))
    assert fit.weights["share"] > 2.0
    assert abs(fit.weights["named"]) < 0.5
    told = fit.probabilities(best_texts([met("x", 0.1, False), met("x", 0.9, True)], PLAIN))
    assert told[0] < 0.3 < 0.7 < told[1]


def test_a_weight_never_says_the_opposite_of_its_signal() -> None:
    upside_down = [met(one.shop, share_of(one), not one.texts[0].right) for one in world()]
    fit = fit_published(best_texts(upside_down, PLAIN))
    assert fit.weights["share"] == 0.0
    for name, (least, most) in SIDES.items():
        assert least is None or fit.weights[name] >= least
        assert most is None or fit.weights[name] <= most


def test_a_shop_that_is_left_out_is_told_by_the_others_alone() -> None:
    honest = world()
    liar = [met("liar", share_of(one), not one.texts[0].right) for one in honest[:60]]
    figures = left_out([*honest, *liar])
    assert figures["shop=liar"]["fitted"]["ece"]["value"] > 2 * figures["shop=maple"]["fitted"]["ece"]["value"]
    assert figures["shop=maple"]["fitted"]["aurc"]["value"] < figures["shop=maple"]["constant"]
    assert set(figures) == {"all", "lang=zh", "lang=en", "shop=maple", "shop=birch", "shop=rowan", "shop=liar"}


def test_a_kind_is_fitted_from_enough_replies_only_and_to_its_rate() -> None:
    replies = [met("maple", 0.5, n % 4 != 0) for n in range(200)]
    slope, shift = fit_kinds(replies)[Kind.DOCUMENT]
    rate = 1 / (1 + np.exp(-(slope * np.log(0.6 / 0.4) + shift)))
    assert rate == pytest.approx(0.75, abs=0.02)
    assert fit_kinds(replies[: FEWEST - 1]) == {}


def test_a_kind_that_never_erred_is_not_certain() -> None:
    slope, shift = fit_kinds([met("maple", 0.5, True) for _ in range(30)])[Kind.DOCUMENT]
    assert 0.8 < 1 / (1 + np.exp(-(slope * np.log(0.6 / 0.4) + shift))) < 0.99


def test_questions_in_which_nothing_was_looked_up_are_not_fitted_on() -> None:
    greeting = Observed("maple", "en", None, 0.9, True)
    assert len(best_texts([greeting, met("maple", 0.5, True)], PLAIN)) == 1


def reads_well(count: int = 200) -> list[Observed]:
    """Return questions of two texts: the nearer is wrong as often as not, the one that reads well is right."""
    source = np.random.default_rng(2)
    features = dict.fromkeys(SIGNALS, 0.0)
    out = []
    for n in range(count):
        nears, right = source.random(2), int(source.integers(2))
        texts = [
            HeldText(float(nears[i]), float(source.normal(1.5 if i == right else -1.5)), features, 0.0, i == right)
            for i in range(2)
        ]
        out.append(Observed(("maple", "birch")[n % 2], "en", Kind.DOCUMENT, 0.6, None, tuple(texts)))
    return out


def test_what_reads_well_is_ranked_before_what_lies_nearer() -> None:
    world = reads_well()
    fit = fit_reading(world)
    assert set(fit) == set(READING)
    assert fit["read"] > 1.0 > fit["near"]
    assert fit["unread"] < -1.0
    by_reading = np.mean([one.right for one in best_texts(world, fit)])
    by_nearness = np.mean([one.right for one in best_texts(world, PLAIN)])
    assert by_reading > 0.9 > 0.6 > by_nearness


def test_the_best_text_has_the_signals_that_a_turn_would_give_it() -> None:
    (one, *_) = reads_well()
    fit = {"bias": -0.3, "near": 0.8, "read": 0.9, "unread": -1.0}
    (best,) = best_texts([one], fit)
    told = sorted((Calibration(fit).both(text.near, text.read) for text in one.texts), reverse=True)
    first, second = (np.log(p / (1 - p)) for p in told)
    assert best.features["support"] == pytest.approx(first)
    assert best.features["lead"] == pytest.approx(min(3.0, first - second))


def test_the_file_is_read_by_the_assistant_that_it_was_made_for(tmp_path: Path) -> None:
    fit = fit_published(best_texts(world(), PLAIN))
    text = as_toml(
        PLAIN,
        fit,
        {Kind.SIZE: (0.5, 1.0)},
        encoders=["one", "two"],
        reader="0123456789abcdef",
        shops=["maple"],
        questions=240,
        sha256="0" * 64,
        figures=left_out(world()),
    )
    path = tmp_path / "calibration.toml"
    path.write_text(text, "utf-8")
    calibration = read_calibration(["two", "one"], "0123456789abcdef", path)
    assert calibration.published[BIAS] == pytest.approx(fit.weights[BIAS], abs=1e-4)
    assert calibration.reading == PLAIN
    assert calibration.kinds == {Kind.SIZE: (0.5, 1.0)}
    assert '"lang=zh" = { n = 120' in text


def test_the_page_shows_both_curves_of_every_group() -> None:
    page = left_out_page(left_out(world()))
    assert page.count("<section>") == 6
    assert page.count("<svg") == 12


def test_white_space_and_marks_do_not_hide_a_proof() -> None:
    one = Labelled("q", "maple", "how long", None, (("within **30 days**",), ("a month",)))
    assert one.answered_by("Returns", "You may return it within\n30 days.")
    assert one.answered_by("Returns", "You have A month.")
    assert not one.answered_by("Returns", "You may return it within 14 days.")
    assert not Labelled("q", "maple", "?", None, ()).answered_by("Returns", "anything")


def test_the_held_out_shop_is_never_fitted_on() -> None:
    assert demo_shops() == ["harborlane", "lingxi"]
    assert "titmouse" not in fitting_shops()


def test_of_the_cases_only_those_are_taken_that_tell_whether_a_text_answers() -> None:
    taken = of_cases("harborlane")
    assert len({one.id for one in taken}) == len(taken) > 200
    assert all(one.case is not None and len(one.case.turns) == 1 for one in taken)
    open_ended = [one for one in taken if one.case and one.about_words and len(set(one.case.expect.action)) > 1]
    assert all("answer" not in one.case.expect.action for one in open_ended if one.case)
    assert not any(one.proofs for one in taken if one.case and one.case.category == "orders")


def test_a_line_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    (tmp_path / "questions.jsonl").write_text('{"id": "x"}\n', "utf-8")
    with pytest.raises(Invalid, match=r"questions\.jsonl"):
        of_fitting_shop(tmp_path)
