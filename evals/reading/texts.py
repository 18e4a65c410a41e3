"""Invented shops' texts with the questions that each answers, and those that it only seems to."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from evals.shipped import evals_folder
from knowledge.errors import Invalid

FOLDER: Final = "reading"
# Names of the shops that are never taught, one a line.
HELD_BACK: Final = "held_back.txt"
_QUESTION: Final = re.compile(r"([+-]) (\S.*)")
_ALSO: Final = " @ "
# Between two messages of one talk.
_THEN: Final = " // "


@dataclass(frozen=True, slots=True)
class Asked:
    """A question under a text.

    Attributes:
        answered: Whether the text answers it; else no text of the shop does.
        also: Headings of other texts that answer it too.
    """

    text: str
    answered: bool
    also: tuple[str, ...] = ()


@dataclass(slots=True)
class Published:
    """A text under its heading, with its questions."""

    heading: str
    lines: list[str] = field(default_factory=list)
    asked: list[Asked] = field(default_factory=list)

    @property
    def text(self) -> str:
        """As the reader reads it."""
        return "\n".join([self.heading, *self.lines]).strip()


@dataclass(frozen=True, slots=True)
class TaughtShop:
    """An invented shop.

    Attributes:
        name: Of its file, without the suffix.
        lang: Of its texts.
        held_back: Whether it is never taught, but asked, to tell how well the reader reads.
    """

    name: str
    lang: str
    held_back: bool
    texts: tuple[Published, ...]


def taught_shops(folder: Path | None = None) -> list[TaughtShop]:
    """Return the shops of a folder, by name.

    Args:
        folder: Of Markdown files; None takes those that ship.

    Raises:
        Invalid: A file cannot be read (``usage_bad_data``); the message names file and line.
    """
    source = folder or evals_folder() / FOLDER
    kept = source / HELD_BACK
    held_back = frozenset(kept.read_text("utf-8").split()) if kept.is_file() else frozenset()
    return [_shop(path, held_back) for path in sorted(source.glob("*.md")) if path.name != "README.md"]


def texts_hash(folder: Path | None = None) -> str:
    """Return a SHA-256 over all that was taught, in 64 hex digits."""
    digest = hashlib.sha256()
    for path in sorted((folder or evals_folder() / FOLDER).glob("*.md")):
        if path.name != "README.md":
            digest.update(path.read_bytes())
    return digest.hexdigest()


def _shop(path: Path, held_back: frozenset[str]) -> TaughtShop:
    first, *lines = path.read_text("utf-8").splitlines()
    told = [part.strip() for part in first.removeprefix("# ").split("|")]
    if not first.startswith("# ") or len(told) != 3 or told[2] not in ("zh", "en"):
        raise Invalid(f"{path}:1: not `# NAME | TRADE | zh` or `en`: {first}", code="usage_bad_data")
    return TaughtShop(path.stem, told[2], path.stem in held_back, tuple(_texts(path, lines)))


def _texts(path: Path, lines: Sequence[str]) -> Iterator[Published]:
    current: Published | None = None
    for number, line in enumerate(lines, start=2):
        question = _QUESTION.fullmatch(line.rstrip())
        if line.startswith("## "):
            if current is not None:
                yield current
            current = Published(line.removeprefix("## ").strip())
        elif current is None:
            if line.strip():
                raise Invalid(f"{path}:{number}: before the first heading: {line}", code="usage_bad_data")
        elif question is not None:
            text, *also = (part.strip() for part in question.group(2).split(_ALSO))
            current.asked.append(Asked(text.replace(_THEN, "\n"), question.group(1) == "+", tuple(also)))
        elif line.strip():
            if current.asked:
                raise Invalid(f"{path}:{number}: a text after its questions: {line}", code="usage_bad_data")
            current.lines.append(line)
    if current is not None:
        yield current
