from __future__ import annotations

import json
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from evals.dialogues.fact_words import asked_for
from evals.dialogues.gold import ShopFiles, contradiction
from evals.dialogues.scenario import Scenario, holds_scenarios, read_scenarios
from evals.dialogues.shopper import EmbeddedShopper, Scene
from evals.dialogues.suite import find_scenarios, is_simulated, scenario_counts
from evals.dialogues.wording_variations import varied
from evals.shipped import evals_folder, shop_folders
from evals.wording import numbers_in
from knowledge.errors import Invalid
from knowledge.size_charts import Measure
from tests.test_evals.dialogue_world import goal, scenario, size_goal

SHIPPED = find_scenarios("simulated").scenarios
QUOTE = {"file": "documents/returns.md", "quote": "You have **30 days from delivery**"}


@pytest.mark.parametrize("one", SHIPPED, ids=lambda one: one.id)
def test_every_shipped_scenario_agrees_with_its_shops_files(one: Scenario) -> None:
    assert contradiction(one, ShopFiles(shop_folders()[one.shop])) is None


def test_each_shop_has_enough_scenarios_of_every_kind() -> None:
    assert min(Counter(one.shop for one in SHIPPED).values()) >= 14
    assert set(Counter(one.shop for one in SHIPPED)) == {"lingxi", "harborlane", "titmouse"}
    for shop in ("lingxi", "harborlane", "titmouse"):
        tags = {tag for one in SHIPPED if one.shop == shop for tag in one.tags}
        assert tags >= {"missing", "correction", "follow_up", "narrowing", "verification", "bargain", "beyond_floor",
                        "complaint", "topic_switch", "language_switch", "unanswerable", "hostile"}  # fmt: skip
    assert len({one.id for one in SHIPPED}) == len(SHIPPED)
    assert sum(scenario_counts().values()) == 2 * len(SHIPPED)


async def test_trials_of_a_shipped_scenario_begin_with_different_words() -> None:
    for one in SHIPPED:
        first = set()
        for trial in range(4):
            message = await EmbeddedShopper(one, trial, 0).next(Scene.at(one, 0, one.agenda()[0], knows=one.knows))
            assert message is not None
            first.add(message.text)
        assert len(first) >= 2, one.id


def test_no_variation_loses_or_adds_a_number() -> None:
    import random

    checked = 0
    for one in SHIPPED:
        for text in one.said_by_shopper():
            for seed in range(6):
                said = varied(text, one.lang, ["typos", "mixed", "polite", "angry"], random.Random(seed))
                assert numbers_in(said) == numbers_in(text), (text, said)
                checked += said != text
    assert checked > 1000


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"goals": [goal(source={"file": "documents/returns.md", "quote": "within 99 years"})]}, "does not say"),
        ({"goals": [goal(source={"file": "../shop.json", "quote": "x"})]}, "there is no file"),
        ({"goals": [goal(source=QUOTE, context={"product": "gone"})]}, "there is no product gone"),
        ({"goals": [goal(source=QUOTE, expect={"documents": ["gone.md"]})]}, "there is no document"),
        ({"goals": [goal(source=QUOTE, expect={"size": "9XL"})]}, "has a size 9XL"),
        ({"goals": [goal(source=QUOTE, expect={"order": {"order_no": "X-1"}})]}, "there is no order X-1"),
        ({"end": {"order": {"order_no": "HL-10614", "status": "Delivered"}}}, "'In transit', not 'Delivered'"),
        ({"end": {"deal": {"product": "HL-W141", "price_min": 200, "price_max": 220}}}, "below the floor of 211"),
        ({"end": {"deal": {"product": "HL-K306", "price_min": 1, "price_max": 2}}}, "cannot be bargained for"),
    ],
)
def test_a_scenario_that_contradicts_the_shop_is_told_so(change: dict[str, Any], told: str) -> None:
    right = {"goals": [goal(source=QUOTE)]}
    files = ShopFiles(shop_folders()["harborlane"])
    assert contradiction(scenario(**right), files) is None
    assert told in (contradiction(scenario(**(right | change)), files) or "")


def test_a_quote_that_left_the_shops_file_is_a_contradiction(tmp_path: Path) -> None:
    folder = tmp_path / "harborlane"
    shutil.copytree(shop_folders()["harborlane"], folder)
    one = next(one for one in SHIPPED if one.id == "hl-sim-007")
    assert contradiction(one, ShopFiles(folder)) is None
    page = folder / "documents" / "shipping.md"
    page.write_text(page.read_text("utf-8").replace("7–12 days, $19.95", "5–9 days, $29.95"), "utf-8")
    assert "goal 1: documents/shipping.md does not say" in (contradiction(one, ShopFiles(folder)) or "")


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"nonsense": 1}, "nonsense"),
        ({"knows": {"mood": ["good"]}, "goals": [goal()]}, "nobody can ask for mood"),
        ({"goals": [size_goal()], "knows": {}}, "needs chest"),
        ({"goals": [goal(expect={})]}, "expects nothing"),
        ({"persona": {"patience": 1}}, "leaves before"),
        ({"changes": [goal(after=5)]}, "a goal that is not there"),
    ],
)
def test_a_scenario_that_cannot_be_played_is_refused_with_row_and_reason(
    tmp_path: Path, change: dict[str, Any], told: str
) -> None:
    path = tmp_path / "s.jsonl"
    right = scenario().model_dump(mode="json", exclude_unset=True)
    path.write_text(json.dumps(right) + "\n\n" + json.dumps(right | {"id": "s-2"} | change) + "\n", "utf-8")
    with pytest.raises(Invalid, match=told) as error:
        read_scenarios(path)
    assert error.value.code == "usage_bad_scenarios"
    assert "row 3" in str(error.value)


def test_files_of_scenarios_are_told_from_files_of_cases(tmp_path: Path) -> None:
    assert holds_scenarios(evals_folder() / "scenarios" / "lingxi.jsonl")
    assert not holds_scenarios(evals_folder() / "cases" / "lingxi.jsonl")
    assert is_simulated("simulated-titmouse")
    assert not is_simulated("titmouse")
    (tmp_path / "broken.jsonl").write_text("{", "utf-8")
    assert not holds_scenarios(tmp_path / "broken.jsonl")
    with pytest.raises(Invalid, match="There is no suite"):
        find_scenarios("simulated-nowhere")
    with pytest.raises(Invalid, match="no scenario of the shop"):
        find_scenarios("simulated-lingxi", "titmouse")


@pytest.mark.parametrize(
    ("reply", "asked"),
    [
        ({"action": "clarify", "text": "More, please.", "size": {"missing": ["chest", "hip"]}}, ("chest", "hip")),
        ({"action": "clarify", "text": "?", "size": {"missing": [str(Measure.WEIGHT)]}}, ("weight",)),
        ({"action": "clarify", "text": "要查订单，请提供订单号和手机后四位。"}, ("order_no", "phone_last4")),
        ({"action": "clarify", "text": "你问的是哪一款？告诉我商品名，我来查。"}, ("product",)),
        ({"action": "answer", "text": "See your order number in the mail. The chest decides."}, ()),
        ({"text": "Happy to check! Could you tell me your order number?"}, ("order_no",)),
        ({"text": "好的。您的身高体重是多少？"}, ("height", "weight")),
        ({"action": "clarify", "text": "What mood are you in?"}, ("mood",)),
    ],
)
def test_what_a_reply_asks_for_is_read_from_its_fields_else_from_its_words(
    reply: dict[str, Any], asked: tuple[str, ...]
) -> None:
    assert asked_for(reply, {"mood": ["mood"]}) == asked
