"""How much of a question a text speaks about."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from pathlib import Path

import numpy as np
import pytest
import pytest_asyncio

from knowledge.retrieval.coverage import Coverage
from knowledge.retrieval.encoders import Vectors, multilingual
from knowledge.retrieval.held_lines import SOFT_MOST
from knowledge.retrieval.retriever import Retriever
from knowledge.retrieval.text_vectors import TextVectors
from knowledge.retrieval.thesaurus import retail_thesaurus
from tests.library import MAPLE, CountingEncoder, Library, library_over, product, sqlite_url


@pytest_asyncio.fixture(loop_scope="module", scope="module")
async def coverage(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Coverage]:
    folder: Path = tmp_path_factory.mktemp("coverage")
    async with library_over(sqlite_url(folder), Retriever) as library:
        yield await coverage_of(library)


async def coverage_of(library: Library) -> Coverage:
    await library.write(
        products=[
            product("case", "iPhone 15 case", "A leather case."),
            product("mug", "Stoneware mug", "Holds 300 ml."),
        ],
        documents={"help.md": "# Help\n\n## Returns\n\nReturns within 30 days.\n\n## Delivery\n\nWe ship to Canada.\n"},
    )
    assert isinstance(library.retriever, Retriever)
    return Coverage(await library.retriever.index(MAPLE), retail_thesaurus(), TextVectors(multilingual()))


def share(coverage: Coverage, question: str, text: str) -> float:
    return coverage.cover(coverage.units(question), text).share


@pytest.mark.parametrize(
    ("question", "text"),
    [
        ("can I return it", "Returns are free."),
        ("do you have a coupon", "Use this voucher at the checkout."),
        ("how do I get an invoice", "下单时可以申请发票。"),
        ("怎么退货", "Returns are accepted."),
        ("shipping to Canada", "We ship to Canada."),
        ("有单簧管吗", "A clarinet for beginners."),
        ("is it a fire extinguisher", "车载灭火器"),
    ],
)
def test_the_same_word_a_synonym_and_a_translation_cover_a_question(
    coverage: Coverage, question: str, text: str
) -> None:
    assert share(coverage, question, text) > 0.95


def test_a_word_of_nearly_the_same_meaning_covers_partly_and_another_does_not(coverage: Coverage) -> None:
    near = share(coverage, "is it cheerful", "A happy blanket.")
    across = share(coverage, "is it cheerful", "快乐的毛毯")
    far = share(coverage, "is it cheerful", "An aluminium ladder.")
    assert 0.5 < near <= SOFT_MOST
    assert 0.2 < across <= SOFT_MOST
    assert far == 0.0


def test_what_the_text_does_not_speak_about_is_missing_heaviest_first(coverage: Coverage) -> None:
    covered = coverage.cover(coverage.units("do you ship to Zanzibar on Sunday"), "We ship to Canada.")
    assert [unit.text for unit in covered.missing] == ["zanzibar", "sunday"]
    assert covered.missing[0].weight > covered.missing[1].weight
    assert 0 < covered.share < 0.6


@pytest.mark.parametrize(
    ("text", "fits"), [("Fits iPhone 15.", True), ("Fits iPhone 14.", False), ("适用iPhone15", True)]
)
def test_the_number_of_a_model_is_covered_by_itself_alone(coverage: Coverage, text: str, fits: bool) -> None:
    units = coverage.units("a case for iPhone 15")
    number = next(unit for unit in units if unit.text == "15")
    assert number.exact
    assert number.weight == 1.0
    assert (number in coverage.cover(units, text).missing) is not fits


def test_a_number_of_the_shoppers_own_hardly_counts(coverage: Coverage) -> None:
    (number,) = [unit for unit in coverage.units("有300毫升的杯子吗") if unit.text == "300"]
    assert number.weight < 0.1


def test_ignored_words_are_no_units(coverage: Coverage) -> None:
    units = coverage.units("is the stoneware mug dishwasher safe", ignore={"stoneware", "mugs"})
    assert not {"mug", "stoneware"} & {word for unit in units for word in unit.words}
    assert units


def test_two_words_of_one_concept_are_one_unit_and_a_phrase_is_a_whole(coverage: Coverage) -> None:
    units = coverage.units("is there free shipping")
    assert [unit.words for unit in units] == [("free", "shipping")]
    assert "free_shipping" in units[0].concepts


def test_a_question_without_content_covers_nothing(coverage: Coverage) -> None:
    covered = coverage.cover(coverage.units("is it the?"), "Anything at all.")
    assert (covered.share, covered.missing) == (0.0, ())


def test_a_text_without_words_leaves_everything_missing(coverage: Coverage) -> None:
    units = coverage.units("shipping to Canada")
    assert coverage.cover(units, "") == coverage.cover(units, "…")
    assert len(coverage.cover(units, "").missing) == len(units)


def test_a_question_may_be_covered_by_several_lines_together(coverage: Coverage) -> None:
    units = coverage.units("is free shipping to Canada insured")
    apart = [coverage.cover(units, text).share for text in ("Free shipping", "To Canada: insured")]
    assert max(apart) < 1.0
    assert coverage.cover(units, "Free shipping\nTo Canada: insured").share == pytest.approx(1.0)


def test_texts_are_covered_together_as_they_are_one_by_one(coverage: Coverage) -> None:
    units = coverage.units("怎么退货 and is it machine washable in Canada within 30 days")
    texts = ["Returns are accepted.", "We ship\nto Canada.", "", "Washing machine\n30 days", "可以退货", "Soup."]
    assert coverage.cover_all(units, texts) == [coverage.cover(units, text) for text in texts]
    assert len({covered.share for covered in coverage.cover_all(units, texts)}) > 3


class Calls(CountingEncoder):
    """Counts the calls as well."""

    calls = 0

    def encode(self, texts: Sequence[str]) -> Vectors:
        self.calls += 1
        return super().encode(texts)


async def test_a_question_its_words_and_other_wordings_are_embedded_in_one_call(tmp_path: Path) -> None:
    async with library_over(sqlite_url(tmp_path), Retriever) as library:
        await coverage_of(library)
        assert isinstance(library.retriever, Retriever)
        index, encoder = await library.retriever.index(MAPLE), Calls(multilingual())
        coverage = Coverage(index, retail_thesaurus(), TextVectors(encoder))
        coverage.embed_together("does linen shrink", "does it shrink")
        assert {"does linen shrink", "does it shrink", "shrink"} <= set(encoder.texts)
        coverage.units("does linen shrink")
        assert encoder.calls == 1
        # The index has been told, and encodes neither again.
        told = index.embed_multilingual("does it shrink")
        assert told is index.embed_multilingual("does it shrink")
        np.testing.assert_allclose(told, multilingual().encode(["does it shrink"])[0], atol=1e-6)
