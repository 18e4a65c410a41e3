"""What every retriever must do, whatever it keeps its index in.

An implementation is held against it by a subclass that says how it is opened:

    class TestLocalRetriever(RetrieverContract):
        def library(self, folder): return library_over(sqlite_url(folder), Retriever)
"""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.catalog import Availability, ShopId
from knowledge.errors import NotFound
from knowledge.importing.report import Kind
from knowledge.retrieval.query import ProductFilter, SearchQuery
from tests.library import LINGXI, MAPLE, Library, product, variant

RETURNS_EN = """# Help

## Returns

You can send anything back within 30 days for a full refund.

## Gift cards

Gift cards never expire and cannot be exchanged for cash.

## Opening hours

Our store in Leeds is open from 10:00 to 18:00.
"""
RETURNS_ZH = """# 帮助

## 退货

收到商品后7天内可以无理由退货。

## 发票

我们提供电子发票，下单时填写抬头。

## 洗涤

羊毛衫请手洗，不要烘干。
"""
WORDS = ("linen", "shirt", "wool", "羊毛", "围巾", "kettle", "茶壶", "red", "红色")


class RetrieverContract:
    def library(self, folder: Path) -> AbstractAsyncContextManager[Library]:
        """Open an empty database and a started retriever over it."""
        raise NotImplementedError

    @pytest.mark.parametrize(
        ("question", "lang", "found"),
        [
            ("can I send it back for a refund", "en", "Returns"),
            ("do gift cards expire", "en", "Gift cards"),
            ("多少天内可以退货", "zh", "退货"),
            ("能开发票吗", "zh", "发票"),
        ],
    )
    async def test_a_question_finds_the_passage_of_its_own_language(
        self, tmp_path: Path, question: str, lang: str, found: str
    ) -> None:
        async with self.library(tmp_path) as library:
            await library.write(documents={"en.md": RETURNS_EN, "zh.md": RETURNS_ZH})
            hits = await library.passages(question, lang)
        assert hits[0].passage.heading == found
        assert hits[0].document.name == f"{lang}.md"

    @pytest.mark.parametrize(
        ("question", "lang", "found"),
        [
            ("can I get an invoice", "en", "发票"),
            ("how should I wash the sweater", "en", "洗涤"),
            ("礼品卡会过期吗", "zh", "Gift cards"),
            ("你们几点营业", "zh", "Opening hours"),
        ],
    )
    async def test_a_question_finds_what_is_written_in_the_other_language_only(
        self, tmp_path: Path, question: str, lang: str, found: str
    ) -> None:
        async with self.library(tmp_path) as library:
            only = {"zh.md": RETURNS_ZH} if lang == "en" else {"en.md": RETURNS_EN}
            await library.write(documents=only)
            hits = await library.passages(question, lang)
        assert hits[0].passage.heading == found

    async def test_fifty_chinese_passages_do_not_hide_the_english_one_from_an_english_question(
        self, tmp_path: Path
    ) -> None:
        many = "# 规则\n\n" + "\n\n".join(f"## 退货规则{n}\n\n第{n}类商品{n + 3}天内可以退货退款。" for n in range(50))
        question = "how long do I have to return something for a refund"
        async with self.library(tmp_path) as library:
            await library.write(documents={"en.md": RETURNS_EN})
            before = await library.passages(question, "en", limit=4)
            await library.write(documents={"many.md": many})
            after = await library.passages(question, "en", limit=4)
        assert before[0].passage.heading == after[0].passage.heading == "Returns"
        assert {hit.passage.lang for hit in after} == {"en", "zh"}

    async def test_no_more_than_asked_for_comes_back_and_nothing_twice(self, tmp_path: Path) -> None:
        async with self.library(tmp_path) as library:
            await library.write(documents={"en.md": RETURNS_EN, "zh.md": RETURNS_ZH})
            two = await library.passages("returns 退货", "en", limit=2)
            every = await library.passages("returns 退货", "en", limit=50)
        assert len(two) == 2
        assert len({hit.passage.id for hit in every}) == len(every) == 6

    async def test_a_passage_is_a_verbatim_span_of_its_document(self, tmp_path: Path) -> None:
        async with self.library(tmp_path) as library:
            await library.write(documents={"en.md": RETURNS_EN, "zh.md": RETURNS_ZH})
            hits = await library.passages("refund", "en", limit=50)
        assert hits
        for hit in hits:
            assert hit.document.text[hit.passage.start : hit.passage.end] == hit.passage.text

    @pytest.mark.parametrize(
        ("conditions", "expected"),
        [
            (ProductFilter(), {"cheap", "dear", "sold-out", "unpriced"}),
            (ProductFilter(max_price=Decimal(50)), {"cheap", "sold-out"}),
            (ProductFilter(max_price=Decimal("19.99")), set()),
            (ProductFilter(min_price=Decimal(50), max_price=Decimal(90)), {"cheap", "dear"}),
            (ProductFilter(in_stock=True), {"cheap", "dear", "unpriced"}),
            (ProductFilter(options=(frozenset({"red"}),)), {"cheap", "dear"}),
            (ProductFilter(options=(frozenset({"red", "blue"}),)), {"cheap", "dear", "sold-out"}),
            (ProductFilter(options=(frozenset({"red"}), frozenset({"l"}))), {"dear"}),
            (ProductFilter(excluded=frozenset({"red"})), {"cheap", "sold-out", "unpriced"}),
            # One and the same variant must meet all: the cheap scarf is red, and 20, but not both at once.
            (ProductFilter(max_price=Decimal(20), options=(frozenset({"red"}),)), set()),
            (ProductFilter(handles=frozenset({"dear", "sold-out", "secret", "nowhere"})), {"dear", "sold-out"}),
            (ProductFilter(max_price=Decimal(50), handles=frozenset({"dear", "cheap"})), {"cheap"}),
            (ProductFilter(handles=frozenset()), set()),
        ],
    )
    async def test_a_filter_lets_through_exactly_what_meets_it(
        self, tmp_path: Path, conditions: ProductFilter, expected: set[str]
    ) -> None:
        red, blue, small, large = ("Color", "Red"), ("Color", "Blue"), ("Size", "S"), ("Size", "L")
        gone = Availability.OUT_OF_STOCK
        async with self.library(tmp_path) as library:
            await library.write(
                products=[
                    product(
                        "cheap",
                        "Wool scarf",
                        variants=[
                            variant("C1", "50", options=[red, small]),
                            variant("C2", "20", options=[("Color", "Grey"), large]),
                        ],
                    ),
                    product("dear", "Silk scarf", variants=[variant("D1", "90", options=[red, large])]),
                    product(
                        "sold-out", "Linen scarf", variants=[variant("O1", "30", options=[blue], availability=gone)]
                    ),
                    product("unpriced", "Plain scarf", variants=[variant("U1", None)]),
                    product("secret", "Hidden scarf", published=False),
                ]
            )
            found = await library.products(SearchQuery("scarf", "en", 20, conditions))
        assert set(found) == expected

    async def test_a_filter_that_few_meet_finds_all_of_them_and_nothing_else(self, tmp_path: Path) -> None:
        few = {f"p{n}" for n in (3, 77, 140)}
        async with self.library(tmp_path) as library:
            await library.write(
                products=[
                    product(f"p{n}", f"Linen shirt {n}", variants=[variant("V", "10" if f"p{n}" in few else "50")])
                    for n in range(150)
                ]
            )
            found = await library.products(SearchQuery("linen shirt", "en", 50, ProductFilter(max_price=Decimal(20))))
            others = ProductFilter(min_price=Decimal(20))
            rest = await library.products(SearchQuery("linen shirt", "en", 50, others))
        assert set(found) == few
        assert len(rest) == 50
        assert not few & set(rest)

    async def test_a_code_names_a_product_by_handle_by_sku_and_by_what_its_skus_share(self, tmp_path: Path) -> None:
        async with self.library(tmp_path) as library:
            sizes = [variant(f"HL-W101-{size}") for size in ("S", "M")]
            await library.write(products=[product("rain-coat", "Rain coat", variants=sizes), product("b", "Boots")])
            index = await library.retriever.index(MAPLE)
            for code in ("rain-coat", "hl-w101-s", "hl-w101", "hl"):
                assert [found.handle for found in index.by_codes([code], 4)] == ["rain-coat"], code
            assert index.by_codes(["hl-w1", "w101", "101-s"], 4) == []
            assert len(index.by_codes(["hl-w101", "b"], 4)) == 2
            assert len(index.by_codes(["hl-w101", "b"], 1)) == 1

    async def test_a_phrase_is_counted_in_what_products_are_and_not_in_what_is_told_of_them(
        self, tmp_path: Path
    ) -> None:
        async with self.library(tmp_path) as library:
            await library.write(
                products=[
                    product("a", "Off White shirt", attributes=[("Material", "linen blend")]),
                    product("b", "White off-road shoe", "In off white."),
                    product("c", "米白色衬衫", lang="zh"),
                ]
            )
            index = await library.retriever.index(MAPLE)
            counts = {"off white": 1, "linen": 1, "white": 2, "米白": 1, "白米": 0, "?": 0}
            assert {phrase: index.described(phrase) for phrase in counts} == counts

    async def test_a_change_in_the_database_is_seen_by_the_next_question(self, tmp_path: Path) -> None:
        async with self.library(tmp_path) as library:
            await library.write(products=[product("a", "Linen shirt")], documents={"en.md": RETURNS_EN})
            assert (await library.products(SearchQuery("shirt", "en"))) == ["a"]
            changed = RETURNS_EN.replace("30 days", "45 days")
            await library.write(
                products=[product("a", "Linen shirt", variants=[variant("A", "75")]), product("b", "Oxford shirt")],
                documents={"en.md": changed},
            )
            assert set(await library.products(SearchQuery("shirt", "en"))) == {"a", "b"}
            index = await library.retriever.index(MAPLE)
            now = index.by_handle("a")
            hits = await library.passages("refund", "en")
        assert now is not None
        assert now.variants[0].price is not None
        assert now.variants[0].price.amount == 75
        assert "45 days" in hits[0].passage.text
        assert not any("30 days" in hit.passage.text for hit in hits)
        assert "45 days" in hits[0].document.text

    async def test_what_is_removed_or_unpublished_is_gone(self, tmp_path: Path) -> None:
        kept, hidden, gone = product("a", "Linen shirt"), product("b", "Denim shirt"), product("c", "Silk shirt")
        async with self.library(tmp_path) as library:
            await library.write(products=[kept, hidden, gone], documents={"en.md": RETURNS_EN, "zh.md": RETURNS_ZH})
            assert len(await library.products(SearchQuery("shirt", "en"))) == 3
            await library.write(products=[replace(hidden, published=False)])
            await library.remove(Kind.PRODUCT, ["a", "b"])
            await library.remove(Kind.DOCUMENT, ["en.md"])
            assert await library.products(SearchQuery("shirt denim silk", "en")) == ["a"]
            index = await library.retriever.index(MAPLE)
            assert index.by_handle("b") is None
            assert index.by_handle("c") is None
            hits = await library.passages("退货", "zh", limit=50)
            assert {hit.document.name for hit in hits} == {"en.md"}
            await library.write(products=[hidden])
            assert set(await library.products(SearchQuery("shirt", "en"))) == {"a", "b"}

    async def test_a_product_that_changes_its_language_is_found_once_in_the_new_one(self, tmp_path: Path) -> None:
        async with self.library(tmp_path) as library:
            await library.write(products=[product("a", "Wool scarf")])
            assert await library.products(SearchQuery("scarf", "en")) == ["a"]
            await library.write(products=[product("a", "羊毛围巾", lang="zh")])
            assert await library.products(SearchQuery("围巾", "zh")) == ["a"]
            assert await library.products(SearchQuery("scarf 围巾", "en")) == ["a"]

    async def test_the_index_comes_back_from_the_database_alone(self, tmp_path: Path) -> None:
        questions = (("refund", "en"), ("退货", "zh"), ("开发票", "en"))
        async with self.library(tmp_path) as library:
            await library.write(products=[product("a", "Shirt")], documents={"en.md": RETURNS_EN, "zh.md": RETURNS_ZH})
            before = [[hit.passage.id for hit in await library.passages(text, lang)] for text, lang in questions]
            await library.reopen()
            after = [[hit.passage.id for hit in await library.passages(text, lang)] for text, lang in questions]
            assert await library.products(SearchQuery("shirt", "en")) == ["a"]
        assert before == after
        assert all(before)

    async def test_an_empty_shop_finds_nothing_and_an_unknown_one_is_an_error(self, tmp_path: Path) -> None:
        async with self.library(tmp_path) as library:
            await library.write()
            assert await library.passages("anything", "en") == []
            assert await library.products(SearchQuery("任何", "zh")) == []
            with pytest.raises(NotFound):
                await library.retriever.index(ShopId("nobody"))

    @settings(max_examples=10, deadline=None)
    @given(
        titles=st.lists(
            st.tuples(st.booleans(), st.lists(st.sampled_from(WORDS), min_size=1, max_size=3)), min_size=2, max_size=6
        ),
        question=st.lists(st.sampled_from(WORDS), min_size=1, max_size=3),
    )
    async def test_two_shops_never_see_each_other(
        self, titles: list[tuple[bool, list[str]]], question: list[str]
    ) -> None:
        with TemporaryDirectory() as folder:
            async with self.library(Path(folder)) as library:
                for shop_id, flag in ((MAPLE, True), (LINGXI, False)):
                    mine = [
                        product(f"p{n}", " ".join(words), lang="zh" if words[0] > "z" else "en")
                        for n, (flagged, words) in enumerate(titles)
                        if flagged is flag
                    ]
                    text = f"# Rules\n\n## {' '.join(WORDS)}\n\nThis is the rule of {shop_id}."
                    await library.write(shop_id, products=mine, documents={"rules.md": text})
                for shop_id, flag in ((MAPLE, True), (LINGXI, False)):
                    handles = {f"p{n}" for n, (flagged, _) in enumerate(titles) if flagged is flag}
                    query = SearchQuery(" ".join(question), "en", 50)
                    index = await library.retriever.index(shop_id)
                    await library.retriever.settled()
                    assert {hit.product.shop_id for hit in index.search_products(query)} <= {shop_id}
                    assert {hit.product.handle for hit in index.search_products(query)} == handles
                    assert all(index.by_handle(f"p{n}") is None for n in range(6) if f"p{n}" not in handles)
                    hits = await library.passages(query.text, "en", shop_id=shop_id)
                    assert [hit.passage.text for hit in hits] == [f"This is the rule of {shop_id}."]
