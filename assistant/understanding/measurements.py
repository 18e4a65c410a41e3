"""Body measurements in a message: any usual unit in, centimetres and kilograms out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
from enum import StrEnum
from typing import Final

from knowledge.size_charts import Measure
from knowledge.text import fold

CM_PER_INCH: Final = Decimal("2.54")
KG_PER_POUND: Final = Decimal("0.45359237")
CM_PER_CHI: Final = Decimal(100) / 3
KG_PER_JIN: Final = Decimal("0.5")

# A number outside these is not a person's measurement but an order number, a price or a slip.
PLAUSIBLE: Final = {
    Measure.HEIGHT: (Decimal(45), Decimal(230)),
    Measure.WEIGHT: (Decimal(2), Decimal(250)),
    Measure.CHEST: (Decimal(30), Decimal(180)),
    Measure.WAIST: (Decimal(30), Decimal(180)),
    Measure.HIP: (Decimal(30), Decimal(190)),
    Measure.FOOT: (Decimal(8), Decimal(35)),
}

_N = r"(?<![\d.])(\d{1,3}(?:\.\d+)?)(?!\d)"
_LENGTH = r"\s*(cm|mm|millimet(?:er|re)s?|毫米|centimet(?:er|re)s?|厘米|公分|inch(?:es)?|in\b|\"|''|”|英寸|寸)?"
_LINK = r"\s*(?:(?:is|are|was|of|at|about|around|approx\.?|['’]s|:|：|=|exactly|just|measures|大概|大约|差不多|约|刚好|正好|是|有|在|,|，)\s*)*"
# Between a number and the label behind it: "28 in at the waist", "95 cm的胸围".
_BACK_LINK = r"\s*(?:(?:at|on|around|for|in)\s+)?(?:(?:the|my|his|her)\s+)?的?\s*"
# Chinese tailors measure waists in 尺 and 寸: 二尺一 is 70 cm.
_CHI = re.compile(r"([1-4一二两三])\s*尺\s*([0-9一二三四五六七八九])?")
_LABELS: Final = {
    # Whole words: an order "ships about 40 days" later, and one can "install 100" of something.
    Measure.HEIGHT: r"\b(?:height|tall)\b|身高|个子|(?<!最)高",
    Measure.CHEST: r"\b(?:chest|bust)\b|胸围|上胸围|净胸围|胸",
    Measure.WAIST: r"\bwaist\b|腰围|腰",
    Measure.HIP: r"\bhips?\b|臀围|臀",
    Measure.FOOT: r"\b(?:foot(?: length)?|feet length)\b|脚长|脚掌长|足长|脚",
}
_FEET = re.compile(
    r"(?<![\d.])(\d)\s*(?:'|’|′|ft\.?|feet|foot|英尺)\s*(?:(\d{1,2}(?:\.\d+)?)\s*(?:\"|''|”|″|in(?:ches)?\b|英寸)?)?"
)
_METRES = re.compile(r"([12])\s*(?:米|m)\s*([0-9]{1,2})(?!\d)|([12]\.\d{1,2})\s*(?:米|m\b)")
_HAN_METRES = re.compile(r"一米([一二三四五六七八九])([一二三四五六七八九])?")
_WEIGHT = re.compile(_N + r"\s*(kgs?\b|kilos?\b|kilograms?\b|公斤|千克|斤|lbs?\b|pounds?\b|磅)")
_BARE_WEIGHT = re.compile(r"(?:weigh(?:t|s|ing)?|体重|重)" + _LINK + _N)
_BARE_HEIGHT = re.compile(r"(?<![\d.])((?:1[3-9]\d|20\d|21\d)(?:\.\d)?)\s*(?:cm|厘米|公分)")
# Of a child one tells the height without saying so.
_CHILD = re.compile(
    r"\b(?:sons?|daughters?|kids?|child|children|toddler|baby|boy|girl|grand(?:son|daughter)|niece|nephew)\b|\d\s*yo\b"
    r"|儿子|女儿|闺女|孩|宝宝|宝贝|娃|孙子|孙女|侄"
)
_CHILD_HEIGHT = re.compile(r"(?<![\d.])((?:[5-9]\d|1[0-7]\d)(?:\.\d)?)\s*(?:cm|厘米|公分)")
# 孩子118 穿多大: so tall; any word behind the number that is none of size makes it something else.
_CHILD_BARE_HEIGHT = re.compile(
    r"(?:儿子|女儿|闺女|孩子?|宝宝|娃)(?:现在|目前|大概)?\s*((?:[89]\d|1[0-7]\d)(?:\.\d)?)"
    r"(?=$|[,，。.!！?？]|\s*(?:穿|高|拍|买|\d))"
)
# Behind this what was told before holds no more: 23斤啊不是23公斤.
_SLIP: Final = re.compile(
    r"[啊哦嗯呃,，。\s]不是(?=[,，。\s])|不对|[说写打]错|\b(?:sorry|no wait|i mean|scratch that)\b"
)
# "170/65" and "170 65": what Chinese shoppers type when they mean height and weight; "165/88A" is a garment's label.
_PAIR = re.compile(
    r"(?<![\d./])(1[3-9]\d|20\d)\s*(?:cm)?\s*[/，,、\s]\s*(\d{2,3}(?:\.\d)?)\s*(kg|公斤|斤)?(?![\d/.a-z])"
)
_SIZE_WORDS: Final = {"small": "S", "medium": "M", "large": "L"}
_USUAL = re.compile(
    r"(?:usually|normally|typically|always)\s+(?:(?:wear|take|buy|am|a)\s*)?(?:an?\s+|size\s+)*(xxs|xs|s|m|l|xl|xxl|small|medium|large|\d{1,2}(?:\.5)?)\b(?!\s*(?:cm|kg|lb|\"|in(?:ch)?\b))"
    r"|\b(?:i am|i'm|im)\s+an?\s+(?:size\s+)?(xxs|xs|s|m|l|xl|xxl|small|medium|large|\d{1,2}(?:\.5)?)\s+(?:\w+\s+){0,3}?(?:usually|normally)"
    r"|(?:平时|平常|一般|通常)(?:都)?(?:穿|买|拿)\s*(xxs|xs|s|m|l|xl|xxl|\d{2}(?:\.5)?)(?![a-z\d])"
)
_LOOSER = re.compile(r"\b(?:loose|looser|roomy|oversized?|baggy|relaxed)\b|宽松|大一点|松一点|oversize")
_CLOSER = re.compile(r"\b(?:tight|snug|fitted|slim|close[- ]fitting)\b|修身|贴身|紧一点|合身")
_NOT_WEIGHT = r"(?!\s*(?:kg|kilo|公斤|千克|斤|lb|pound|磅|%))"
_LENGTH_BEHIND = re.compile(_LINK + _N + _LENGTH + _NOT_WEIGHT)
_LENGTH_BEFORE = re.compile(_N + _LENGTH + _BACK_LINK + "$")
_HAN_DIGIT = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"两": 2}


class SizeSystem(StrEnum):
    """What a shopper says that their usual size counts in."""

    US = "US"
    UK = "UK"
    EU = "EU"
    CN = "CN"


_SYSTEM_NAMES: Final = {
    "us": SizeSystem.US, "usa": SizeSystem.US, "美码": SizeSystem.US, "美国码": SizeSystem.US, "uk": SizeSystem.UK,
    "英码": SizeSystem.UK, "英国码": SizeSystem.UK, "eu": SizeSystem.EU, "eur": SizeSystem.EU, "欧码": SizeSystem.EU,
    "cn": SizeSystem.CN, "国码": SizeSystem.CN, "中国码": SizeSystem.CN, "国标": SizeSystem.CN,
}  # fmt: skip
_SYSTEM: Final = "(" + "|".join(sorted(_SYSTEM_NAMES, key=len, reverse=True)) + ")"
_IN_SYSTEM: Final = (
    re.compile(
        rf"(?<![a-z]){_SYSTEM}(?:\s*(?:women'?s|men'?s))?(?:\s*size)?\s*(\d{{1,3}}(?:\.5)?|[xsml]{{1,3}})(?![a-z\d.])"
    ),
    re.compile(rf"(?<![a-z\d.])(\d{{1,3}}(?:\.5)?)\s*(?:in\s+)?{_SYSTEM}(?![a-z])"),
)


class Need(StrEnum):
    """What a shopper says of feet, layers and taste, and what a merchant's note sets a size apart for."""

    LAYERS = "layers"
    THICK_SOCKS = "thick_socks"
    WIDE_FOOT = "wide_foot"
    HIGH_INSTEP = "high_instep"
    LOOSER = "looser"
    CLOSER = "closer"


