from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from api.cli import cli
from assistant.migrations import upgrade
from evals.cases import Case
from evals.checking import CheckReport, check_cases, check_suite
from evals.checks.facts import ShopFacts, in_one_form, shop_facts
from evals.checks.problem import Level, of_level
from evals.checks.together import NEAR_COPY, figures
from evals.shipped import case_files, shop_folders
from evals.suites import find
from knowledge.catalog import ShopId
from knowledge.home import Home, KnowledgeSettings
from knowledge.importing.run import import_paths
from tests.test_assistant import small_shop

Raw = dict[str, Any]
# All of the mutations are of cases over this shop.
SHOP = "harborlane"


@pytest.fixture(scope="module")
def installation(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return Home.at(tmp_path_factory.mktemp("home"), upgrade, KnowledgeSettings())


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> ShopFacts:
    async def read() -> ShopFacts:
        home = Home.at(tmp_path_factory.mktemp("facts"), upgrade, KnowledgeSettings())
        database = await home.open_database()
        folder = shop_folders()[SHOP]
        await import_paths(database, None, ShopId(SHOP), [folder], clock=home.clock, ids=home.ids)
        found = await shop_facts(database, SHOP, ["HL-10607"], folder)
        await database.close()
        return found

    return asyncio.run(read())


@pytest.mark.parametrize("shop", sorted(case_files()))
def test_every_shipped_case_is_proved_by_its_shop(installation: Home, shop: str) -> None:
    report = asyncio.run(check_suite(installation, find(shop)))
    assert [str(problem) for problem in report.errors] == []
    assert [str(problem) for problem in of_level(report.problems, Level.WARNING)] == []
    # Most entries are proved by the very words that the case quotes; what is to be read is the smaller part.
    assert report.proofs["quote"] > sum(report.proofs.values()) / 2
    assert report.proofs["reading"] < sum(report.proofs.values()) / 4


def test_the_shipped_cases_keep_what_they_promise_as_a_set() -> None:
    told = figures(find("all").cases)
    assert told["cases"] >= 600
    assert told["hard_share"] >= 1 / 3
    assert min(told["by_lang"].values()) > 400


RIGHT: Mapping[str, Any] = {
    "id": "x-1",
    "shop": SHOP,
    "lang": "en",
    "category": "answers",
    "turns": [{"text": "how much is a return label", "context": {"product": "HL-W101"}}],
    "expect": {
        "action": "answer",
        "must_say": ["7.95"],
        "must_not_say": ["free returns"],
        "products": ["HL-W101"],
        "documents": ["returns.md"],
        "size": "M",
        "lang": "en",
    },
    "source": {"file": "documents/returns.md", "quote": "First exchange per order"},
}


def case_of(change: Callable[[Raw], None] | None = None) -> Case:
    raw: Raw = json.loads(json.dumps(RIGHT))
    raw["source"]["quote"] = "$7.95"
    if change is not None:
        change(raw)
    return Case.model_validate(raw)


def checked(facts: ShopFacts, *cases: Case) -> CheckReport:
    return check_cases(cases, {SHOP: facts})


def test_a_right_case_is_clean(facts: ShopFacts) -> None:
    assert checked(facts, case_of()).problems == ()


def put(**values: Any) -> Callable[[Raw], None]:
    """Return a change that sets keys by their path, ``a__b``; a number is an index."""

    def change(raw: Raw) -> None:
        for path, value in values.items():
            *way, last = path.split("__")
            place: Any = raw
            for step in way:
                place = place[int(step) if step.isdigit() else step]
            place[last] = value

    return change


ORDER = {"order_no": "HL-10607", "verified": True, "status": "Delivered"}


@pytest.mark.parametrize(
    ("change", "field", "reason"),
    [
        (put(source__file="documents/return.md"), "source.file", "is no file of the shop"),
        (put(source__quote="$7.96"), "source.quote", "does not stand in"),
        (put(source__quote="$7.95 PER LABEL"), "source.quote", "does not stand in"),
        (put(turns__0__context={"product": "HL-W999"}), "turns.0.context.product", "no product"),
        (put(expect__products=["HL-W101", "HL-W1O1"]), "expect.products", "no product"),
        (put(expect__order={"product": "HL-X"}), "expect.order.product", "no product"),
        (put(expect__documents=["return.md"]), "expect.documents", "no document"),
        (put(expect__size="XXXXL"), "expect.size", "is a size of no chart"),
        (put(expect__order=ORDER | {"order_no": "HL-1"}), "expect.order.order_no", "no such order"),
        (put(expect__order=ORDER | {"status": "Lost"}), "expect.order.status", "the order is"),
        (put(expect__order=ORDER), "expect.order.verified", "neither"),
        (put(expect__order={"product": "HL-W101", "price_min": 1.0}), "expect.order.price_min", "is not within"),
        (put(expect__order={"product": "HL-W101", "price_max": 999.0}), "expect.order.price_max", "is not within"),
        (put(expect__must_say=["7.59"]), "expect.must_say", "none of these stands"),
        (put(expect__must_say=["moleskin lining"]), "expect.must_say", "none of these stands"),
        (put(expect__must_not_say=["7.95"]), "expect.must_not_say", "is part of what must be said"),
        (put(expect__must_say=["label"], expect__must_not_say=["$7.95"]), "expect.must_not_say", "stands in the quote"),
        (put(pair="x-9"), "pair", "no such case"),
    ],
)
def test_a_case_broken_in_one_way_is_found(
    facts: ShopFacts, change: Callable[[Raw], None], field: str, reason: str
) -> None:
    found = [(problem.field, problem.reason) for problem in checked(facts, case_of(change)).errors]
    assert any(where == field and reason in why for where, why in found), found


def test_what_cannot_be_proved_by_a_text_is_told_apart_and_is_no_error(facts: ShopFacts) -> None:
    tagged = case_of(put(expect__must_say=["13.37"], tags=["rule_applied"]))
    a_no = case_of(put(id="x-2", turns__0__text="so you pay me back twice", expect__must_say=[["cannot", "unable"]]))
    told = checked(facts, tagged, a_no)
    assert told.errors == []
    assert [problem.level for problem in told.problems] == [Level.BY_READING] * 2


def test_numbers_are_compared_as_numbers_and_never_inside_longer_ones(facts: ShopFacts) -> None:
    assert checked(facts, case_of(put(expect__must_say=["7.950"]))).errors == []
    assert checked(facts, case_of(put(expect__must_say=["7.9"]))).errors


def test_quotes_are_compared_without_width_and_kind_of_space_but_with_case() -> None:
    assert in_one_form('On\u3000 orders：\n""x""') == 'On orders: "x"'
    assert in_one_form("On orders") != in_one_form("on orders")


@pytest.mark.parametrize(
    ("other", "reason"),
    [
        ({"lang": "zh", "pair": "x-3"}, "points to x-3"),
        ({"lang": "en", "pair": "x-1", "turns": [{"text": "quite another question"}]}, "same language"),
    ],
)
def test_a_pair_that_is_not_one_is_found(facts: ShopFacts, other: Raw, reason: str) -> None:
    one, two = case_of(put(pair="x-2")), case_of(put(id="x-2", **other))
    assert any(reason in problem.reason for problem in checked(facts, one, two).errors)


def test_a_pair_in_two_languages_is_right(facts: ShopFacts) -> None:
    zh = case_of(put(id="x-2", lang="zh", pair="x-1", turns__0__text="退货标签多少钱"))
    assert checked(facts, case_of(put(pair="x-2")), zh).problems == ()


@pytest.mark.parametrize(
    ("text", "is_copy"),
    [
        ("How much is a return label?", True),
        ("how much is a returns label", True),
        ("how much is an exchange label", False),
        ("what does sending something back cost", False),
    ],
)
def test_a_near_copy_is_found_and_the_same_matter_in_other_words_is_none(
    facts: ShopFacts, text: str, is_copy: bool
) -> None:
    found = checked(facts, case_of(), case_of(put(id="x-2", turns__0__text=text))).errors
    assert [problem.field for problem in found] == (["turns"] if is_copy else [])
    assert 0.7 < NEAR_COPY < 0.9


def test_the_same_words_on_another_page_are_another_question(facts: ShopFacts) -> None:
    other = case_of(put(id="x-2", turns__0__context={"product": "HL-W102"}))
    assert checked(facts, case_of(), other).errors == []


def test_all_shipped_cases_together_must_be_many_and_hard(facts: ShopFacts) -> None:
    found = check_cases([case_of()], {SHOP: facts}, whole=True).errors
    assert [problem.field for problem in found] == ["cases", "lang", "tags"]


@pytest.fixture(scope="module")
def merchant(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return small_shop.import_shops(tmp_path_factory.mktemp("merchant"))


def daogou(home: Home, *words: str) -> tuple[int, Any]:
    done = CliRunner().invoke(cli, ["eval", "check", *words, "--home", str(home.path), "--json"])
    return done.exit_code, json.loads(done.stdout) if done.stdout else done.exception


def test_a_merchants_own_cases_are_checked_against_what_was_imported(merchant: Home, tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    head = "id,text,must_say,products,documents,size,source_file,source_quote\n"
    right = f"a,退货几天内可以,7 天,{small_shop.CARDIGAN},returns.md,M,returns.md,7 天内可申请\n"
    path.write_text(head + right, "utf-8")
    code, told = daogou(merchant, str(path), "--shop", small_shop.SHOP)
    assert (code, told["errors"], told["warnings"]) == (0, [], [])
    assert told["must_say_proved_by"] == {"quote": 1}
    wrong = "b,运费多少,9 元,no-such,ship.md,XXL,returns.md,8 天内可申请\nc,开衫什么料,70%,,,,products.csv,70%绵羊毛\n"
    path.write_text(head + right + wrong, "utf-8")
    code, told = daogou(merchant, str(path), "--shop", small_shop.SHOP)
    assert code == 1
    assert {(problem["case"], problem["field"]) for problem in told["errors"]} == {
        ("b", "source.quote"),
        ("b", "expect.products"),
        ("b", "expect.documents"),
        ("b", "expect.size"),
        ("b", "expect.must_say"),
    }
    # The database keeps no table as a file; its words are looked for in what was imported.
    assert told["warnings"] == []


def test_the_command_tells_problems_in_words_and_bad_usage_exits_with_2(merchant: Home, tmp_path: Path) -> None:
    path = tmp_path / "mine.csv"
    path.write_text("id,text,must_say,source_file,source_quote\na,运费多少,9 元,shipping.md,99 元\n", "utf-8")
    done = CliRunner().invoke(
        cli, ["eval", "check", str(path), "--shop", small_shop.SHOP, "--home", str(merchant.path)]
    )
    assert done.exit_code == 1
    assert "a  expect.must_say: '9 元': none of these stands" in done.stdout
    nowhere = CliRunner().invoke(cli, ["eval", "check", "nonsense", "--home", str(merchant.path)])
    assert str(getattr(nowhere.exception, "code", "")).startswith("usage")
