"""Uploads come packed: what is in the archive counts, and no archive can hurt."""

from __future__ import annotations

import gzip
import io
import zipfile
from pathlib import Path

import pytest

from knowledge.importing import containers
from tests.test_knowledge.merchant import codes, merchant

CATALOG = "Handle,Title,Variant Price\ncup,Blue Cup,12\n"


def zipped(**members: str) -> bytes:
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name.replace("__", "/").replace("_", "."), text)
    return raw.getvalue()


async def test_a_packed_catalog_is_read_like_the_plain_one(tmp_path: Path) -> None:
    async with merchant(tmp_path) as shop:
        report = await shop.imports_text("products.csv.gz", gzip.compress(CATALOG.encode()))
        assert (await shop.product("cup")).title == "Blue Cup"
    assert [file.file for file in report.files] == ["products.csv"]


async def test_every_member_of_a_zip_has_its_own_line_in_the_report(tmp_path: Path) -> None:
    raw = zipped(products_csv=CATALOG, docs__returns_md="# Returns\n\nThirty days.\n", broken_json="{", _hidden="x")
    async with merchant(tmp_path) as shop:
        report = await shop.imports_text("shop.zip", raw)
        assert (await shop.product("cup")).title == "Blue Cup"
    files = {file.file: file.kind for file in report.files}
    assert set(files) == {"shop.zip/products.csv", "shop.zip/docs/returns.md", "shop.zip/broken.json"}
    assert codes(report) == ["json_broken"]


@pytest.mark.parametrize(
    "raw", [zipped(a_csv=CATALOG)[:-30], gzip.compress(CATALOG.encode())[:-12], b"\x1f\x8bnonsense"]
)
async def test_a_damaged_archive_is_refused_with_the_reason(tmp_path: Path, raw: bytes) -> None:
    async with merchant(tmp_path) as shop:
        report = await shop.imports_text("a.zip", raw)
    assert codes(report) == ["archive_broken"]
    assert not report.usable


async def test_an_archive_without_data_says_so(tmp_path: Path) -> None:
    async with merchant(tmp_path) as shop:
        report = await shop.imports_text("a.zip", zipped(picture_png="x"))
    assert codes(report) == ["archive_empty"]


@pytest.mark.parametrize("raw", [gzip.compress(b"a" * 2_000_000), zipped(a_csv="a" * 2_000_000)])
async def test_a_bomb_is_not_unpacked_further_than_allowed(
    tmp_path: Path, raw: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(containers, "_SIZE_LIMIT", 1_000_000)
    async with merchant(tmp_path) as shop:
        report = await shop.imports_text("bomb", raw)
    assert codes(report) == ["file_too_large"]


async def test_one_object_a_line_is_read_and_a_broken_line_is_named(tmp_path: Path) -> None:
    async with merchant(tmp_path) as shop:
        report = await shop.imports_text("x.jsonl", '{"other": 1}\n{"other": \n{"other": 3}\n')
    assert {(issue.code, issue.row) for issue in report.issues} == {("json_broken", 2), ("json_kind_unknown", None)}