# One reading for both sides, the note and the shopper: 脚宽 and "my feet are really wide".
_NEEDS: Final = {
    Need.LAYERS: re.compile(
        r"\b(?:thick|chunky|bulky|heavy)\s+(?:layers?|sweaters?|jumpers?|hoodies?|knits?)|\blayer(?:ing|s)?\s+(?:up|under)"
        r"|(?:里面?|里头|内搭|内)[^，。；,;、不没无别]{0,6}(?:厚卫衣|厚毛衣|厚衣服|厚的)|叠穿厚"
    ),
    Need.THICK_SOCKS: re.compile(r"\bthick(?:er)?\s+socks?|厚袜子?"),
    Need.WIDE_FOOT: re.compile(
        r"\bwide(?:r)?\s+(?:feet|foot)\b|\b(?:feet|foot)\b[^,;]{0,25}\bwide\b"
        r"|脚(?:有点|比较|偏|很|特别|太|较)?[宽胖肥]|宽脚"
    ),
    Need.HIGH_INSTEP: re.compile(r"\bhigh\s+instep|脚背(?:有点|比较|偏|很|特别|太|较)?高"),
    Need.LOOSER: re.compile(r"(?:prefer|like|want)\b[^,;]{0,20}\b(?:loose|looser|roomy|relaxed)\b|(?:喜欢|想要?)宽松"),
    Need.CLOSER: re.compile(
        r"(?:prefer|like|want)\b[^,;]{0,20}\b(?:snug|fitted|slim|close)\b|(?:喜欢|想要?)(?:修身|贴身)"
    ),
}
_DENIED: Final = re.compile(r"(?:\bno(?:t|thing)?|\bwithout|n't|不|没|无)[^,，;；.。]{0,12}$")


