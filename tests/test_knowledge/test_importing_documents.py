"""Documents and their passages."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from knowledge.importing.cells import clean_text
from knowledge.importing.markdown import read_markdown
from knowledge.importing.plain_text import read_plain_text
from tests.test_knowledge.merchant import SHOP, codes, counts, merchant

POLICY = """---
title: Returns
---
# Returns

Intro text.

## When

Within 30 days.

- Unworn
- With tags

Except swimwear.

## Nothing here

### Fees

| where | fee |
|---|---|
| Alaska | $5 |

<!-- staff only: be generous -->

## FAQ

**Q: Can I exchange?**

**A:** Yes.

**Q: Is it free?**

**A:** No.
"""


def test_a_section_stays_whole_and_headings_lead_to_it() -> None:
    document = read_markdown("returns.md", POLICY, "x")
    assert [(p.heading_path, p.text) for p in document.passages] == [
        (("Returns",), "Intro text."),
        (("Returns", "When"), "Within 30 days.\n\n- Unworn\n- With tags\n\nExcept swimwear."),
        (("Returns", "Nothing here", "Fees"), "| where | fee |\n|---|---|\n| Alaska | $5 |"),
        (("Returns", "FAQ"), "**Q: Can I exchange?**\n\n**A:** Yes."),
        (("Returns", "FAQ"), "**Q: Is it free?**\n\n**A:** No."),
    ]
    assert all(POLICY[p.start : p.end] == p.text for p in document.passages)


def test_a_long_section_is_cut_between_paragraphs_and_never_inside_a_list() -> None:
    items = "\n".join(f"- item number {n} of a long list" for n in range(60))
    text = f"# T\n\n{'First. ' * 100}\n\n{'Second. ' * 100}\n\nThese are left out:\n\n{items}\n"
    document = read_markdown("t.md", text, "x")
    assert [p.text.split()[0] for p in document.passages] == ["First.", "Second."] + (
        ["These"] if len(document.passages) == 3 else []
    )
    assert any(items in p.text and "These are left out:" in p.text for p in document.passages)


def test_chinese_sections_are_shorter_and_a_document_without_title_takes_its_name() -> None:
    text = f"## 退货\n\n{'七天无理由退货。' * 40}\n\n{'定制商品不退。' * 40}\n"
    document = read_markdown("a.md", text, "退换货")
    assert (document.title, document.lang, len(document.passages)) == ("退换货", "zh", 2)
    assert document.passages[0].heading_path == ("退换货", "退货")


@given(st.text(alphabet=st.sampled_from("ab#*-|> \n`:Q.。中") | st.characters(), max_size=300))
def test_passages_are_verbatim_slices_of_any_text(text: str) -> None:
    text = clean_text(text)
    for read in (read_markdown, read_plain_text):
        passages = read("x", text, "x").passages
        assert all(text[p.start : p.end] == p.text and p.text.strip() == p.text != "" for p in passages)
        assert all(a.end <= b.start for a, b in pairwise(passages))


async def test_a_changed_document_keeps_the_rows_of_passages_that_stayed(tmp_path: Path) -> None:
    async with merchant(tmp_path) as shop:
        shop.write("docs/returns.md", "# R\n\n## A\n\nalpha\n\n## B\n\nbeta\n")
        await shop.imports()
        before = {p.text: p.id for p in (await shop.store.passages(SHOP)).values()}
        last = await shop.store.last_change(SHOP)
        shop.write("docs/returns.md", "# R\n\n## New\n\ngamma\n\n## A\n\nalpha\n\n## B\n\nbeta two\n")
        report = await shop.imports()
        after = {p.text: p for p in (await shop.store.passages(SHOP)).values()}
        (document,) = await shop.store.documents(SHOP)
        kinds = [(c.kind, c.removed) for c in await shop.changes(last)]
    assert counts(report).changed == 1
    assert document.name == "docs/returns.md"
    assert after["alpha"].id == before["alpha"]
    assert [p.text for p in sorted(after.values(), key=lambda p: p.ordinal)] == ["gamma", "alpha", "beta two"]
    assert all(document.text[p.start : p.end] == p.text for p in after.values())
    assert sorted(kinds) == sorted([("document", False), ("passage", True), *[("passage", False)] * 3])


async def test_plain_text_and_markdown_are_documents_and_an_empty_one_is_refused(tmp_path: Path) -> None:
    async with merchant(tmp_path) as shop:
        shop.write("care.txt", "Washing\n\nWash cold.\n\nDo not iron.\n")
        shop.write("empty.md", "# Only a heading\n")
        report = await shop.imports()
        (passage,) = (await shop.store.passages(SHOP)).values()
    assert (passage.heading_path, passage.text) == (("Washing",), "Wash cold.\n\nDo not iron.")
    assert codes(report) == ["document_empty"]
