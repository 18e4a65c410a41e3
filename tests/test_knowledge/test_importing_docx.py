"""Word files become documents: headings, lists and tables as their styles say."""

from __future__ import annotations

import io
from pathlib import Path

import docx
from docx.document import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from knowledge.importing.documents import DraftDocument
from knowledge.importing.docx import document_of
from tests.test_knowledge.merchant import SHOP, merchant


def saved(file: Document) -> bytes:
    raw = io.BytesIO()
    file.save(raw)
    return raw.getvalue()


def policy() -> Document:
    file = docx.Document()
    file.add_heading("Repairs", 0)
    file.add_heading("What we mend", 1)
    file.add_paragraph("We mend bags and belts:")
    file.add_paragraph("seams", style="List Bullet")
    file.add_paragraph("zips", style="List Bullet")
    file.add_paragraph("Leather is excluded, unless it tore within 90 days.")
    file.add_heading("How it goes", 2)
    file.add_paragraph("Write to us", style="List Number")
    file.add_paragraph("Send the bag", style="List Number")
    file.add_heading("Prices", 1)
    table = file.add_table(rows=3, cols=3)
    for row, texts in zip(
        table.rows, [("Part", "Price", "Days"), ("Zip", "$18", "7"), ("Seam", "$12", "7")], strict=True
    ):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    table.cell(1, 2).merge(table.cell(2, 2)).text = "7"
    return file


def read(file: Document) -> DraftDocument:
    document = document_of("repairs.docx", saved(file))
    assert all(document.text[p.start : p.end] == p.text for p in document.passages)
    return document


def test_headings_lists_and_tables_come_out_as_they_were_written() -> None:
    document = read(policy())
    assert document.title == "Repairs"
    assert [(p.heading_path, p.text) for p in document.passages] == [
        (
            ("Repairs", "What we mend"),
            "We mend bags and belts:\n\n- seams\n- zips\n\nLeather is excluded, unless it tore within 90 days.",
        ),
        (("Repairs", "What we mend", "How it goes"), "1. Write to us\n2. Send the bag"),
        (("Repairs", "Prices"), "| Part | Price | Days |\n| --- | --- | --- |\n| Zip | $18 | 7 |\n| Seam | $12 | 7 |"),
    ]


def test_what_is_deleted_struck_or_hidden_is_not_the_shops_word() -> None:
    file = docx.Document()
    paragraph = file.add_paragraph("Returns within 30 days")
    struck = paragraph.add_run(" and 60 with a card")
    struck.font.strike = True
    paragraph.add_run(" (staff: be kind)").font.hidden = True
    for tag, text in (("del", " or 90"), ("ins", " of delivery.")):
        kind = "delText" if tag == "del" else "t"
        run = f'<w:r><w:{kind} xml:space="preserve">{text}</w:{kind}></w:r>'
        paragraph._p.append(parse_xml(f'<w:{tag} {nsdecls("w")} w:id="1" w:author="x">{run}</w:{tag}>'))
    assert read(file).text == "Returns within 30 days of delivery."


def test_bold_lines_are_headings_and_bold_questions_begin_an_entry() -> None:
    file = docx.Document()
    for text, bold in [("配送", True), ("当天发货。", False), ("可以开发票吗？", True), ("可以，请留税号。", False),
                       ("可以加急吗？", True), ("可以，另收十元。", False)]:  # fmt: skip
        file.add_paragraph().add_run(text).bold = bold
    assert [(p.heading_path[-1], p.text) for p in read(file).passages] == [
        ("配送", "当天发货。"),
        ("配送", "可以开发票吗？\n\n可以，请留税号。"),
        ("配送", "可以加急吗？\n\n可以，另收十元。"),
    ]


def test_text_in_content_controls_and_frames_is_read() -> None:
    file = docx.Document()
    inner = "<w:sdtContent><w:p><w:r><w:t>We ship on Mondays.</w:t></w:r></w:p></w:sdtContent>"
    file.element.body.insert(0, parse_xml(f"<w:sdt {nsdecls('w')}>{inner}</w:sdt>"))
    file.add_table(rows=1, cols=1).cell(0, 0).text = "Never on Sundays."
    assert read(file).text == "We ship on Mondays.\n\nNever on Sundays."


async def test_a_word_file_is_imported_whatever_it_is_called(tmp_path: Path) -> None:
    async with merchant(tmp_path) as shop:
        report = await shop.imports_text("a.bin", saved(policy()))
        assert [(file.kind, file.format) for file in report.files] == [("document", "docx")]
        assert [document.title for document in await shop.store.documents(SHOP)] == ["Repairs"]


async def test_damaged_and_old_office_files_are_refused_with_the_mend(tmp_path: Path) -> None:
    raw = saved(policy())
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 512
    async with merchant(tmp_path) as shop:
        shop.write("broken.docx", raw.replace(b"word/document.xml", b"word/dXcument.xml"))
        shop.write("cut.docx", raw[:-200])
        shop.write("old.doc", ole + "WordDocument".encode("utf-16-le"))
        shop.write("locked.docx", ole + "EncryptedPackage".encode("utf-16-le"))
        shop.write("empty.docx", saved(docx.Document()))
        report = await shop.imports()
    assert {issue.file: issue.code for issue in report.issues} == {
        "broken.docx": "office_unread",
        "cut.docx": "archive_broken",
        "old.doc": "office_old",
        "locked.docx": "file_encrypted",
        "empty.docx": "document_empty",
    }