def needs_in(text: str) -> frozenset[Need]:
    """Return what a text, folded, says is needed; what it denies ("nothing thick under it") is not."""
    return frozenset(
        need
        for need, pattern in _NEEDS.items()
        if any(not _DENIED.search(text[: found.start()]) for found in pattern.finditer(text))
    )


def without_needs(text: str) -> str:
    """Return a text, folded, without the words that tell a need."""
    for pattern in _NEEDS.values():
        text = pattern.sub("", text)
    return text


@dataclass(frozen=True, slots=True)
class Measurements:
    """What the shopper said about themselves.

    Attributes:
        body: By measure; centimetres, the weight in kilograms; one decimal.
        usual_size: The size they say they usually wear, upper case.
        usual_system: What that size counts in, where they said so.
        preference: ``looser`` or ``closer``, when they said so.
        units: ``in`` or ``lb`` by measure, where they told it so.
        needs: What else bears on the size.
    """

    body: Mapping[Measure, Decimal] = field(default_factory=dict)
    usual_size: str | None = None
    preference: str | None = None
    units: Mapping[Measure, str] = field(default_factory=dict)
    needs: frozenset[Need] = frozenset()
    usual_system: SizeSystem | None = None

    def updated(self, later: Measurements) -> Measurements:
        """Return these with what was said later on top."""
        earlier_units = {m: unit for m, unit in self.units.items() if m not in later.body}
        return Measurements(
            {**self.body, **later.body},
            later.usual_size or self.usual_size,
            later.preference or self.preference,
            {**earlier_units, **later.units},
            self.needs | later.needs,
            later.usual_system if later.usual_size else self.usual_system,
        )


