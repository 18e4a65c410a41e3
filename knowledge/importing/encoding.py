"""Bytes of unknown encoding become text.

Merchants' spreadsheets write UTF-8, UTF-16, GBK, Big5 or Windows-1252 and never say which. UTF-8
is tried first, because other encodings hardly ever happen to be valid UTF-8. Between the Chinese
ones the share of everyday characters decides: read in the wrong encoding, Chinese turns into rare
characters, which a plain "does it decode" test does not see.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from typing import Final

from charset_normalizer import from_bytes

_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_BINARY: Final = (
    (b"PK\x03\x04", "zip"),
    (b"\xd0\xcf\x11\xe0", "ole"),
    (b"\x1f\x8b", "gzip"),
    (b"BZh", "bzip2"),
    (b"%PDF", "pdf"),
    (b"\x89PNG", "image"),
    (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"),
    (b"SQLite format 3", "sqlite"),
)
_SAMPLE: Final = 200_000
# Real Chinese text has over 95 % everyday characters in its own encoding, below 50 % in another's.
_EVERYDAY_SHARE: Final = 0.7
_OTHERS: Final = ["cp1252", "cp1250", "cp1251", "shift_jis", "euc_kr"]
# Below so many bytes above ASCII the statistics say nothing.
_FEW: Final = 8
_CHAOS_MARGIN: Final = 0.05


@dataclass(frozen=True, slots=True)
class Decoded:
    """A file's text.

    Attributes:
        encoding: Python's name of the encoding.
        guessed: It was inferred from the bytes' statistics.
        odd_lines: Lines (from 1) that were in another encoding than the rest.
    """

    text: str
    encoding: str
    guessed: bool = False
    odd_lines: tuple[int, ...] = ()


def binary_kind(raw: bytes) -> str | None:
    """Return what kind of binary file this is; None for text."""
    for magic, kind in _BINARY:
        if raw.startswith(magic):
            return kind
    if any(raw.startswith(bom) for bom, _ in _BOMS) or _utf16_without_bom(raw):
        return None
    sample = raw[:_SAMPLE]
    controls = sum(1 for byte in sample if byte < 32 and byte not in b"\t\n\r\f\x1b") - sample.count(0) // 2
    return "binary" if len(sample) >= 64 and controls > len(sample) * 0.05 else None


def decode(raw: bytes) -> Decoded:
    """Return the text; never fails, since every byte is something in Windows-1252."""
    for bom, encoding in _BOMS:
        if raw.startswith(bom):
            return Decoded(raw.decode(encoding, errors="replace").lstrip("\ufeff"), encoding)
    if wide := _utf16_without_bom(raw):
        return Decoded(raw.decode(wide, errors="replace"), wide, guessed=True)
    try:
        return Decoded(raw.decode("utf-8"), "utf-8")
    except UnicodeDecodeError:
        pass
    return _mixed(raw) or _legacy(raw)


def _utf16_without_bom(raw: bytes) -> str | None:
    """Recognise UTF-16 of mostly ASCII by the zero in every second byte."""
    sample = raw[: _SAMPLE - _SAMPLE % 2]
    half = len(sample) // 2
    if half < 4:
        return None
    if sample[1::2].count(0) > half * 0.7 and sample[::2].count(0) < half * 0.1:
        return "utf-16-le"
    if sample[::2].count(0) > half * 0.7 and sample[1::2].count(0) < half * 0.1:
        return "utf-16-be"
    return None


def _mixed(raw: bytes) -> Decoded | None:
    """Read a UTF-8 file to which lines of another encoding were appended."""
    lines: list[str] = []
    odd: list[tuple[int, bytes]] = []
    wide_utf8 = 0
    for number, line in enumerate(raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n").split(b"\n"), start=1):
        try:
            lines.append(line.decode("utf-8"))
            wide_utf8 += not line.isascii()
        except UnicodeDecodeError:
            lines.append("")
            odd.append((number, line))
    if not wide_utf8:
        return None
    tail = b"\n".join(line for _, line in odd)
    other = "utf-8" if _cut_off(tail) else _legacy(tail).encoding
    for number, line in odd:
        lines[number - 1] = line.decode(other, errors="replace")
    return Decoded("\n".join(lines), "utf-8", guessed=True, odd_lines=tuple(number for number, _ in odd))


def _cut_off(line: bytes) -> bool:
    """Whether the line is UTF-8 whose last character was cut in two, as downloads leave it."""
    return b"\n" not in line and any(
        _decodes(line[:-n], "utf-8") and line[-n] >= 0xC2 for n in (1, 2, 3) if len(line) > n
    )


def _decodes(raw: bytes, encoding: str) -> bool:
    try:
        raw.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _everyday_share(raw: bytes, encoding: str, plain: str, leads: range) -> float:
    """Return the share of non-ASCII characters that are everyday Han characters or Chinese marks.

    Args:
        raw: The bytes.
        encoding: How to read them.
        plain: The national standard that has the everyday characters in its first rows.
        leads: First bytes of those rows (GB 2312 level 1; Big5 level 1; both with their marks).
    """
    try:
        text = raw.decode(encoding)
    except UnicodeDecodeError as error:
        if error.start < len(raw) - 4:
            return 0.0
        text = raw[: error.start].decode(encoding)  # the sample or the file ends inside a character
    wide = [c for c in text[:_SAMPLE] if c > "\x7f"]
    everyday = 0
    for character in wide:
        pair = character.encode(plain, errors="ignore")
        everyday += len(pair) == 2 and pair[0] in leads
    return everyday / len(wide) if wide else 0.0


def _legacy(raw: bytes) -> Decoded:
    sample = raw[:_SAMPLE]
    shares = {
        "gb18030": _everyday_share(sample, "gb18030", "gb2312", range(0xA1, 0xD8)),
        "big5": _everyday_share(sample, "big5", "big5", range(0xA1, 0xC7)),
    }
    best = max(shares, key=lambda encoding: shares[encoding])
    if shares[best] >= _EVERYDAY_SHARE:
        return Decoded(raw.decode(best, errors="replace"), best, guessed=True)
    matches = from_bytes(sample, cp_isolation=_OTHERS)
    found = matches.best()
    western = next((m for m in matches if m.encoding == "cp1252"), None)
    # Several code pages fit a short text about equally well; then the most usual one is right.
    few = sum(byte > 127 for byte in sample) < _FEW
    closest = western is not None and found is not None and western.chaos - found.chaos < _CHAOS_MARGIN
    encoding = "cp1252" if found is None or few or closest else found.encoding
    return Decoded(raw.decode(encoding, errors="replace"), encoding, guessed=True)
