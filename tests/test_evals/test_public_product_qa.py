"""``product_qa`` over a few products of our own: reading attributes, ranking them, whole replies."""

from __future__ import annotations

from pathlib import Path

import pytest

from evals.public import product_qa
from evals.public.product_qa_data import attribute, read_questions
from evals.public.product_qa_peers import peers
from knowledge.catalog import Attribute
from knowledge.errors import Invalid
from knowledge.home import Home

LAMP = {
    "color": '{ value:"brass" }',
    "bulb_base": '{ value:"e27" }',
    "item_weight": "{ unit:kilograms, normalized_value:{ unit:pounds, value:4.4 }, value:2 }",
    "cable_length": '{ unit:meters, string_value:"1.8 meters", decimal_value:1.8 }',
}
TENT = {
    "sleeping_capacity": "{ value:3 }",
    "fabric_type": '{ value:"polyester" }; { value:"nylon" }',
    "item_weight": "{ unit:kilograms, value:4.1 }",
    "season": "{ }",
}
ASKED = (
    (LAMP, "what is the bulb base?", "bulb_base"),
    (LAMP, "what is the item weight?", "item_weight"),
    (LAMP, "can I return it to a store in Lisbon?", None),
    (TENT, "what is the sleeping capacity?", "sleeping_capacity"),
    (TENT, "which fabric type is it?", "fabric_type"),
    (TENT, "did the president like it?", None),
)


def untold(_done: int, _total: int) -> None:
    """Nobody watches."""


def write(path: Path) -> None:
    lines = ["qid\tqa_pair_id\tquestion\tcandidate\tlabel"]
    for qid, (attributes, question, right) in enumerate(ASKED):
        for place, (name, value) in enumerate(attributes.items()):
            quoted = f"{name}:  {value}".replace('"', '""')
            lines.append(f'{qid}\t{qid}{place}\t{question}\t"{quoted}"\t{int(name == right)}')
    path.write_text("\n".join(lines) + "\n", "utf-8")


@pytest.mark.parametrize(
    ("written", "name", "value"),
    [
        ('age_range:  { value:"little kid" }', "age range", "little kid"),
        ("weight:  { unit:pounds, normalized_value:{ unit:ounces, value:3 }, value:0.2 }", "weight", "0.2 pounds"),
        ("size:  { width:{ unit:inches, value:9 }, height:{ value:5 } }", "size", "width 9 inches, height 5"),
        ("heel:  { type:[ { value:\"flat\" }, { value:'low_cut' } ] }", "heel", "type flat, low cut"),
        ('material:  { value:"rose gold" }; { value:"zirconia" }', "material", "rose gold; zirconia"),
        ('length:  { unit:inches, string_value:"17 inches", decimal_value:17 }', "length", "17 inches"),
        (r'size:  { value:"5.5\" wide" }', "size", '5.5" wide'),
        ('color:  { standardized_values:[ "green" ], value:"olive; dark" }', "color", "olive; dark"),
    ],
)
def test_an_attribute_is_read_as_a_merchant_writes_it(written: str, name: str, value: str) -> None:
    assert attribute(written) == Attribute(name, value)


def test_an_attribute_without_a_value_is_none_and_a_broken_one_an_error() -> None:
    assert attribute("outer:  { }") is None
    for broken in ("color", 'color:  { value:"red"', "color:  { value }", "color:  { value:[1, ] } x", "color:  {,}"):
        with pytest.raises(ValueError, match=r"missing|before|read"):
            attribute(broken)


def test_a_question_keeps_which_attributes_answer_it(tmp_path: Path) -> None:
    write(tmp_path / "testseen.csv")
    asked = read_questions(tmp_path / "testseen.csv")
    assert [one.answerable for one in asked] == [True, True, False, True, True, False]
    assert asked[0].attributes[1] == Attribute("bulb base", "e27")
    assert asked[0].right == (False, True, False, False)
    assert len(asked[3].attributes) == 3


def test_a_row_that_cannot_be_used_is_told_with_its_place(tmp_path: Path) -> None:
    path, head = tmp_path / "testseen.csv", "qid\tqa_pair_id\tquestion\tcandidate\tlabel\n"
    for row, problem in (
        ("1\t1\thow heavy?\tcolor:  { value:red }\t2", "row 2: label"),
        ("1\t1\thow heavy?\tcolor:  { value:red\t0", "row 2: candidate"),
        ("1\t1\thow heavy?\tcolor", "row 2: 4 cells"),
        ("1\t1\thow heavy?\tcolor:  { value:red }\t0\n1\t2\thow big?\tsize:  { value:3 }\t0", "row 3: qid"),
    ):
        path.write_text(f"{head}{row}\n", "utf-8")
        with pytest.raises(Invalid, match=problem) as told:
            read_questions(path)
        assert told.value.code == "usage_bad_data"


async def test_the_products_page_is_asked_in_the_real_turn_beside_its_peers(tmp_path: Path, home: Home) -> None:
    write(tmp_path / product_qa.TEST)
    write(tmp_path / product_qa.TRAIN)
    result = await product_qa.measure(tmp_path, home, untold)
    systems = {system.name: system for system in result.systems}
    assert result.items == len(ASKED)
    ranked, whole = systems["daogou: facts ranked"], systems["daogou: whole reply"]
    assert ranked.per_item["p@1"] == {"0": 1.0, "1": 1.0, "3": 1.0, "4": 1.0}
    assert set(whole.per_item["abstained"]) == {"2", "5"}
    first = whole.per_item["p@1"]
    assert sum(first.values()) >= 3
    for metric in ("p@1", "auroc"):
        found = ranked.figure(metric)
        assert found is not None
        assert found.value > 0.9
    assert {"MiniLM", "BM25", "logistic regression over both"} <= systems.keys()
    untrained = await peers(read_questions(tmp_path / product_qa.TEST), (), home, untold)
    assert {system.name for system in untrained} == {"MiniLM", "BM25"}


async def test_questions_of_one_kind_cannot_be_measured(tmp_path: Path, home: Home) -> None:
    path = tmp_path / product_qa.TEST
    path.write_text(
        "qid\tqa_pair_id\tquestion\tcandidate\tlabel\n1\t1\thow heavy?\tcolor:  { value:red }\t0\n", "utf-8"
    )
    with pytest.raises(Invalid, match="answerable"):
        await product_qa.measure(tmp_path, home, untold)
