"""Small files that would fill the memory or never end: each is answered in seconds."""

from __future__ import annotations

import gzip
import io
import time
import zipfile
from collections.abc import Callable

import openpyxl
import pytest

from tests.test_knowledge.feed_reading import read_bytes

# Most need less than one; a loaded machine is given time, and a quadratic reader would need hours.
SECONDS = 20


def wide_workbook() -> bytes:
    """Return a workbook whose second row has more cells than Excel could write."""
    book, plain, out = openpyxl.Workbook(), io.BytesIO(), io.BytesIO()
    sheet = book.active
    assert sheet is not None
    sheet.append(["SKU", "Product name", "Price"])
    book.save(plain)
    row = b"<row>" + b'<c t="inlineStr"><is><t>ab</t></is></c>' * 300_000 + b"</row>"
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name in source.namelist():
            made.writestr(name, source.read(name).replace(b"</sheetData>", row + b"</sheetData>"))
    return out.getvalue()


def entities() -> bytes:
    """Return the billion laughs."""
    levels = "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))
    head = f'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY a0 "aaaaaaaaaa">{levels}]>'
    return f"{head}<rss><channel><item><title>&a9;</title></item></channel></rss>".encode()


def many_columns() -> bytes:
    names = ",".join(f"column {n}" for n in range(5_000))
    return f"{names}\n{','.join('1' * 5_000)}\n".encode()


BOMBS: dict[str, tuple[str, Callable[[], bytes], set[str]]] = {
    "a row wider than Excel's": ("b.xlsx", wide_workbook, {"office_broken"}),
    "entities": ("e.xml", entities, {"markup_kind_unknown", "xml_refused"}),
    "gzip": ("g.csv.gz", lambda: gzip.compress(bytes(600_000_000), 1), {"file_too_large"}),
    "nested lists": ("d.json", lambda: b"[" * 200_000 + b"]" * 200_000, {"json_broken"}),
    "nested objects": ("d.json", lambda: b'{"a":' * 100_000 + b"1" + b"}" * 100_000, {"json_broken"}),
    "nested tags": ("d.xml", lambda: b'<?xml version="1.0"?><rss>' + b"<a>" * 200_000, {"markup_kind_unknown"}),
    "nested blocks": ("d.html", lambda: b"<html><body>" + b"<div>" * 20_000 + b"x", set()),
    "a huge cell": (
        "h.csv",
        lambda: b'SKU,Name,Price\nA,"' + b"x" * 20_000_000 + b'",1\n',
        {"quotes_broken", "no_rows"},
    ),
    "open quotes": ("q.csv", lambda: b"SKU,Name,Price\n" + b'a,"b,1\n' * 30_000, {"sku_repeated", "variant_repeated"}),
    "columns": ("m.csv", many_columns, {"file_kind_unknown"}),
    "open brackets": ("d.md", lambda: b"# t\n\n" + b"[" * 30_000, set()),
    "a text of many megabytes": ("t.txt", lambda: b"Hello there. " * 500_000, {"file_too_large"}),
}


@pytest.mark.parametrize("name", BOMBS)
def test_a_bomb_is_answered_in_seconds(name: str) -> None:
    file, make, expected = BOMBS[name]
    raw = make()
    began = time.process_time()
    read = read_bytes(file, raw)
    assert time.process_time() - began < SECONDS
    assert expected & set(read.codes) if expected else read.documents
