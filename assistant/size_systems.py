"""What a size of another brand or country stands for: body measures by published standards.

Only for a shopper who knows no measurement, and only where the shop's chart does not count in the same
sizes; brands differ by a size either way, so what follows from it is never more than half sure.

Shoe sizes by rule (ISO/TS 19407:2015 *Footwear — Sizing — Conversion of sizing systems*, with an allowance
of 15 mm between foot and last): EU = 1.5 x (foot + 1.5 cm), in Paris points; UK = 3 x (foot + 1.5 cm) in
inches - 25, in barleycorns; US men = UK + 1 and US women = UK + 2.5, as the trade counts them. CN: the
number of GB/T 3293.1-1998 is the foot in millimetres, the older one 2 x foot in cm - 10.
"""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from importlib.resources import files
from typing import Final

from assistant.understanding.measurements import CM_PER_INCH, SizeSystem
from knowledge.size_charts import Measure, SizeChart
from knowledge.text import fold

_ALLOWANCE_CM: Final = Decimal("1.5")
_WOMEN: Final = ("women", "woman", "ladies", "女")
_MEN: Final = ("men", "man", "gents", "男")
_US_OVER_UK: Final = {"women": Decimal("2.5"), "men": Decimal(1)}
# Feet of grown people: what comes out beyond was no shoe size of the system.
_FEET_CM: Final = (Decimal(20), Decimal(33))


def body_of(usual: str, system: SizeSystem | None, chart: SizeChart) -> dict[Measure, Decimal]:
    """Return the body measures in a chart's terms that a usual size stands for; empty when none is known.

    Args:
        usual: The label, upper case: ``M``, ``38``, ``7.5``.
        system: What the shopper said it counts in; None: not said.
        chart: Its category tells who wears it; its measures, what is needed.
    """
    who = _who(chart)
    if Measure.FOOT in chart.measures:
        foot = _foot(usual, system, who)
        return {} if foot is None else {Measure.FOOT: foot}
    if Measure.CHEST not in chart.measures or who is None:
        return {}
    standard = "cn" if system is SizeSystem.CN else "letter"
    span = _table().get((standard, who, "top", usual))
    return {} if span is None else {Measure.CHEST: (span[0] + span[1]) / 2}


def _foot(usual: str, system: SizeSystem | None, who: str | None) -> Decimal | None:
    number = _number(usual)
    if number is None:
        return None
    if system is None:
        # 22 to 30 are centimetres, as Japanese sizes are; 34 to 48 EU or CN, which lie within half a size.
        system = SizeSystem.EU if Decimal(33) <= number <= Decimal(50) else None
    foot: Decimal | None = None
    if system is SizeSystem.EU:
        foot = number / Decimal("1.5") - _ALLOWANCE_CM
    elif system is SizeSystem.CN:
        foot = number / 10 if number > 100 else (number + 10) / 2
    elif system is SizeSystem.UK:
        foot = (number + 25) / 3 * CM_PER_INCH - _ALLOWANCE_CM
    elif system is SizeSystem.US and who is not None:
        foot = (number - _US_OVER_UK[who] + 25) / 3 * CM_PER_INCH - _ALLOWANCE_CM
    if foot is None or not _FEET_CM[0] <= foot <= _FEET_CM[1]:
        return None
    return foot.quantize(Decimal("0.1"), ROUND_HALF_UP)


def _number(usual: str) -> Decimal | None:
    return Decimal(usual) if usual.replace(".", "", 1).isdigit() else None


def _who(chart: SizeChart) -> str | None:
    named = fold(f"{chart.category or ''} {chart.chart_id}")
    if any(word in named for word in _WOMEN):
        return "women"
    return "men" if any(word in named for word in _MEN) else None


@lru_cache(maxsize=1)
def _table() -> dict[tuple[str, str, str, str], tuple[Decimal, Decimal]]:
    lines = files("assistant").joinpath("size_systems.tsv").read_text("utf-8").splitlines()
    rows = [line.split("\t") for line in lines[1:] if line.strip() and not line.startswith("#")]
    return {
        (system, who, goods, size): (Decimal(low), Decimal(high)) for system, who, goods, size, _, low, high in rows
    }
