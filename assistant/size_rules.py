"""The merchant's note on sizes as typed rules: which measure decides, which of two sizes to take.

Only what is said plainly becomes a rule. A condition that no one can check here ("shoulders over
41 cm"), or words that fit no product for certain, make none: such a note is quoted and not followed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final, TypeVar

from assistant.size_scopes import EVERYTHING, Scope, read_scope
from assistant.understanding.measurements import Need, needs_in, without_needs
from knowledge.catalog import Product
from knowledge.size_charts import Measure
from knowledge.text import fold, has_han

SMALLER: Final = -1
LARGER: Final = 1

_NAMES: Final = {
    Measure.HEIGHT: r"(?:body )?height|身高",
    Measure.WEIGHT: r"weight|体重",
    Measure.CHEST: r"chest|bust|胸围",
    Measure.WAIST: r"waist|腰围",
    Measure.HIP: r"hips?|臀围",
    Measure.FOOT: r"foot(?: length)?|脚长|足长",
}
_ANY: Final = "(?:" + "|".join(_NAMES.values()) + ")"
_SEVERAL: Final = rf"{_ANY}(?:\s*(?:and|or|,|&|和|与|及|、)?\s*{_ANY})*"
_DECIDES: Final = re.compile(
    rf"(?P<en>\b{_SEVERAL})\s+(?:decides?|comes? first|is decisive|matters most)\b"
    rf"(?P<tail>\s+(?:for|in|on)\s+[^,;:.]+)?"
    rf"|\b(?:choose|go|pick|order|select|size)\s+by\s+(?:your\s+|the\s+)?(?P<by>{_SEVERAL})"
    rf"|(?<!不)以(?P<zh>{_SEVERAL})为(?:准|主)|(?P<first>{_SEVERAL})优先"
)
_LARGEST: Final = re.compile(
    rf"(?P<zh>{_SEVERAL})\s*[,，]?\s*取较?大的"
    rf"|\b(?:larger|bigger)\s+(?:size\s+)?of\s+(?:your\s+|the\s+)?(?P<en>{_SEVERAL})"
)
_SECOND: Final = re.compile(rf"(?P<en>{_ANY})\s+(?:second|next)\b|其次(?:看|是)?(?P<zh>{_ANY})")
_GUIDE: Final = re.compile(
    rf"(?P<en>{_SEVERAL})\s+(?:is|are)\s+(?:only\s+)?(?:a\s+guide(?:line)?(?:\s+only)?|for\s+reference(?:\s+only)?)"
    rf"|(?P<zh>{_SEVERAL})(?:仅供|只作|仅作|只供)参考"
)
_BETWEEN: Final = re.compile(
    r"\b(?:if\s+(?:you\s+are\s+|you're\s+)?)?(?:in[- ])?between\s+(?:two\s+)?sizes\b|\bhalf\s+sizes\b"
    r"|(?:正好|刚好|恰好)?(?:落|卡)?在?两个?(?:尺)?[码号](?:之间|中间|交界)"
)
_STEP: Final = re.compile(
    r"(?P<runs_large>偏大约?一个?[码号]|\bruns?\s+(?:one|a|a\s+full)\s+size\s+(?:large|big))"
    r"|(?P<runs_small>偏小约?一个?[码号]|\bruns?\s+(?:one|a|a\s+full)\s+size\s+small)"
    r"|(?P<larger>(?:选|拿|买|取|挑|往)?大一个?[码号]|加一个?[码号]|(?:选|拿|取|挑)大的"
    r"|\b(?:take|choose|pick|order|get|stay\s+with|keep\s+to|go\s+for)\s+(?:the\s+)?(?:larger|bigger)(?:\s+(?:one|size))?"
    r"|\b(?:size|go)\s+up(?:\s+(?:one|a)(?:\s+full)?(?:\s+size)?)?(?!\s+half))"
    r"|(?P<smaller>(?:选|拿|买|取|挑|往)?小一个?[码号]|减一个?[码号]|(?:选|拿|取|挑)小的"
    r"|\b(?:take|choose|pick|order|get|stay\s+with|keep\s+to|go\s+for)\s+(?:the\s+)?smaller(?:\s+(?:one|size))?"
    r"|\b(?:size|go)\s+down(?:\s+(?:one|a)(?:\s+full)?(?:\s+size)?)?(?!\s+half))"
    # After the first direction of a sentence the verb is left out: "… and the smaller for denim".
    r"|(?P<up>\b(?:the\s+(?:larger|bigger)(?:\s+(?:one|size))?|up)(?=\s+(?:for|in)\b))"
    r"|(?P<down>\b(?:the\s+smaller(?:\s+(?:one|size))?|down)(?=\s+(?:for|in)\b))"
)
_SIGNS: Final = {"larger": LARGER, "up": LARGER, "runs_small": LARGER,
                 "smaller": SMALLER, "down": SMALLER, "runs_large": SMALLER}  # fmt: skip
_RUNS: Final = re.compile(r"\bruns?\s+(?:a\s+(?:bit|little)\s+|slightly\s+|half\s+a\s+size\s+)?(large|big|small)\b")
# What an unread condition looks like: a rule behind it is nobody's to apply but the shopper's.
_CONDITION: Final = re.compile(
    r"如果|若|的话|时|喜欢|想|朋友|孩子|宝宝|的人|胖|肚|超过|以上|以下|大于|小于"
    r"|\b(?:if|when|unless|who|prefer|like|want|feet|plan|should|with|over|under|not|don't|never)\b"
)
_SENTENCE: Final = re.compile(r"[。;；\n!！]|\.(?:\s+|$)")
_TAIL: Final = re.compile(r"\s*(?:for|in|on)\s+(?P<scope>.+?)\s*(?:[,;]?\s*(?:and|but|or)?\s*)?$", re.DOTALL)
_ASIDE: Final = re.compile(r",\s*(?:which|as|because|since|that)\b.*$|\s+(?:because|since)\b.*$", re.DOTALL)
_HEAD: Final = re.compile(r"^(?:for|in)\s+(?P<for>.+?)[,:]?\s*(?:the\s+)?$|^(?P<label>[^:]+):\s*(?:the\s+)?$")
_PART: Final = re.compile(r"[,，:：]")
_OR: Final = re.compile(r"或者?|、")
_FILLER: Final = re.compile(
    rf"^(?:一定|建议|最好|请|可以|可|就|都|一律|再|应该?|要|则|的)+|(?:一定|建议|最好|请|可以|可|就|都|一律|再|要|则|的|约|穿)+$"
    rf"|偏[大小瘦窄长宽肥]+(?!」)|^(?:标准|常规|正常)$|{_ANY}(?:落|卡)?在?$|[\s,，:：]+$|^[\s,，:：]+"
)


@dataclass(frozen=True, slots=True)
class DecidingRule:
    """Which measures decide, the first before the second; ``largest``: the larger of their sizes."""

    measures: tuple[Measure, ...]
    scope: Scope = EVERYTHING
    largest: bool = False


@dataclass(frozen=True, slots=True)
class StepRule:
    """One size up or down: between two sizes, or from the size of the chart.

    Attributes:
        step: ``LARGER`` or ``SMALLER``.
        needs: The rule holds for a shopper with one of these; empty: for everybody.
    """

    step: int
    between: bool
    scope: Scope = EVERYTHING
    needs: frozenset[Need] = frozenset()


Rule = TypeVar("Rule", DecidingRule, StepRule)


@dataclass(frozen=True, slots=True)
class SizeNote:
    """A note, read; ``guides`` are measures that by the note never decide."""

    deciding: tuple[DecidingRule, ...] = ()
    steps: tuple[StepRule, ...] = ()
    guides: frozenset[Measure] = frozenset()


@dataclass(frozen=True, slots=True)
class ProductRules:
    """What the note and the product's own fit say for one product.

    Attributes:
        between: Step between two sizes; None where nothing says it, or two rules disagree.
        always: Step from the size of the chart for everybody: the product runs small or large.
        on_need: Step for a shopper with the need.
    """

    deciding: tuple[Measure, ...] = ()
    largest: bool = False
    guides: frozenset[Measure] = frozenset()
    between: int | None = None
    always: int | None = None
    on_need: tuple[tuple[Need, int], ...] = ()

    def step(self, needs: Iterable[Need]) -> int:
        """Return the step from the size of the chart, at most one size; 0 where rules contradict."""
        told = frozenset(needs)
        steps = {step for need, step in self.on_need if need in told} | ({self.always} if self.always else set())
        return steps.pop() if len(steps) == 1 else 0


def rules_for(note: str, product: Product) -> ProductRules:
    """Return what the chart's note and the product's fit say for the product, the more special before the general."""
    read = read_note(note)
    own = read_note(product.attribute("fit") or product.attribute("版型") or "")
    deciding = _most_special(read.deciding, product)
    steps = [*read.steps, *own.steps]
    needs = sorted({need for rule in steps for need in rule.needs})
    on_need = [(need, _agreed([r for r in steps if need in r.needs and not r.between], product)) for need in needs]
    rule = deciding[0] if len(set(deciding)) == 1 else None
    return ProductRules(
        rule.measures if rule else (),
        largest=rule.largest if rule else False,
        guides=read.guides,
        between=_agreed([r for r in steps if r.between], product),
        always=_agreed([r for r in steps if not r.between and not r.needs], product),
        on_need=tuple((need, step) for need, step in on_need if step is not None),
    )


@lru_cache(maxsize=512)
def read_note(note: str) -> SizeNote:
    """Read a note; what is not said plainly is left out."""
    deciding: list[DecidingRule] = []
    steps: list[StepRule] = []
    guides: set[Measure] = set()
    for sentence in (piece.strip() for piece in _SENTENCE.split(fold(note))):
        deciding += _deciding(sentence)
        steps += _steps(sentence)
        if guide := _GUIDE.search(sentence):
            guides |= set(_measures(guide["en"] or guide["zh"]))
    return SizeNote(tuple(deciding), tuple(steps), frozenset(guides))


def _agreed(rules: Sequence[StepRule], product: Product) -> int | None:
    found = {rule.step for rule in _most_special(rules, product)}
    return found.pop() if len(found) == 1 else None


def _most_special(rules: Sequence[Rule], product: Product) -> list[Rule]:
    """Return the rules that hold for the product and name it the most closely."""
    levels = [(level, rule) for rule in rules if (level := rule.scope.level(product)) is not None]
    best = max((level for level, _ in levels), default=0)
    return [rule for level, rule in levels if level == best]


def _measures(words: str) -> tuple[Measure, ...]:
    """Return the measures in the order in which words name them."""
    places = {m: found.start() for m, names in _NAMES.items() if (found := re.search(names, words))}
    return tuple(sorted(places, key=places.__getitem__))


def _deciding(sentence: str) -> Iterator[DecidingRule]:
    if found := _LARGEST.search(sentence):
        measures = _measures(found["zh"] or found["en"])
        if len(measures) > 1:
            yield DecidingRule(measures, largest=True)
        return
    for found in _DECIDES.finditer(sentence):
        first = _measures(found["en"] or found["by"] or found["zh"] or found["first"])
        second = _SECOND.search(sentence, found.end())
        measures = tuple(dict.fromkeys([*first, *(_measures(second[0]) if second else ())]))
        head = re.sub(r"^.*[,，]", "", sentence[: found.start()]).strip()
        if _CONDITION.search(head):
            continue
        named = _HEAD.match(head)
        tail = re.sub(r"^\s+(?:for|in|on)\s+", "", found["tail"] or "")
        words = tail or ((named["for"] or named["label"]) if named else head)
        yield DecidingRule(measures, EVERYTHING if words in ("", "the", "your") else read_scope(words))


def _steps(sentence: str) -> Iterator[StepRule]:
    marker = _BETWEEN.search(sentence)
    found = [m for m in _STEP.finditer(sentence) if marker or m.lastgroup not in ("up", "down")]
    before = 0
    for number, step in enumerate(found):
        until = found[number + 1].start() if number + 1 < len(found) else len(sentence)
        between = marker is not None and marker.start() < step.start()
        lead = sentence[before : step.start()]
        sign = _SIGNS[step.lastgroup or ""]
        if has_han(sentence):
            yield from _chinese(sign, between, lead)
        else:
            yield from _english(sign, between, lead, sentence[step.end() : until])
        before = step.end()
    if not found and (runs := _RUNS.fullmatch(sentence)):
        # By how much is not said: enough to choose between two sizes, not to leave the chart.
        yield StepRule(LARGER if runs[1] == "small" else SMALLER, between=True)


def _english(sign: int, between: bool, lead: str, rest: str) -> Iterator[StepRule]:
    tail = _TAIL.fullmatch(_ASIDE.sub("", rest))
    lead = _BETWEEN.sub("", lead).strip(" ,:")
    needs = frozenset() if between else needs_in(lead)
    if tail is None:
        head = _HEAD.match(lead + ":")
        if not needs and (_CONDITION.search(lead) or (lead and head is None)):
            return
        scope = EVERYTHING if needs or between or not lead else read_scope(lead)
        yield StepRule(sign, between, scope, needs)
    elif needs or between or not _CONDITION.search(lead):
        yield StepRule(sign, between, read_scope(tail["scope"]), needs)


def _chinese(sign: int, between: bool, lead: str) -> Iterator[StepRule]:
    if (marker := _BETWEEN.search(lead)) is not None:
        head = _bare(_PART.split(lead[: marker.start()])[-1])
        tail = _bare(lead[marker.end() :])
        if not tail or needs_in(tail):
            if not _CONDITION.search(head):
                yield StepRule(sign, True, read_scope(head) if head else EVERYTHING)
            if not tail:
                return
            between, lead = False, tail
        else:
            lead = tail
    scope = EVERYTHING
    for part in (_bare(piece) for piece in _PART.split(lead)[:-1]):
        # A clause in front either names the goods or is a reason; what is neither settles nothing.
        scope = read_scope(part) if part else scope
    last = _PART.split(lead)[-1]
    told = [piece for piece in _OR.split(last) if needs_in(piece)]
    for piece in told:
        named = _bare(without_needs(piece))
        yield StepRule(sign, False, read_scope(named) if len(named) > 1 else scope, needs_in(piece))
    if not told and not _CONDITION.search(lead):
        named = _bare(last)
        yield StepRule(sign, between, read_scope(named) if named else scope)


def _bare(words: str) -> str:
    """Return words without the adverbs around them."""
    stripped = _FILLER.sub("", words.strip("、。 "))
    return stripped if stripped == words else _bare(stripped)
