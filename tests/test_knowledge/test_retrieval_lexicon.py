"""The bilingual lexicon: looking up, and making it."""

from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path

import pytest

from knowledge.errors import Invalid
from knowledge.retrieval.encoders import multilingual
from knowledge.retrieval.lexicon import sources
from knowledge.retrieval.lexicon.alignment import aligned, counted_pairs, name_pairs
from knowledge.retrieval.lexicon.build import lines
from knowledge.retrieval.lexicon.lookup import Lexicon, retail_lexicon
from knowledge.retrieval.lexicon.sources import Names, Package, read_names

SMALL = Lexicon(
    {
        "奶酪": ("chees",),
        "奶酪刀": ("chees knive", "chees knife"),
        "刀": ("knive", "knife"),
        "鼠标": ("mous",),
        "老鼠": ("mous",),
    }
)


def rendered(text: str, lexicon: Lexicon = SMALL) -> dict[str, list[str]]:
    return {one.phrase: [" ".join(terms) for terms in one.renderings] for one in lexicon.translations(text)}


def test_the_longest_phrase_counts_in_both_languages() -> None:
    assert rendered("有奶酪刀吗") == {"奶酪刀": ["chees knive", "chees knife"]}
    assert rendered("cheese and Cheese Knives") == {"cheese": ["奶酪"], "cheese knives": ["奶酪 刀"]}


def test_every_translation_of_a_word_is_told() -> None:
    assert rendered("a mouse") == {"mouse": ["鼠标", "老鼠"]}


def test_a_single_character_means_something_only_as_a_word_of_its_own() -> None:
    assert rendered("刀多少钱") == {"刀": ["knive", "knife"]}
    assert rendered("刀具多少钱") == {}


@pytest.mark.parametrize(
    ("english", "chinese"),
    [("fire extinguisher", "灭火器"), ("Switzerland", "瑞士"), ("milliliters", "毫升"), ("trumpet", "小号")],
)
def test_the_lexicon_that_ships_names_goods_places_and_units_in_both_languages(english: str, chinese: str) -> None:
    lexicon = retail_lexicon()
    assert any(one.words == tuple(english.lower().split()) for one in lexicon.translations(english))
    assert chinese in {"".join(dict.fromkeys("".join(r))) for o in lexicon.translations(english) for r in o.renderings}
    assert chinese in rendered(chinese, lexicon)


def test_names_of_as_many_parts_are_paired_part_by_part_and_others_are_left_alone() -> None:
    assert list(name_pairs(Names(("Hats & Caps",), ("帽子/便帽",)))) == [("Hats", "帽子"), ("Caps", "便帽")]
    assert list(name_pairs(Names(("Hats & Caps",), ("头饰",)))) == []
    assert list(name_pairs(Names(("Grills (Gas)",), ("烧烤架（燃气）",)))) == [("Grills", "烧烤架")]


def test_words_that_stand_in_both_names_of_several_things_are_paired() -> None:
    names = [
        ("wool hats", "羊毛帽子"),
        ("wool scarves", "羊毛围巾"),
        ("silk scarves", "丝绸围巾"),
        ("fish tanks", "金鱼缸"),
    ]
    found = {(pair.english, pair.chinese) for pair in counted_pairs(names)}
    assert found == {("wool", "羊毛"), ("scarves", "围巾")}
    assert not any("fish" in english for english, _ in found), "seen together once, it may be any word"


def test_the_encoder_refuses_a_name_that_is_no_translation() -> None:
    names = [Names(("trumpet",), ("小号",)), Names(("trombone",), ("三角函数作业",))]
    assert [(pair.english, pair.chinese) for pair in aligned(names, multilingual())] == [("trumpet", "小号")]


def test_of_several_names_those_are_paired_that_are_nearest_to_each_other() -> None:
    names = [Names(("red apple", "fruit", "health"), ("红苹果", "水果", "健康"))]
    pairs = {(pair.english, pair.chinese) for pair in aligned(names, multilingual())}
    assert {("fruit", "水果"), ("health", "健康")} <= pairs
    assert ("fruit", "健康") not in pairs


def test_the_table_holds_index_terms_the_surest_translation_first() -> None:
    pairs = aligned([Names(("Cheese Knives",), ("奶酪刀",))], multilingual())
    assert lines(pairs) == ["奶酪刀\tchees knive"]


def test_an_archive_that_is_missing_or_another_one_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = Package("goods", "1", "MIT", sha256="0" * 64)
    monkeypatch.setattr(sources, "PACKAGES", (package,))
    with pytest.raises(Invalid, match=r"goods-1.tgz is not there"):
        list(read_names(tmp_path))
    with tarfile.open(tmp_path / package.archive, "w:gz") as archive:
        body = json.dumps({}).encode()
        member = tarfile.TarInfo("package/dist/en.json")
        member.size = len(body)
        archive.addfile(member, io.BytesIO(body))
    with pytest.raises(Invalid, match="another one"):
        list(read_names(tmp_path))
