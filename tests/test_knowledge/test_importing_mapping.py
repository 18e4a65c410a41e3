"""Tables with columns of the merchant's own: the guess is shown, and counts once it is accepted."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.clock import FrozenClock
from knowledge.errors import Invalid
from knowledge.importing.issues import Notes
from knowledge.importing.mapping import fingerprint, read_mapping
from knowledge.importing.mapping_guess import guess_products
from knowledge.importing.report import ImportReport
from knowledge.importing.run import ShopDefaults, import_paths
from knowledge.importing.table import read_table
from tests.test_knowledge.merchant import SHOP, Merchant, codes, counts, merchant

TROUSERS = "Eine leichte Hose für lange Wege, die schnell trocknet und an den Knien doppelt genäht ist."
HAT = "Gestrickt aus weicher Wolle von Schafen aus dem Tal, innen mit Vlies gefüttert gegen Wind."
GERMAN = f"""Artikelbezeichnung;Warengruppe;Verkaufspreis;EK-Kosten (cost);Größe;Bildadresse;Langtext;Nummer
Wanderhose Alm;Hosen;89,90 €;31,00;S;https://x.example/a.jpg;{TROUSERS};WH-101
Wanderhose Alm;Hosen;89,90 €;31,00;M;https://x.example/a.jpg;{TROUSERS};WH-102
Wollmütze Föhn;Mützen;24,50 €;9,00;M;https://x.example/b.jpg;{HAT};WM-201
Wollmütze Föhn;Mützen;24,50 €;9,00;L;https://x.example/b.jpg;{HAT};WM-202
"""
CHINESE = """宝贝,零售价格(元),建议零售价,现货,系列
山野登山包 30 升,299.00,399.00,12,山野
山野帐篷 双人,899.00,1099.00,3,山野
湖畔折叠椅,129.00,129.00,40,湖畔
湖畔野餐垫,59.00,79.00,0,湖畔
"""
CELLS = ["", "9.90", "Red Mug", "http://a/b.png", "M", "6901028075831", "是", "x" * 90]
OTHERS = [
    "sepal_length,sepal_width,species\n5.1,3.5,setosa\n4.9,3.0,setosa\n",
    "first,last,email\nAda,King,ada@x.example\nBob,Hall,bob@x.example\n",
    "date,visits,orders\n2026-01-02,312,12\n2026-01-03,299,14\n",
]


def guessed(text: str) -> dict[str, str]:
    table = read_table(text, Notes("t", "en"))
    assert table is not None
    return {guess.column: guess.target for guess in guess_products(table) or ()}


async def imports(shop: Merchant, mapping: dict[str, str] | None = None, *, accept: bool = False) -> ImportReport:
    return await import_paths(
        shop.database, shop.media, SHOP, [shop.folder], clock=FrozenClock(shop.now), ids=shop.ids,
        defaults=ShopDefaults(currency="EUR"), mapping=mapping, accept_mapping=accept,
    )  # fmt: skip


def test_names_and_values_together_tell_what_the_columns_hold() -> None:
    assert guessed(GERMAN) == {
        "Artikelbezeichnung": "title",
        "Warengruppe": "category",
        "Verkaufspreis": "price",
        "EK-Kosten (cost)": "leave_out",
        "Größe": "option",
        "Bildadresse": "image",
        "Langtext": "description",
        "Nummer": "sku",
    }
    assert guessed(CHINESE) == {
        "宝贝": "title", "零售价格(元)": "price", "建议零售价": "list_price", "现货": "quantity", "系列": "attribute",
    }  # fmt: skip


@pytest.mark.parametrize("text", OTHERS)
async def test_a_table_of_something_else_is_refused_even_when_guesses_are_accepted(tmp_path: Path, text: str) -> None:
    async with merchant(tmp_path) as shop:
        shop.write("x.csv", text)
        report = await imports(shop, accept=True)
    assert codes(report) == ["file_kind_unknown"]


async def test_a_guess_is_shown_and_nothing_is_written_before_it_is_accepted(tmp_path: Path) -> None:
    async with merchant(tmp_path) as shop:
        shop.write("a.csv", GERMAN)
        report = await imports(shop)
        assert await shop.store.shops() == ()
    assert not report.usable
    issue = next(issue for issue in report.issues if issue.code == "mapping_guessed")
    shown = {issue.field: (issue.value, issue.problem) for issue in report.issues if issue.code == "column_guessed"}
    assert len(shown) == 8
    assert shown["Verkaufspreis"][0] == "89,90 €"
    assert "price" in shown["Verkaufspreis"][1]
    proposed = json.loads(issue.mend[issue.mend.index("{") :])
    assert proposed == guessed(GERMAN)


async def test_an_accepted_guess_is_kept_and_used_silently_the_next_time(tmp_path: Path) -> None:
    async with merchant(tmp_path) as shop:
        shop.write("a.csv", GERMAN)
        first = await imports(shop, accept=True)
        trousers = next(p for p in (await shop.store.products(SHOP)).values() if p.title == "Wanderhose Alm")
        shop.write("a.csv", GERMAN.replace("89,90", "79,90"))
        second = await imports(shop)
    assert counts(first).new == 2
    assert trousers.title == "Wanderhose Alm"
    assert [(v.sku, dict(v.options)["Größe"], str(v.price.amount if v.price else "")) for v in trousers.variants] == [
        ("WH-101", "S", "89.9"),
        ("WH-102", "M", "89.9"),
    ]
    assert all("31" not in attribute.value for attribute in trousers.attributes)
    assert (counts(second).changed, counts(second).unchanged) == (1, 1)
    assert "mapping_guessed" not in codes(second)


async def test_a_given_mapping_goes_before_the_guess_and_is_kept(tmp_path: Path) -> None:
    mapping = {
        "宝贝": "title",
        "零售价格(元)": "list_price",
        "建议零售价": "price",
        "系列": "brand",
        "现货": "leave_out",
    }
    async with merchant(tmp_path) as shop:
        shop.write("a.csv", CHINESE)
        await imports(shop, mapping)
        second = await imports(shop)
        products = {p.title: p for p in (await shop.store.products(SHOP)).values()}
    price = products["湖畔野餐垫"].variants[0].price
    assert price is not None
    assert (str(price.amount), products["湖畔野餐垫"].brand) == ("79", "湖畔")
    assert products["湖畔野餐垫"].variants[0].quantity is None
    assert counts(second).unchanged == 4


async def test_nothing_is_kept_of_another_shop_or_another_header(tmp_path: Path) -> None:
    async with merchant(tmp_path) as shop:
        shop.write("a.csv", CHINESE)
        await imports(shop, accept=True)
        shop.write("a.csv", CHINESE.replace("系列", "产地"))
        assert "mapping_guessed" in codes(await imports(shop))


def test_a_header_is_known_again_in_another_order_and_case() -> None:
    assert fingerprint(("Item", "Retail_Price")) == fingerprint(("retail price", "ITEM"))
    assert fingerprint(("Item", "Price")) != fingerprint(("Item", "Prices"))


@pytest.mark.parametrize(
    "text", ["[]", "{", '{"a": 3}', '{"Item": "titel"}', '{"Item": "price"}', '{"A": "title", "B": "title"}']
)
def test_a_mapping_file_that_cannot_be_used_is_bad_usage(tmp_path: Path, text: str) -> None:
    path = tmp_path / "m.json"
    path.write_text(text)
    with pytest.raises(Invalid) as caught:
        read_mapping(path)
    assert caught.value.code == "usage_mapping"


@settings(max_examples=80, deadline=None)
@given(st.lists(st.lists(st.sampled_from(CELLS), min_size=3, max_size=3), max_size=8))
def test_no_table_breaks_the_guess(rows: list[list[str]]) -> None:
    text = "\n".join(["Alpha,Beta price,图"] + [",".join(row) for row in rows])
    table = read_table(text, Notes("t", "en"))
    assert table is not None
    guess = guess_products(table)
    assert guess is None or [one.column for one in guess] == list(table.columns)
