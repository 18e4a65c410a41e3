"""Body measurements in a message: any usual unit in, centimetres and kilograms out."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal
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

_N = r"(\d{1,3}(?:\.\d+)?)"
_LENGTH = r"\s*(cm|mm|millimet(?:er|re)s?|毫米|centimet(?:er|re)s?|厘米|公分|inch(?:es)?|in\b|\"|''|”|英寸|寸)?"
_LINK = r"\s*(?:(?:is|are|was|of|at|about|around|approx\.?|:|：|=|大概|大约|差不多|约|是|有|在|,|，)\s*)*"
# Chinese tailors measure waists in 尺 and 寸: 二尺一 is 70 cm.
_CHI = re.compile(r"([1-4一二两三])\s*尺\s*([0-9一二三四五六七八九])?")
_LABELS: Final = {
    # Whole words: an order "ships about 40 days" later, and one can "install 100" of something.
    Measure.HEIGHT: r"\b(?:height|tall)\b|身高|个子|(?<!最)高",
    Measure.CHEST: r"\b(?:chest|bust)\b|胸围|上胸围|净胸围|胸",
    Measure.WAIST: r"\bwaist\b|腰围|腰",
    Measure.HIP: r"\bhips?\b|臀围|臀",
    Measure.FOOT: r"\b(?:foot(?: length)?|feet length)\b|脚长|脚掌长|足长",
}
_FEET = re.compile(
    r"(\d)\s*(?:'|’|′|ft\.?|feet|foot|英尺)\s*(?:(\d{1,2}(?:\.\d+)?)\s*(?:\"|''|”|″|in(?:ches)?\b|英寸)?)?"
)
_METRES = re.compile(r"([12])\s*(?:米|m)\s*([0-9]{1,2})(?!\d)|([12]\.\d{1,2})\s*(?:米|m\b)")
_HAN_METRES = re.compile(r"一米([一二三四五六七八九])([一二三四五六七八九])?")
_WEIGHT = re.compile(_N + r"\s*(kgs?\b|kilos?\b|kilograms?\b|公斤|千克|斤|lbs?\b|pounds?\b|磅)")
_BARE_WEIGHT = re.compile(r"(?:weigh(?:t|s|ing)?|体重|重)" + _LINK + _N)
_BARE_HEIGHT = re.compile(r"(?<![\d.])((?:1[3-9]\d|20\d|21\d)(?:\.\d)?)\s*(?:cm|厘米|公分)")
# "170/65" and "170 65": what Chinese shoppers type when they mean height and weight; "165/88A" is a garment's label.
_PAIR = re.compile(
    r"(?<![\d./])(1[3-9]\d|20\d)\s*(?:cm)?\s*[/，,、\s]\s*(\d{2,3}(?:\.\d)?)\s*(kg|公斤|斤)?(?![\d/.a-z])"
)
_USUAL = re.compile(
    r"(?:usually|normally|typically|always)\s+(?:wear|take|buy|am|a)\s*(?:an?\s+|size\s+)?(xxs|xs|s|m|l|xl|xxl|\d{1,2}(?:\.5)?)\b"
    r"|(?:平时|平常|一般|通常)(?:都)?(?:穿|买|拿)\s*(xxs|xs|s|m|l|xl|xxl|\d{2}(?:\.5)?)(?![a-z\d])"
)
_LOOSER = re.compile(r"\b(?:loose|looser|roomy|oversized?|baggy|relaxed)\b|宽松|大一点|松一点|oversize")
_CLOSER = re.compile(r"\b(?:tight|snug|fitted|slim|close[- ]fitting)\b|修身|贴身|紧一点|合身")
_HAN_DIGIT = {c: i for i, c in enumerate("零一二三四五六七八九")} | {"两": 2}


@dataclass(frozen=True, slots=True)
class Measurements:
    """What the shopper said about themselves.

    Attributes:
        body: By measure; centimetres, the weight in kilograms; one decimal.
        usual_size: The size they say they usually wear, upper case.
        preference: ``looser`` or ``closer``, when they said so.
    """

    body: Mapping[Measure, Decimal] = field(default_factory=dict)
    usual_size: str | None = None
    preference: str | None = None

    def updated(self, later: Measurements) -> Measurements:
        """Return these with what was said later on top."""
        return Measurements(
            {**self.body, **later.body}, later.usual_size or self.usual_size, later.preference or self.preference
        )


def parse_measurements(text: str) -> Measurements:
    """Read the measurements in a message; what is implausible for a person is left out."""
    folded = fold(text)
    found: dict[Measure, Decimal] = {}
    for measure, label in _LABELS.items():
        match = re.search(rf"(?:{label}){_LINK}{_N}{_LENGTH}", folded) or (
            re.search(rf"{_N}{_LENGTH}\s*(?:{label})", folded) if measure is not Measure.FOOT else None
        )
        if match:
            _keep(found, measure, _length_cm(match[1], match[2], measure))
    if Measure.WAIST not in found and (chi := _CHI.search(folded)) and "裤长" not in folded:
        _keep(found, Measure.WAIST, (_digit(chi[1]) + _digit(chi[2] or "0") / 10) * CM_PER_CHI)
    height = _height(folded)
    if height is not None:
        _keep(found, Measure.HEIGHT, height)
    weight = _weight(folded)
    if weight is not None:
        _keep(found, Measure.WEIGHT, weight)
    if pair := _PAIR.search(folded):
        # Without a unit, above 90 is far likelier 斤 than kilograms beside a height of this kind.
        jin = pair[3] == "斤" or (pair[3] is None and Decimal(pair[2]) > 90)
        both: dict[Measure, Decimal] = {}
        _keep(both, Measure.HEIGHT, Decimal(pair[1]))
        _keep(both, Measure.WEIGHT, Decimal(pair[2]) * (KG_PER_JIN if jin else 1))
        if len(both) == 2:  # else the two numbers are something else
            found = both | found
    usual = _USUAL.search(folded)
    preference = "looser" if _LOOSER.search(folded) else "closer" if _CLOSER.search(folded) else None
    return Measurements(found, (usual[1] or usual[2]).upper() if usual else None, preference)


def _digit(text: str) -> Decimal:
    return Decimal(_HAN_DIGIT[text] if text in _HAN_DIGIT else int(text))


def _keep(found: dict[Measure, Decimal], measure: Measure, value: Decimal) -> None:
    low, high = PLAUSIBLE[measure]
    if low <= value <= high:
        found[measure] = value.quantize(Decimal("0.1"), ROUND_HALF_UP)


def _length_cm(number: str, unit: str | None, measure: Measure) -> Decimal:
    value = Decimal(number)
    if unit and unit.startswith(("mm", "millim", "毫")):
        return value / 10
    if unit and unit.strip() in {"inch", "inches", "in", '"', "''", "”", "英寸"}:
        return value * CM_PER_INCH
    # A bare waist of 28 or chest of 36 can only be inches; nobody is that narrow in centimetres.
    if unit is None and measure in (Measure.CHEST, Measure.WAIST, Measure.HIP) and value < 55:
        return value * CM_PER_INCH
    return value


def _height(folded: str) -> Decimal | None:
    if match := _FEET.search(folded):
        return (Decimal(match[1]) * 12 + Decimal(match[2] or 0)) * CM_PER_INCH
    if match := _METRES.search(folded):
        if match[3]:
            return Decimal(match[3]) * 100
        rest = Decimal(match[2])
        return Decimal(match[1]) * 100 + (rest * 10 if len(match[2]) == 1 else rest)
    if match := _HAN_METRES.search(folded):
        return Decimal(100 + _HAN_DIGIT[match[1]] * 10 + _HAN_DIGIT.get(match[2] or "零", 0))
    if match := _BARE_HEIGHT.search(folded):
        return Decimal(match[1])
    return None


def _weight(folded: str) -> Decimal | None:
    if match := _WEIGHT.search(folded):
        value, unit = Decimal(match[1]), match[2]
        if unit == "斤":
            return value * KG_PER_JIN
        return value * KG_PER_POUND if unit.startswith(("lb", "pound", "磅")) else value
    if match := _BARE_WEIGHT.search(folded):
        return Decimal(match[1])
    return None