def parse_measurements(text: str) -> Measurements:
    """Read the measurements in a message; what is implausible for a person is left out."""
    folded = fold(text)
    found: dict[Measure, Decimal] = {}
    units: dict[Measure, str] = {}
    for measure, number, unit in _labelled(_without_feet(folded)):
        value, inches = _length_cm(number, unit, measure)
        _keep(found, measure, value)
        if inches:
            units[measure] = "in"
    if Measure.WAIST not in found and (chi := _CHI.search(folded)) and "裤长" not in folded:
        _keep(found, Measure.WAIST, (_digit(chi[1]) + _digit(chi[2] or "0") / 10) * CM_PER_CHI)
    if (tall := _height(folded)) is not None and (Measure.HEIGHT not in found or tall[1]):
        _keep(found, Measure.HEIGHT, tall[0])
        units |= {Measure.HEIGHT: "in"} if tall[1] else {}
    weight = _weight(folded)
    if weight is not None:
        _keep(found, Measure.WEIGHT, weight[0])
        units |= {Measure.WEIGHT: "lb"} if weight[1] else {}
    found = _paired(folded) | found
    if not found and _CHILD.search(folded) and (child := _CHILD_HEIGHT.search(folded)):
        _keep(found, Measure.HEIGHT, Decimal(child[1]))
    if Measure.HEIGHT not in found and (child := _CHILD_BARE_HEIGHT.search(folded)):
        _keep(found, Measure.HEIGHT, Decimal(child[1]))
    usual = _USUAL.search(folded)
    told = next((size for size in usual.groups() if size), None) if usual else None
    system = _in_system(folded)
    preference = "looser" if _LOOSER.search(folded) else "closer" if _CLOSER.search(folded) else None
    return Measurements(
        found,
        system[0] if system else _SIZE_WORDS.get(told, told.upper()) if told else None,
        preference,
        {m: unit for m, unit in units.items() if m in found},
        needs_in(folded),
        system[1] if system else None,
    )


def _in_system(folded: str) -> tuple[str, SizeSystem] | None:
    """Return a size told with the system that it counts in: "US 8", 欧码38, "7.5 UK"."""
    first, behind = (pattern.search(folded) for pattern in _IN_SYSTEM)
    if first:
        return first[2].upper(), _SYSTEM_NAMES[first[1]]
    return (behind[1], _SYSTEM_NAMES[behind[2]]) if behind else None


def _labelled(folded: str) -> list[tuple[Measure, str, str | None]]:
    """Return the numbers that stand beside a label, each at one label only.

    People write "bust 39 waist 32" and "39 bust 32 waist": of both readings the one that leaves
    fewer labels without a number is theirs.
    """
    labels = sorted(
        (
            (found.start(), found.end(), measure)
            for measure, label in _LABELS.items()
            for found in re.finditer(label, folded)
        ),
        key=lambda place: place[0],
    )
    before = [_LENGTH_BEFORE.search(folded[:start]) for start, _, _ in labels]
    behind = [_LENGTH_BEHIND.match(folded, end) for _, end, _ in labels]

    def read(number_first: bool) -> dict[int, tuple[Measure, str, str | None]]:
        used: set[int] = set()
        out: dict[int, tuple[Measure, str, str | None]] = {}
        for index, (_, _, measure) in enumerate(labels):
            ahead, after = before[index], behind[index]
            for found in (ahead, after) if number_first else (after, ahead):
                if found is not None and found.start(1) not in used and all(o[0] is not measure for o in out.values()):
                    used.add(found.start(1))
                    out[index] = (measure, found[1], found[2])
                    break
        return out

    label_first, number_first = read(number_first=False), read(number_first=True)
    best = number_first if len(number_first) > len(label_first) else label_first
    return list(best.values())


