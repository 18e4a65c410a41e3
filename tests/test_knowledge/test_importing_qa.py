"""Tables of questions and answers become a document with one passage an entry."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.test_knowledge.merchant import SHOP, codes, counts, merchant

TABLE = """Topic,Question,Answer
Shipping,Do you ship to Malta?,"Yes, in nine days.
Parcels over 20 kg are excluded."
Shipping,Is it free?,<p>From $70 on.</p>
Payment,Do you take cheques?,No.
"""


async def test_each_entry_is_a_passage_with_its_question_and_answer(tmp_path: Path) -> None:
    async with merchant(tmp_path) as shop:
        report = await shop.imports_text("faq.csv", TABLE)
        (document,) = await shop.store.documents(SHOP)
        passages = [p for _, p in sorted((await shop.store.passages(SHOP)).items())]
    assert (report.files[0].kind, report.files[0].format) == ("document", "questions")
    assert [(p.heading_path, p.text) for p in passages] == [
        (
            ("faq", "Shipping", "Do you ship to Malta?"),
            "Do you ship to Malta?\n\nYes, in nine days.\nParcels over 20 kg are excluded.",
        ),
        (("faq", "Shipping", "Is it free?"), "Is it free?\n\nFrom $70 on."),
        (("faq", "Payment", "Do you take cheques?"), "Do you take cheques?\n\nNo."),
    ]
    assert all(document.text[p.start : p.end] == p.text for p in passages)


@pytest.mark.parametrize("header", ["问题,答案", "问,答", "Q,A", "question;answer", "标准问题\t回答"])
async def test_the_usual_headers_are_known(tmp_path: Path, header: str) -> None:
    delimiter = next(c for c in ",;\t" if c in header)
    async with merchant(tmp_path) as shop:
        report = await shop.imports_text("a.csv", f"{header}\n可以加急吗？{delimiter}可以。\n")
    assert codes(report) == []
    assert counts(report).new == 1


async def test_entries_without_an_answer_and_repeated_ones_are_named_and_the_rest_is_kept(tmp_path: Path) -> None:
    text = "question,answer\nIs it warm?,Yes.\nIs it blue?,\nIS IT WARM?,No.\nIs it soft?,Very.\n"
    async with merchant(tmp_path) as shop:
        report = await shop.imports_text("a.csv", text)
        passages = await shop.store.passages(SHOP)
    assert [(issue.row, issue.code) for issue in report.issues] == [(3, "value_missing"), (4, "key_repeated")]
    assert (counts(report).new, counts(report).rejected, len(passages)) == (1, 2, 2)
