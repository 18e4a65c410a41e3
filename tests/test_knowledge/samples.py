"""A small real file of every kind that the import reads, to be bent by the fuzz tests."""

from __future__ import annotations

import gzip
import io
import zipfile
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from types import MappingProxyType

import docx
import openpyxl
from reportlab.pdfgen.canvas import Canvas

from tests.test_knowledge.feed_reading import FEEDS

_FILES = Path(__file__).parent / "files"


@cache
def samples() -> Mapping[str, bytes]:
    """Return the files by name."""
    found = {path.name: path.read_bytes() for folder in (_FILES, FEEDS) for path in sorted(folder.iterdir())}
    found |= {"book.xlsx": _workbook(), "policy.docx": _word(), "policy.pdf": _pdf()}
    found["feed.jsonl.gz"] = gzip.compress(found["agentic_en.jsonl"][:4_000], mtime=0)
    found["all.zip"] = _zip({name: found[name] for name in ("shopify_old.csv", "returns.md", "orders.csv")})
    return MappingProxyType(found)


def _workbook() -> bytes:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    rows = [("Products 2026",), ("SKU", "Product name", "Price", "Since"), ("001", "Desk", 199.5, date(2026, 1, 2))]
    for row in (*rows, (2, "Shelf", "89,90", None)):
        sheet.append(row)
    sheet.merge_cells("A1:D1")
    sizes = book.create_sheet("尺码表")
    for row in (("size", "chest_min", "chest_max"), ("S", 80, 84), ("M", 84, 88)):
        sizes.append(row)
    return _saved(book)


def _word() -> bytes:
    file = docx.Document()
    file.add_heading("Returns", 1)
    file.add_paragraph("You may return within 30 days, except underwear.")
    file.add_paragraph("tag on", style="List Bullet")
    table = file.add_table(2, 2)
    table.cell(0, 0).text, table.cell(1, 1).text = "Country", "$5"
    return _saved(file)


def _pdf() -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out, invariant=True)
    for line, y in (("Returns", 800), ("You may return within 30 days.", 770), ("- except underwear", 750)):
        canvas.drawString(72, y, line)
    canvas.save()
    return out.getvalue()


def _zip(members: Mapping[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, raw in members.items():
            archive.writestr(zipfile.ZipInfo(name), raw)
    return out.getvalue()


def _saved(file: openpyxl.Workbook | docx.document.Document) -> bytes:
    out = io.BytesIO()
    file.save(out)
    return out.getvalue()
