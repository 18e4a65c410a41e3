"""PDF files become documents: headings, paragraphs, lists and tables as they stand on the page."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from reportlab.lib import colors, pdfencrypt
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import ListFlowable, PageBreak, Paragraph, SimpleDocTemplate, Table, TableStyle

from knowledge.importing.documents import DraftDocument
from knowledge.importing.issues import Notes
from knowledge.importing.pdf import document_of
from tests.test_knowledge.merchant import SHOP, codes, merchant

STYLES = getSampleStyleSheet()
LONG = (
    "You may return unworn articles within 38 days of delivery. We refund the price to the card with which you paid, "
    "and the refund arrives within six working days after the parcel has reached our warehouse in Tilburg."
)


def running_head(canvas: Canvas, template: object) -> None:
    canvas.drawString(72, 815, "Brookfell Trading")
    canvas.drawCentredString(300, 30, f"Page {canvas.getPageNumber()} of 3")


def policy() -> bytes:
    raw = io.BytesIO()
    rows = [["Destination", "Fee", "Days"], ["Mainland", "$4.50", "2-3"], ["Islands", "$11.00", "6-9"]]
    ruled = Table(rows, style=TableStyle([("GRID", (0, 0), (-1, -1), 1, colors.black)]))
    story = [
        Paragraph("Shipping and returns", STYLES["Title"]),
        Paragraph("Fees", STYLES["Heading2"]),
        ruled,
        Paragraph("Returns", STYLES["Heading2"]),
        Paragraph(LONG, STYLES["Normal"]),
        ListFlowable(
            [
                Paragraph("Swimwear stays with you.", STYLES["Normal"]),
                Paragraph("Sale articles too.", STYLES["Normal"]),
            ],
            bulletType="bullet",
        ),
        PageBreak(),
        Paragraph("Warranty", STYLES["Heading2"]),
        Paragraph("Every bag has 30 months on seams.", STYLES["Normal"]),
        PageBreak(),
        Paragraph("Write to us.", STYLES["Normal"]),
    ]
    SimpleDocTemplate(raw, pagesize=(595, 842)).build(story, onFirstPage=running_head, onLaterPages=running_head)
    return raw.getvalue()


def read(raw: bytes) -> DraftDocument:
    document = document_of("policy.pdf", raw, Notes("policy.pdf", "en"))
    assert all(document.text[p.start : p.end] == p.text for p in document.passages)
    return document


def drawn(*lines: tuple[float, float, float, str], font: str = "Helvetica", pages: int = 1) -> bytes:
    """Return a PDF with texts at (x, y from below, size)."""
    raw = io.BytesIO()
    canvas = Canvas(raw, pagesize=(595, 842))
    for _ in range(pages):
        for x, y, size, text in lines:
            canvas.setFont(font, size)
            canvas.drawString(x, y, text)
        canvas.showPage()
    canvas.save()
    return raw.getvalue()


def test_headings_tables_lists_and_broken_lines_come_out_as_they_were_written() -> None:
    document = read(policy())
    assert document.title == "Shipping and returns"
    assert [(p.heading_path, p.text) for p in document.passages] == [
        (
            ("Shipping and returns", "Fees"),
            "| Destination | Fee | Days |\n| --- | --- | --- |\n| Mainland | $4.50 | 2-3 |\n| Islands | $11.00 | 6-9 |",
        ),
        (("Shipping and returns", "Returns"), f"{LONG}\n\n- Swimwear stays with you.\n- Sale articles too."),
        (("Shipping and returns", "Warranty"), "Every bag has 30 months on seams.\n\nWrite to us."),
    ]


def test_running_heads_and_page_numbers_are_left_out() -> None:
    text = read(policy()).text
    assert "Brookfell" not in text
    assert "Page" not in text


def test_a_table_without_lines_is_known_by_its_columns() -> None:
    lines = [(72, 700, 18, "Sizes")]
    for place, cells in enumerate([("Size", "Chest", "Waist"), ("S", "88", "72"), ("M", "94", "78")]):
        lines += [(72 + 110 * column, 660 - 16 * place, 11, cell) for column, cell in enumerate(cells)]
    document = read(drawn(*lines))
    assert (
        document.passages[0].text == "| Size | Chest | Waist |\n| --- | --- | --- |\n| S | 88 | 72 |\n| M | 94 | 78 |"
    )


def test_a_table_that_a_page_break_cuts_is_one_table() -> None:
    raw = io.BytesIO()
    rows = [["Country", "Fee", "Days"], *([f"Country {i}", f"${i}.50", str(i)] for i in range(60))]
    table = Table(rows, style=TableStyle([("GRID", (0, 0), (-1, -1), 1, colors.black)]), repeatRows=1)
    SimpleDocTemplate(raw, pagesize=(595, 842)).build([Paragraph("Fees", STYLES["Title"]), table])
    (passage,) = read(raw.getvalue()).passages
    assert passage.text.count("| Country | Fee | Days |") == 1
    assert passage.text.count("\n") == 61


def test_chinese_lines_are_joined_without_a_gap() -> None:
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    first, second = "自签收之日起七天内可以无理由退货，商品须保持完好，吊牌须齐全，并附", "上发票；贴身衣物除外。"
    document = read(drawn((72, 700, 12, first), (72, 684, 12, second), font="STSong-Light"))
    assert document.passages[0].text == first + second
    assert document.lang == "zh"


def encrypted() -> bytes:
    raw = io.BytesIO()
    canvas = Canvas(raw, encrypt=pdfencrypt.StandardEncryption("secret", canPrint=0))
    canvas.drawString(72, 700, "Nobody reads this.")
    canvas.save()
    return raw.getvalue()


def scanned() -> bytes:
    raw = io.BytesIO()
    canvas = Canvas(raw)
    canvas.rect(0, 0, 500, 700, fill=1)
    canvas.save()
    return raw.getvalue()


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (encrypted(), "file_encrypted"),
        (scanned(), "pdf_scanned"),
        (policy()[:900], "pdf_broken"),
        (b"%PDF-1.7\nnothing else", "pdf_broken"),
    ],
)
async def test_a_pdf_that_cannot_be_read_is_refused_with_the_reason(tmp_path: Path, raw: bytes, code: str) -> None:
    async with merchant(tmp_path) as shop:
        report = await shop.imports_text("a.pdf", raw)
    assert codes(report) == [code]
    assert not report.usable


async def test_a_pdf_is_imported_whatever_it_is_called(tmp_path: Path) -> None:
    async with merchant(tmp_path) as shop:
        report = await shop.imports_text("download", policy())
        assert [(file.kind, file.format) for file in report.files] == [("document", "pdf")]
        assert [document.title for document in await shop.store.documents(SHOP)] == ["Shipping and returns"]
