"""The merchant's note on sizes, read into rules and held against products."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.size_rules import LARGER, SMALLER, ProductRules, SizeNote, read_note, rules_for
from assistant.understanding.measurements import Need
from knowledge.catalog import Attribute, Handle, Product, ShopId, Source
from knowledge.size_charts import Measure

CHEST, WAIST, HIP, HEIGHT, FOOT = Measure.CHEST, Measure.WAIST, Measure.HIP, Measure.HEIGHT, Measure.FOOT


def product(title: str, fit: str = "", **attributes: str) -> Product:
    named = {"Fit": fit} | attributes
    return Product(
        ShopId("maple"),
        Handle("p"),
        title,
        datetime(2026, 11, 1, tzinfo=UTC),
        Source("products.csv", 2),
        attributes=tuple(Attribute(name, value) for name, value in named.items() if value),
    )


def deciding(note: str, title: str = "Cedar Jacket", fit: str = "") -> tuple[Measure, ...]:
    return rules_for(note, product(title, fit)).deciding


def between(note: str, title: str = "Cedar Jacket", fit: str = "") -> int | None:
    return rules_for(note, product(title, fit)).between


@pytest.mark.parametrize(
    ("note", "measures"),
    [
        ("Waist decides.", (WAIST,)),
        ("Height decides, not age.", (HEIGHT,)),
        ("Foot length decides. Measure the longer foot.", (FOOT,)),
        ("Waist decides, hip second.", (WAIST, HIP)),
        ("Go by the bust.", (CHEST,)),
        ("以胸围为准，身高体重仅供参考。", (CHEST,)),
        ("以身高为准；偏胖的孩子再核对胸围。", (HEIGHT,)),
        ("臀围优先。", (HIP,)),
        ("不以身高为准。", ()),
        ("Measure your chest and waist.", ()),
        ("领围与胸围不一致时，打领带看领围。", ()),
        ("", ()),
    ],
)
def test_the_measure_that_decides_is_read(note: str, measures: tuple[Measure, ...]) -> None:
    assert deciding(note) == measures


def test_one_note_may_let_different_measures_decide_for_different_goods() -> None:
    note = (
        "Bottoms and underwear: hip decides. Waisted dresses (Juniper): waist decides. For joggers the chest decides."
    )
    assert deciding(note, "Linen Trousers") == (HIP,)
    assert deciding(note, "Juniper Midi Dress") == (WAIST,)
    assert deciding(note, "Alder Dress", "Waisted") == (WAIST,)
    assert deciding(note, "Alder Dress", "Straight") == ()
    assert deciding(note, "Fleece Jogger") == (CHEST,), "the kind itself goes before what it belongs to"


def test_the_larger_of_two_sizes_is_no_single_measure() -> None:
    for note in ("腰围和臀围取较大的那个码。", "Take the larger size of waist and hip."):
        rules = rules_for(note, product("Linen Trousers"))
        assert (rules.deciding, rules.largest) == ((WAIST, HIP), True)


def test_measures_for_reference_only_are_known() -> None:
    assert read_note("身高体重仅供参考").guides == {HEIGHT, Measure.WEIGHT}
    assert read_note("Waist and hip are a guide only.").guides == {WAIST, HIP}
    assert read_note("Height and weight are only a first guess.").guides == set()


@pytest.mark.parametrize(
    ("note", "title", "fit", "step"),
    [
        ("Between two sizes take the larger.", "Cedar Jacket", "", LARGER),
        ("The denim gives: between two sizes, go down.", "Cedar Jean", "", SMALLER),
        ("Between two sizes, size up in slim fits and stay with the smaller in boxy ones.", "Tee", "Slim", LARGER),
        ("Between two sizes, size up in slim fits and stay with the smaller in boxy ones.", "Tee", "Boxy", SMALLER),
        ("Between two sizes, size up in slim fits and stay with the smaller in boxy ones.", "Tee", "Regular", None),
        ("Between two sizes take the larger for chinos and the smaller for raw denim.", "Tapered Chino", "", LARGER),
        ("Between two sizes take the larger for fitted pieces (Fir Tee).", "Fir Tee", "Regular", LARGER),
        ("Between two sizes take the larger for fitted pieces (Fir Tee).", "Fir Shirt", "Regular", None),
        ("Half sizes go up in boots, down in the Canvas Slip-On, which runs large.", "Rain Boot", "", LARGER),
        ("Half sizes go up in boots, down in the Canvas Slip-On, which runs large.", "Canvas Slip-On", "", SMALLER),
        ("两码之间选大一码。", "防风衣", "", LARGER),
        ("两码之间：T恤、羊毛衫选小一码，冲锋衣、马甲选大一码。", "男士羊毛衫", "", SMALLER),
        ("两码之间：T恤、羊毛衫选小一码，冲锋衣、马甲选大一码。", "羽绒马甲", "", LARGER),
        ("两码之间：T恤、羊毛衫选小一码，冲锋衣、马甲选大一码。", "连帽卫衣", "", None),
        ("微弹款（直筒）两码之间选小一码；无弹款（阔腿）两码之间一定选大一码。", "阔腿牛仔裤", "", LARGER),
        ("瑜伽裤两码之间选小一码（弹力大），西装裤两码之间选大一码。", "西装阔腿裤", "", LARGER),
        ("瑜伽裤两码之间选小一码（弹力大），西装裤两码之间选大一码。", "高腰瑜伽裤", "", SMALLER),
        ("Measure twice.", "Cedar Jacket", "Runs half a size large", SMALLER),
        ("", "Cedar Jacket", "", None),
    ],
)
def test_between_two_sizes_the_note_is_followed_for_the_goods_it_names(
    note: str, title: str, fit: str, step: int | None
) -> None:
    assert between(note, title, fit) == step


def test_rules_that_contradict_each_other_decide_nothing() -> None:
    assert between("两码之间选大一码。两码之间选小一码。") is None
    rules = ProductRules(always=LARGER, on_need=((Need.WIDE_FOOT, SMALLER),))
    assert rules.step([Need.WIDE_FOOT]) == 0
    assert rules.step([]) == LARGER


@pytest.mark.parametrize(
    ("note", "title", "fit", "needs", "step"),
    [
        ("Wide feet should go up one in leather boots.", "Leather Boot", "", [Need.WIDE_FOOT], LARGER),
        ("Wide feet should go up one in leather boots.", "Leather Boot", "", [], 0),
        ("Wide feet should go up one in leather boots.", "Rubber Boot", "", [Need.WIDE_FOOT], 0),
        ("里面要穿厚卫衣或肩宽超过 41 cm 的选大一码。", "短款羽绒服", "", [Need.LAYERS], LARGER),
        ("里面要穿厚卫衣或肩宽超过 41 cm 的选大一码。", "短款羽绒服", "", [], 0),
        ("靴子穿厚袜选大一码。", "弹力短靴", "", [Need.THICK_SOCKS], LARGER),
        ("靴子穿厚袜选大一码。", "慢跑鞋", "", [Need.THICK_SOCKS], 0),
        ("标「偏大」的小白鞋选小一码。", "暮光小白鞋", "偏大约一码", [], SMALLER),
        ("标「偏大」的小白鞋选小一码。", "暮光小白鞋", "标准", [], 0),
        ("", "慢跑鞋", "偏小一码", [], LARGER),
        ("喜欢宽松可大一码。", "衬衫", "", [Need.LOOSER], LARGER),
        ("正好在两码交界、脚宽或脚背高选大一码。", "慢跑鞋", "", [Need.HIGH_INSTEP], LARGER),
    ],
)
def test_a_size_up_or_down_is_for_those_it_is_meant_for(
    note: str, title: str, fit: str, needs: list[Need], step: int
) -> None:
    assert rules_for(note, product(title, fit, Material="Leather" if "Leather" in title else "")).step(needs) == step


@pytest.mark.parametrize(
    "note",
    [
        "If you are tall, size up.",
        "Men with broad shoulders should size up.",
        "Between sizes half the shoppers like one, half the other.",
        "肩宽超过 41 cm 的选大一码。",
        "男士偏胖选大一码。",
        "可以大半码。",
        "腰围 89 cm 以上选 36。",
        "The larger number is the hip.",
        "Never size up.",
    ],
)
def test_what_cannot_be_checked_here_makes_no_rule(note: str) -> None:
    rules = rules_for(note, product("Men's Cedar Jacket")), rules_for(note, product("男士夹克"))
    assert rules == (ProductRules(), ProductRules())


@given(st.text(alphabet="胸腰围码两之间选大小一为准以的，。；、（）T恤 sizeupdownbetweenthelarg.,:()", max_size=120))
def test_any_note_can_be_read(note: str) -> None:
    assert isinstance(read_note(note), SizeNote)
    assert rules_for(note, product("Cedar T恤", "Slim")).between in (None, LARGER, SMALLER)