def _without_feet(folded: str) -> str:
    """Return the text without a height in feet, so that "5 foot 10" is no foot of 10 cm."""
    found = _FEET.search(folded)
    if found is None or _plausible_height(found) is None:
        return folded
    return f"{folded[: found.start()]}{' ' * len(found[0])}{folded[found.end() :]}"


def _plausible_height(feet: re.Match[str]) -> Decimal | None:
    value = (Decimal(feet[1]) * 12 + Decimal(feet[2] or 0)) * CM_PER_INCH
    low, high = PLAUSIBLE[Measure.HEIGHT]
    return value if low <= value <= high else None


def _paired(folded: str) -> dict[Measure, Decimal]:
    """Return the height and weight of two bare numbers; nothing when they are something else."""
    pair = _PAIR.search(folded)
    if pair is None:
        return {}
    # Without a unit, above 90 is far likelier 斤 than kilograms beside a height of this kind.
    jin = pair[3] == "斤" or (pair[3] is None and Decimal(pair[2]) > 90)
    both: dict[Measure, Decimal] = {}
    _keep(both, Measure.HEIGHT, Decimal(pair[1]))
    _keep(both, Measure.WEIGHT, Decimal(pair[2]) * (KG_PER_JIN if jin else 1))
    return both if len(both) == 2 else {}


def _digit(text: str) -> Decimal:
    return Decimal(_HAN_DIGIT[text] if text in _HAN_DIGIT else int(text))


def _keep(found: dict[Measure, Decimal], measure: Measure, value: Decimal) -> None:
    low, high = PLAUSIBLE[measure]
    if low <= value <= high:
        found[measure] = value.quantize(Decimal("0.1"), ROUND_HALF_UP)


def _length_cm(number: str, unit: str | None, measure: Measure) -> tuple[Decimal, bool]:
    """Return centimetres, and whether it was told in inches."""
    value = Decimal(number)
    if unit and unit.startswith(("mm", "millim", "毫")):
        return value / 10, False
    if unit and unit.strip() in {"inch", "inches", "in", '"', "''", "”", "英寸"}:
        return value * CM_PER_INCH, True
    # A bare waist of 28 or chest of 36 can only be inches; nobody is that narrow in centimetres.
    if unit is None and measure in (Measure.CHEST, Measure.WAIST, Measure.HIP) and value < 55:
        return value * CM_PER_INCH, True
    return value, False


def _height(folded: str) -> tuple[Decimal, bool] | None:
    """Return a height told without a label, and whether in feet."""
    if (match := _FEET.search(folded)) and (feet := _plausible_height(match)) is not None:
        return feet, True
    if match := _METRES.search(folded):
        if match[3]:
            return Decimal(match[3]) * 100, False
        rest = Decimal(match[2])
        return Decimal(match[1]) * 100 + (rest * 10 if len(match[2]) == 1 else rest), False
    if match := _HAN_METRES.search(folded):
        return Decimal(100 + _HAN_DIGIT[match[1]] * 10 + _HAN_DIGIT.get(match[2] or "零", 0)), False
    if match := _BARE_HEIGHT.search(folded):
        return Decimal(match[1]), False
    return None


def _weight(folded: str) -> tuple[Decimal, bool] | None:
    """Return kilograms, and whether they were told in pounds."""
    told = list(_WEIGHT.finditer(folded))
    corrected = len(told) > 1 and _SLIP.search(folded, told[0].end(), told[-1].start()) is not None
    if match := (told[-1] if corrected else next(iter(told), None)):
        value, unit = Decimal(match[1]), match[2]
        if unit == "斤":
            return value * KG_PER_JIN, False
        pounds = unit.startswith(("lb", "pound", "磅"))
        return (value * KG_PER_POUND, True) if pounds else (value, False)
    if match := _BARE_WEIGHT.search(folded):
        return Decimal(match[1]), False
    return None
