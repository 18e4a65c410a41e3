"""HTML pages become documents: the merchant's words stay, what stands around them on every page goes."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.importing.documents import DraftDocument
from knowledge.importing.html_document import document_of
from tests.test_knowledge.merchant import SHOP, codes, merchant

PAGE = """<!doctype html>
<html><head><title>Returns | Fern &amp; Co</title><style>p{color:red}</style></head>
<body>
<div class="announcement-bar">Free gift today only</div>
<header><a href="/">Fern &amp; Co</a><nav><ul><li><a>Shop</a></li><li><a>Sale</a></li></ul></nav></header>
<div class="breadcrumbs"><a>Home</a> / Returns</div>
<main id="MainContent">
<h1>Returns</h1>
<p>You have <strong>45 days</strong> to send it back,<br>counted from delivery.</p>
<h2>What can be returned</h2>
<p>These conditions hold:</p>
<ul><li>unworn<ul><li>socks also unopened</li></ul></li><li>with <a href="#">tags</a></li></ul>
<p>Swimwear is excluded, unless it is faulty.</p>
<h2>Fees</h2>
<table><thead><tr><th>Country</th><th>Fee</th></tr></thead>
<tr><td rowspan="2">Canada</td><td>$4</td></tr><tr><td>free over $90</td></tr></table>
<p>It was <del>$9</del> before.</p>
<div style="display: none">Draft: 60 days from May</div>
<div class="accordion"><button>How long?</button><div role="region" hidden><p>Refunds take 6 days.</p></div></div>
</main>
<footer><p>© Fern 2026</p></footer>
<div id="cookie-consent"><p>We use cookies to improve your visit.</p></div>
<script>var a = "<p>no</p>";</script>
</body></html>"""


def read(html: str) -> DraftDocument:
    return document_of("returns.html", html)


def spans_are_right(document: DraftDocument) -> bool:
    return all(document.text[p.start : p.end] == p.text for p in document.passages)


def test_the_content_of_a_page_becomes_passages_under_their_headings() -> None:
    document = read(PAGE)
    assert document.title == "Returns"
    assert spans_are_right(document)
    assert [(p.heading_path, p.text) for p in document.passages] == [
        (("Returns",), "You have 45 days to send it back,\ncounted from delivery."),
        (
            ("Returns", "What can be returned"),
            "These conditions hold:\n\n- unworn\n  - socks also unopened\n- with tags\n\n"
            "Swimwear is excluded, unless it is faulty.",
        ),
        (
            ("Returns", "Fees"),
            "| Country | Fee |\n| --- | --- |\n| Canada | $4 |\n| Canada | free over $90 |\n\n"
            "It was before.\n\nRefunds take 6 days.",
        ),
    ]


def test_menus_without_a_telling_name_are_left_out() -> None:
    links = "".join(f"<li><a href='/{i}'>Category {i}</a></li>" for i in range(5))
    document = read(f"<html><body><ul>{links}</ul><h1>Care</h1><p>Wash cold, dry flat.</p></body></html>")
    assert document.text == "# Care\n\nWash cold, dry flat."


def test_a_wrapper_with_the_name_of_a_menu_does_not_cost_the_page() -> None:
    text = "<p>Parcels leave within two days.</p>" * 5
    document = read(
        f"<body><form id='aspnet'><div class='page-with-sidebar'><h2>Shipping</h2>{text}</div></form></body>"
    )
    assert document.text.count("Parcels leave") == 5


@pytest.mark.parametrize(
    "entries",
    [
        "<details><summary>Is it free?</summary><p>Yes, over $50.</p></details>"
        "<details><summary>How fast?</summary><p>Two days.</p></details>",
        "<dl><dt>Is it free?</dt><dd>Yes, over $50.</dd><dt>How fast?</dt><dd>Two days.</dd></dl>",
        "<p><b>Is it free?</b></p><p>Yes, over $50.</p><p><strong>How fast?</strong></p><p>Two days.</p>",
    ],
)
def test_each_question_of_an_faq_is_a_passage_with_its_answer(entries: str) -> None:
    document = read(f"<body><h1>FAQ</h1>{entries}</body>")
    assert [p.text for p in document.passages] == ["Is it free?\n\nYes, over $50.", "How fast?\n\nTwo days."]


def test_a_line_all_in_bold_is_a_heading() -> None:
    document = read("<body><h1>Care</h1><p><b>Wool</b></p><p>Hand wash.</p><p><b>Silk</b></p><p>Dry clean.</p></body>")
    assert [p.heading_path for p in document.passages] == [("Care", "Wool"), ("Care", "Silk")]


def test_a_table_of_terms_is_a_list_and_a_table_for_layout_is_none() -> None:
    terms = "<table><tr><td>Processing</td><td>1-2 days</td></tr><tr><td>Post</td><td>3 days</td></tr></table>"
    document = read(f"<body><table><tr><td><h1>Times</h1><p>As follows.</p>{terms}</td></tr></table></body>")
    assert document.text == "# Times\n\nAs follows.\n\n- Processing: 1-2 days\n- Post: 3 days"


def test_unclosed_tags_are_read_as_browsers_read_them() -> None:
    document = read("<body><h1>Care<h2>Wash</h2><ul><li>cold<li>dark colours apart</ul><p>Dry flat.<p>Iron low.")
    assert "- cold\n- dark colours apart" in document.text
    assert "Dry flat.\n\nIron low." in document.text


def test_the_title_is_the_pages_own_without_the_shops_name() -> None:
    assert read("<title>Shipping – Fern</title><body><p>Two days to anywhere.</p>").title == "Shipping"
    assert read("<body><p>Two days to anywhere.</p>").title == "returns"


async def test_a_page_is_imported_and_its_passages_are_stored(tmp_path: Path) -> None:
    async with merchant(tmp_path) as shop:
        report = await shop.imports_text("pages/returns.html", PAGE)
        assert [(file.kind, file.format) for file in report.files] == [("document", "html")]
        assert [document.title for document in await shop.store.documents(SHOP)] == ["Returns"]


async def test_a_page_without_words_is_refused_with_the_reason(tmp_path: Path) -> None:
    async with merchant(tmp_path) as shop:
        report = await shop.imports_text(
            "x.html", "<html><body><script>app()</script><div id='root'></div></body></html>"
        )
    assert codes(report) == ["document_empty"]


@pytest.mark.parametrize("name", ["COPYING", "LICENSE.txt", "licence.html"])
async def test_the_licence_of_a_program_is_not_the_shops_word(tmp_path: Path, name: str) -> None:
    text = (Path(__file__).parents[2] / "LICENSE").read_text()
    raw = f"<html><body><p>{text}</p></body></html>" if name.endswith("html") else text
    async with merchant(tmp_path) as shop:
        report = await shop.imports_text(name, raw)
    assert codes(report) == ["document_licence"]


NOT_WRITTEN = {
    "strings": "undefined\nundef\nnull\nNULL\n(null)\nnil\ntrue\nhasOwnProperty\n"
    + "\n".join(f"1E{i}" for i in range(20)),
    "fixed": "\n".join(f"Chicago Reader     1971-01-{i:02}    {i}    True    {i * 7}" for i in range(1, 20)),
    "program.txt": "\n".join(f"def f{i}(x): return x[{i}] == {{}} if x else None" for i in range(20)),
    "log.txt": "\n".join(f"2026-01-02T10:00:{i} GET /a/{i}.js 200 {i * 31}" for i in range(20)),
}
WRITTEN = {
    "size.txt": "Between two sizes? Take the larger one.",
    "物流说明.txt": "物流说明\n\n江浙沪次日达，其他地区三到五天。\n偏远地区不包邮。",
    "notes": "Shipping\n\nWe ship within two days. Orders over $50 travel free.\n\nAlaska takes a week.",
    "hours.txt": "Opening hours\n\nMonday to Friday, 9:00 to 17:00.\nSaturday, 10:00 to 14:00.\nClosed on Sunday.",
}


@pytest.mark.parametrize("name", [*NOT_WRITTEN, *WRITTEN])
async def test_only_a_text_that_was_written_to_be_read_is_a_document(tmp_path: Path, name: str) -> None:
    async with merchant(tmp_path) as shop:
        report = await shop.imports_text(name, {**NOT_WRITTEN, **WRITTEN}[name])
    assert codes(report) == (["document_not_prose"] if name in NOT_WRITTEN else [])


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from(["<p>", "</p>", "<ul>", "<li>", "<table>", "<tr>", "<td colspan=9>", "<td rowspan=3>", "<dl>",
                         "<dt>", "<dd>", "<b>", "<h2>", "</h2>", "<div class=menu>", "<main>", "<!--", "-->", "<br>",
                         "text?", "a | b", "。", "<summary>", "<pre>", "</table>", "</ul>", "<nav>"])
    )
)  # fmt: skip
def test_no_page_breaks_the_reader_and_every_span_holds(parts: list[str]) -> None:
    assert spans_are_right(read(f"<html><body>{''.join(parts)}</body></html>"))


def test_a_page_nested_without_end_is_read_without_a_recursion_error() -> None:
    read(f"<html><body>{'<div>' * 5_000}deep{'<ul><li>' * 3_000}x")
