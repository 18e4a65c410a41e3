"""Whatever bytes come in, every reader gives a report: never an exception, never without end.

The examples are the same at every run. ``DAOGOU_FUZZ_EXAMPLES=20000`` makes a campaign of it: so many
examples of each test, others every time.
"""

from __future__ import annotations

import gzip
import io
import json
import os
import zipfile
from collections.abc import Callable, Mapping

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from knowledge.importing import feed_fields, orders, qa_table, quick_replies, shopify, size_charts, woocommerce_product
from tests.test_knowledge.feed_reading import read_bytes
from tests.test_knowledge.samples import samples

_CAMPAIGN = int(os.environ.get("DAOGOU_FUZZ_EXAMPLES", "0"))
# What has broken readers of tables and markup before.
_NASTY = (
    *(b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\xf0\x9f\x98\x80", b"\xed\xa0\x80", b"\xe2\x80\xae"),
    *(b'"', b'""', b"'", b"\r", b"\n", b",", b";", b"\t", b"|", b"sep=;\n", b"=1+1"),
    *(b"1e999", b"-0", b"NaN", b"9" * 400, b"{", b"}", b"[", b"]", b"null", b"\\u0000", b"\\ud800"),
    *(b"<!DOCTYPE x [", b"<![CDATA[", b"&x;", b"&#0;", b"</script>", b"<table>", b"- ", b"# ", b"| "),
    *(b"A" * 70_000, b"(" * 2_000, b"[" * 5_000, b"<b>" * 3_000),
)
_ALIASES: Mapping[str, object] = (
    shopify.ALIASES | woocommerce_product.ALIASES | size_charts.ALIASES | orders.ALIASES | qa_table.ALIASES
    | quick_replies.ALIASES | dict(feed_fields.ALIASES)
)  # fmt: skip
_HEADERS = sorted(
    {name for field, names in _ALIASES.items() for name in (field, *(names if isinstance(names, tuple) else ()))}
)
_CELLS = st.one_of(
    st.sampled_from(["", "1", "0", "-1", "19,90", "1e5", "$5", "¥199–¥259", "TRUE", "draft", "S", "2026-02-30", "5'2\"",
                     "105~120斤", "id:3", "A > B", "https://x.test/a.jpg", '{"a": 1}', "[", "=1+1", "4006381333931"]),
    st.text(max_size=30),
    st.integers().map(str),
)  # fmt: skip


def _thorough(examples: int) -> Callable[[Callable[..., None]], Callable[..., None]]:
    return settings(
        max_examples=_CAMPAIGN or examples,
        derandomize=not _CAMPAIGN,
        database=None,
        deadline=None if _CAMPAIGN else 20_000,  # milliseconds; a reader that hangs fails
        suppress_health_check=list(HealthCheck),
    )


def _reads(name: str, raw: bytes) -> None:
    """Read as an import does; each thing in the file is either read or refused with a reason."""
    for locale in ("en-US", "zh-CN"):
        read = read_bytes(name, raw, locale=locale)
        assert read.formats or any(issue.severity.value == "error" for issue in read.issues), read.issues
        assert all(issue.problem and issue.mend for issue in read.issues)
        if len(raw) > 20_000:
            return


@st.composite
def _bent(draw: st.DrawFn) -> tuple[str, bytes]:
    """Return a sample with pieces changed, taken out, doubled, or put in from elsewhere."""
    name = draw(st.sampled_from(sorted(samples())))
    raw = samples()[name]
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(raw)))
        to = min(len(raw), at + draw(st.integers(0, 60)))
        change = draw(st.sampled_from(["flip", "cut", "double", "insert", "truncate", "splice"]))
        if change == "flip" and at < len(raw):
            raw = raw[:at] + bytes([raw[at] ^ (1 << draw(st.integers(0, 7)))]) + raw[at + 1 :]
        elif change == "cut":
            raw = raw[:at] + raw[to:]
        elif change == "double":
            raw = raw[:to] + raw[at:]
        elif change == "insert":
            raw = raw[:at] + draw(st.sampled_from(_NASTY)) + raw[at:]
        elif change == "truncate":
            raw = raw[:at]
        elif change == "splice":
            other = samples()[draw(st.sampled_from(sorted(samples())))]
            start = draw(st.integers(0, len(other)))
            raw = raw[:at] + other[start : start + 200] + raw[to:]
    return name, raw


