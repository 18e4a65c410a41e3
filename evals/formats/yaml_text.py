"""YAML that every reader takes for the same: PyYAML follows 1.1, Node's readers 1.2."""

from __future__ import annotations

import re
from typing import Any, Final

# A word that neither version reads as a number, a date or a truth value; all other text is quoted.
_PLAIN: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*")
_TRUTHS: Final = frozenset(["y", "n", "yes", "no", "on", "off", "true", "false", "null"])
_PRINTABLE_LINES: Final = re.compile(r"[ -~\n]+\n")


def dumped(value: Any) -> bytes:
    """Return a document, UTF-8; text of several lines in ASCII stays readable, all else is quoted."""
    import yaml  # type: ignore[import-untyped, unused-ignore]

    base: Any = getattr(yaml, "CSafeDumper", yaml.SafeDumper)

    class Dumper(base):  # type: ignore[misc, unused-ignore]
        def ignore_aliases(self, _data: Any) -> bool:
            return True

    def text(dumper: Any, data: str) -> Any:
        plain = _PLAIN.fullmatch(data) and data.casefold() not in _TRUTHS
        style = None if plain else "|" if _PRINTABLE_LINES.fullmatch(data) and data[0] not in " \n" else '"'
        return dumper.represent_scalar("tag:yaml.org,2002:str", data, style=style)

    Dumper.add_representer(str, text)
    written: bytes = yaml.dump(
        value, Dumper=Dumper, allow_unicode=True, sort_keys=False, width=10_000, encoding="utf-8"
    )
    return written


def loaded(text: str) -> Any:
    """Return a document's value.

    Raises:
        ValueError: It is not YAML; the message says where.
    """
    import yaml  # type: ignore[import-untyped, unused-ignore]

    try:
        return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))  # noqa: S506 - a safe loader
    except (yaml.YAMLError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f"line {mark.line + 1}, column {mark.column + 1}: " if mark else ""
        raise ValueError(f"{where}{getattr(error, 'problem', None) or error}") from error
