from __future__ import annotations

import json
from pathlib import Path

import pytest

from evals.cases import read_cases
from evals.shipped import HELD_OUT_SHOP, case_files, shop_folders
from evals.suites import QUICK, find, names
from knowledge.errors import Invalid
from tests.test_evals.world import case


def written(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def problem_of(path: Path, shop: str | None = None) -> str:
    with pytest.raises(Invalid) as refused:
        read_cases(path, shop)
    assert refused.value.code == "usage_bad_cases"
    return refused.value.message


def test_every_shipped_case_is_read_and_its_shop_ships() -> None:
    files = case_files()
    assert HELD_OUT_SHOP in files
    for shop, path in files.items():
        assert {case.shop for case in read_cases(path)} == {shop}
        assert shop in shop_folders()


def test_an_expectation_of_nothing_differs_from_no_expectation() -> None:
    expected = case(expect={"size": None}).expect
    assert expected.judges("size")
    assert not expected.judges("order")


def test_a_mistyped_expectation_names_its_row_and_field(tmp_path: Path) -> None:
    good = case().model_dump(mode="json", exclude_unset=True)
    bad = good | {"id": "c-2", "expect": {"must_sya": ["30"]}}
    path = written(tmp_path, "a.jsonl", f"{json.dumps(good)}\n{json.dumps(bad)}\n{{\n")
    told = problem_of(path)
    assert "row 2, expect.must_sya" in told
    assert "row 3, character" in told
    assert "row 1" not in told


def test_two_cases_with_one_id_are_told(tmp_path: Path) -> None:
    line = case().model_dump_json(exclude_unset=True)
    assert "row 2, id: 'c-1' is that of row 1" in problem_of(written(tmp_path, "a.jsonl", f"{line}\n{line}\n"))


def test_a_csv_is_read_with_alternatives_dialogues_and_defaults(tmp_path: Path) -> None:
    path = written(
        tmp_path,
        "mine.csv",
        "id,text,product,action,must_say,size,tags\n"
        "d1,Is it warm?,red-coat,answer,wool|warm;30,,\n"
        "d1,Which size?,,clarify|handoff,,none,missing;size\n"
        ",包邮吗,,answer,,,\n",
    )
    dialogue, single = read_cases(path, "maple")
    assert [turn.text for turn in dialogue.turns] == ["Is it warm?", "Which size?"]
    assert dialogue.turns[0].expect is not None
    assert dialogue.turns[0].expect.must_say == (("wool", "warm"), ("30",))
    assert dialogue.turns[0].page_product == "red-coat"
    assert dialogue.expect.action == ("clarify", "handoff")
    assert dialogue.expect.judges("size")
    assert dialogue.expect.size is None
    assert (single.shop, single.lang, single.id) == ("maple", "zh", "mine-4")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("text,musst_say\nhi,x\n", "row 1: unknown column 'musst_say'"),
        ("id,action\n1,answer\n", "row 1: column 'text' is missing"),
        ("text,action\nhi,anwser\n", "row 2, expect.action"),
        ("text,action\nhi, there,answer,\n", "row 2: more cells than columns"),
        ("text\n", "the file has no cases"),
    ],
)
def test_a_csv_that_cannot_be_used_is_told_by_row(tmp_path: Path, text: str, told: str) -> None:
    assert told in problem_of(written(tmp_path, "a.csv", text), "maple")


def test_a_case_without_a_shop_needs_one_from_the_caller(tmp_path: Path) -> None:
    path = written(tmp_path, "a.csv", "text\nhi\n")
    assert "row 2, shop" in problem_of(path)
    assert find(str(path), "maple").cases[0].shop == "maple"


def test_quick_holds_every_category_and_language_of_the_held_out_shop_and_of_no_other() -> None:
    quick, whole = find(QUICK), find(HELD_OUT_SHOP)
    assert quick.shops == (HELD_OUT_SHOP,)
    assert {(c.category, c.lang) for c in quick.cases} == {(c.category, c.lang) for c in whole.cases}
    assert len(quick.cases) < len(whole.cases) / 2
    assert names()[QUICK] == len(quick.cases)


def test_a_limit_is_spread_over_the_suite() -> None:
    whole = find(HELD_OUT_SHOP)
    assert len({case.category for case in whole.limited(30).cases}) > 3
    assert len(whole.limited(30).cases) == 30


def test_an_unknown_suite_is_told_with_the_ones_there_are() -> None:
    with pytest.raises(Invalid, match="quick"):
        find("anwsers")
    with pytest.raises(Invalid, match="no case of the shop"):
        find(HELD_OUT_SHOP, "lingxi")