@given(_bent())
@_thorough(150)
def test_a_bent_file_is_read_or_refused_with_a_reason(bent: tuple[str, bytes]) -> None:
    _reads(*bent)


@given(st.sampled_from(["x.csv", "x.tsv", "x.json", "x.xml", "x.html", "x.md", "x.txt", "x"]), st.binary(max_size=400))
@_thorough(60)
def test_any_bytes_under_any_name_are_read_or_refused(name: str, raw: bytes) -> None:
    _reads(name, raw)


@given(
    st.lists(st.sampled_from(_HEADERS) | st.text(max_size=12), min_size=1, max_size=12),
    st.lists(st.lists(_CELLS, max_size=14), max_size=6),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "gb18030", "cp1252", "big5"]),
)
@_thorough(120)
def test_any_table_of_known_columns_is_read_or_refused(
    headers: list[str], rows: list[list[str]], delimiter: str, end: str, encoding: str
) -> None:
    lines = [delimiter.join(headers), *(delimiter.join(row) for row in rows)]
    _reads("t.csv", end.join(lines).encode(encoding, errors="replace"))


_KEYS = st.sampled_from(
    ["@type", "@context", "@graph", "@id", "name", "offers", "price", "priceCurrency", "hasVariant", "mainEntity",
     "acceptedAnswer", "text", "sku", "variants", "id", "title", "products", "bargain", "coupons", "code", "rules",
     "currency", "locale", "freshness", "greeting", "availability", "variant_options", "media", "amount"]
) | st.sampled_from(_HEADERS)  # fmt: skip
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | _CELLS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_KEYS, inner, max_size=6),
    max_leaves=14,
)
_TYPES = st.sampled_from(["Product", "ProductGroup", "FAQPage", "Question", "https://schema.org/Product", "ItemList"])


@given(
    st.dictionaries(_KEYS, _VALUES | _TYPES, max_size=8)
    | st.lists(st.dictionaries(_KEYS, _VALUES | _TYPES), max_size=4)
)
@_thorough(120)
def test_any_json_of_known_keys_is_read_or_refused(value: object) -> None:
    _reads("x.json", json.dumps(value).encode())


@given(st.lists(st.tuples(st.sampled_from(_HEADERS), _CELLS, st.integers(0, 3)), max_size=14), st.booleans())
@_thorough(60)
def test_any_xml_of_known_fields_is_read_or_refused(parts: list[tuple[str, str, int]], is_rss: bool) -> None:
    tags = [
        (f"g:{name.replace(' ', '_')}", text.replace("<", "&lt;") if kind else text, kind) for name, text, kind in parts
    ]
    body = "".join(f"<{tag}>{text}" + ("" if kind == 2 else f"</{tag}>") for tag, text, kind in tags)
    entry = "item" if is_rss else "entry"
    xml = f'<?xml version="1.0"?><rss xmlns:g="http://base.google.com/ns/1.0"><{entry}>{body}</{entry}></rss>'
    _reads("x.xml", xml.encode("utf-8", errors="replace"))


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["a.csv", "b/../c.md", "/etc/x.json", "__MACOSX/a", "x.png", "日.txt", "d.zip", "w/"]),
            st.sampled_from(sorted(samples())),
            st.sampled_from(["plain", "gzip", "zip", "cut"]),
        ),
        max_size=4,
    )
)
@_thorough(40)
def test_archives_in_archives_are_read_or_refused(members: list[tuple[str, str, str]]) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for number, (name, sample, packing) in enumerate(members):
            unique = f"{name}{number}" if name[0] == "/" else f"{number}{name}"
            archive.writestr(unique, _packed(samples()[sample], packing))
    _reads("x.zip", out.getvalue())


def _packed(raw: bytes, packing: str) -> bytes:
    if packing == "gzip":
        return gzip.compress(raw, mtime=0)
    if packing == "cut":
        return raw[: len(raw) // 2]
    if packing == "plain":
        return raw
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("inner.csv", raw)
    return out.getvalue()
