"""Which words of both languages mean the same, found in names that mean the same.

Names with one part each are pairs as they stand ("Cheese Knives", 奶酪刀). What occurs in the names of
many things is paired by how often it occurs in both names of the same things (Dice), so that "knife"
and 刀 are found where no thing is called so. The multilingual encoder then refuses what only occurs
together, such as a part and the whole.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import rjieba

from knowledge.retrieval.encoders import Encoder, Vectors
from knowledge.retrieval.lexicon.sources import Names
from knowledge.retrieval.tokens import is_filler, stem, words
from knowledge.text import fold, has_han

MOST_ENGLISH_WORDS: Final = 3
MOST_CHINESE_WORDS: Final = 4
LONGEST_NAME: Final = 5
# Seen together in one name only, two words may be any two of its words.
SEEN_TOGETHER: Final = 2
DICE: Final = 0.35
# A second translation must come near the first in both measures.
NEAR_BEST: Final = 0.8
# Cosines of the multilingual encoder. Whole names are translations by their source, and only slips are
# refused; counted pairs are guesses; of keywords only the nearest of both lists are taken.
NAME_COSINE: Final = 0.3
COUNTED_COSINE: Final = 0.55
KEYWORD_COSINE: Final = 0.7

_ENGLISH_AND: Final = re.compile(r"\s*(?:&|,|/|\band\b|\bor\b)\s*")
_CHINESE_AND: Final = re.compile(r"[/、,，和与及&或]")
_REMARK: Final = re.compile(r"[（(].*?[)）]")


@dataclass(frozen=True, slots=True)
class Pair:
    """An English and a Chinese phrase that mean the same.

    Attributes:
        weight: How sure that is; comparable among the pairs of one phrase.
    """

    english: str
    chinese: str
    weight: float


def aligned(names: Iterable[Names], encoder: Encoder) -> list[Pair]:
    """Return the pairs that the names give, each once, the surest first."""
    everything = list(names)
    whole = sorted({pair for one in everything for pair in name_pairs(one)})
    found: dict[tuple[str, str], Pair] = {}
    steps = (
        _near([Pair(en, zh, 1.0) for en, zh in whole], encoder, NAME_COSINE),
        _near(counted_pairs(whole), encoder, COUNTED_COSINE),
        keyword_pairs([one for one in everything if len(one.english) > 1], encoder),
    )
    for pair in (pair for step in steps for pair in step):
        found.setdefault((pair.english, pair.chinese), pair)
    return sorted(found.values(), key=lambda pair: (-pair.weight, pair.chinese, pair.english))


def name_pairs(names: Names) -> Iterator[tuple[str, str]]:
    """Yield the parts of two first names, where both have as many ("Hats & Caps", 帽子/便帽)."""
    english = _parts(_ENGLISH_AND, names.english[0])
    chinese = _parts(_CHINESE_AND, names.chinese[0])
    if len(english) == len(chinese):
        for en, zh in zip(english, chinese, strict=True):
            if _is_phrase(en) and has_han(zh) and len(words(en)) <= LONGEST_NAME:
                yield en, zh


def counted_pairs(pairs: Sequence[tuple[str, str]]) -> Iterator[Pair]:
    """Yield runs of words that occur in both names of the same things, and seldom in one alone."""
    english, chinese, both = Counter[str](), Counter[str](), Counter[tuple[str, str]]()
    surfaces: dict[str, Counter[str]] = {}
    for en, zh in pairs:
        of_en = dict(_english_runs(en))
        of_zh = set(_chinese_runs(zh))
        for stems, surface in of_en.items():
            surfaces.setdefault(stems, Counter())[surface] += 1
        english.update(of_en.keys())
        chinese.update(of_zh)
        both.update((stems, run) for stems in of_en for run in of_zh)
    dice = {key: 2 * seen / (english[key[0]] + chinese[key[1]]) for key, seen in both.items() if seen >= SEEN_TOGETHER}
    best: dict[str, float] = {}
    for (stems, run), value in dice.items():
        best[stems], best[run] = max(best.get(stems, 0.0), value), max(best.get(run, 0.0), value)
    for (stems, run), value in dice.items():
        if value >= max(DICE, NEAR_BEST * best[stems], NEAR_BEST * best[run]):
            yield Pair(surfaces[stems].most_common(1)[0][0], run, value)


def keyword_pairs(names: Iterable[Names], encoder: Encoder) -> Iterator[Pair]:
    """Yield those of several names each that are nearest to each other."""
    for one in names:
        english = [name for name in one.english if _is_phrase(name) and len(words(name)) <= MOST_ENGLISH_WORDS]
        chinese = [name for name in one.chinese if has_han(name)]
        if english and chinese:
            cosines = encoder.encode(english) @ encoder.encode(chinese).T
            for row, column in enumerate(cosines.argmax(axis=1).tolist()):
                if cosines[:, column].argmax() == row and cosines[row, column] >= KEYWORD_COSINE:
                    yield Pair(english[row], chinese[column], float(cosines[row, column]))


def _near(pairs: Iterable[Pair], encoder: Encoder, least: float) -> Iterator[Pair]:
    listed = list(pairs)
    english = _vectors([pair.english for pair in listed], encoder)
    chinese = _vectors([pair.chinese for pair in listed], encoder)
    for pair in listed:
        if float(english(pair.english) @ chinese(pair.chinese)) >= least:
            yield pair


def _vectors(texts: Sequence[str], encoder: Encoder) -> Callable[[str], Vectors]:
    unique = list(dict.fromkeys(texts))
    encoded = encoder.encode(unique) if unique else np.zeros((0, encoder.dim), np.float32)
    return dict(zip(unique, encoded, strict=True)).__getitem__


def _parts(joint: re.Pattern[str], name: str) -> list[str]:
    return [part.strip() for part in joint.split(_REMARK.sub("", name)) if part.strip()]


def _is_phrase(name: str) -> bool:
    """Tell whether there is a word to look for: no filler, no lone letter or number."""
    return not has_han(name) and any(len(word) > 1 and not is_filler(word) and word.isalpha() for word in words(name))


def _english_runs(name: str) -> Iterator[tuple[str, str]]:
    """Yield the stems and the words of each run."""
    spoken = words(name)
    for start, end in _runs(len(spoken), MOST_ENGLISH_WORDS):
        run = spoken[start:end]
        if not is_filler(run[0]) and not is_filler(run[-1]) and _is_phrase(" ".join(run)):
            yield " ".join(stem(word) for word in run), " ".join(run)


def _chinese_runs(name: str) -> Iterator[str]:
    pieces = [piece for piece in rjieba.cut(fold(name)) if piece.strip()]
    for start, end in _runs(len(pieces), MOST_CHINESE_WORDS):
        run = "".join(pieces[start:end])
        if all(has_han(character) for character in run):
            yield run


def _runs(length: int, longest: int) -> Iterator[tuple[int, int]]:
    for start in range(length):
        for end in range(start + 1, min(start + longest, length) + 1):
            yield start, end
