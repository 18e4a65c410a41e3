"""What is written of a record: its row, the rows below it, and the key by which it is known."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from knowledge import rows
from knowledge.catalog import Variant

PROMOTIONS_KEY: Final = "promotions"  # a shop has one set
# Of a variant's row, in the order of its cells in a draft; its product's id and its place come with the writing.
VARIANT_COLUMNS: Final = ("source_row", *rows.variant_values(Variant(""), "").keys())


class Draft(NamedTuple):
    """A record as it will be written, of plain values that another process can be sent.

    Attributes:
        key: As stored.
        values: The row without its id; empty for what has no row of its own.
        below: Of a product its variants' cells (`VARIANT_COLUMNS`); else the record itself, where more than
            its row is written.
        alike: The key in the form in which two count as the same; None where repeating does no harm.
        line: Where it begins in the file.
    """

    key: str
    values: dict[str, Any]
    below: Any = None
    alike: str | None = None
    line: int | None = None
