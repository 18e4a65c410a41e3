"""Other people's promptfoo tests: which assertion becomes which expectation, and what none can hold."""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from evals.formats.reading import Row

# A test without further hints is about the variable of one of these names.
_MESSAGE_NAMES: Final = ("message", "question", "query", "user_input", "input", "prompt", "text", "user_message")
_KNOWN: Final = frozenset(["vars", "assert", "description", "metadata"])
_MANY: Final = 100  # combinations of listed variables that one test may stand for
_TEMPLATE: Final = re.compile(r"\{\{-?\s*(\w+)\s*-?\}\}")
_HAN: Final = re.compile(r"\\p\{(Script=)?Han\}|\\u4e00-\\u9f|一-[龥鿿龠]", re.IGNORECASE)


def read_foreign(row: Row, config: Mapping[str, Any]) -> None:
    """Add the case, or the cases, that a test of anyone's tells."""
    default = config.get("defaultTest")
    default = default if isinstance(default, Mapping) else {}
    given = {**_mapping(default.get("vars")), **_mapping(row.values.get("vars"))}
    name = _message_name(row, given, config)
    if name is None:
        return
    asserts = [*_listed(default.get("assert")), *_listed(row.values.get("assert"))]
    base = row.text("description") or row.name
    combinations = list(itertools.islice(_combinations(given), _MANY + 1))
    if len(combinations) > _MANY:
        row.problem("vars", f"stands for more than {_MANY} tests; split it")
        return
    for number, values in enumerate(combinations, 1):
        one = row.again(base if number == 1 else f"{base} #{number}")
        one.unmapped_fields(_KNOWN)
        expect = _expect(one, asserts, values)
        if others := {key: value for key, value in values.items() if key != name and value not in (None, "")}:
            one.unmapped("vars", others, "has no place in a case")
        one.add([str(values[name])], expect)


def _message_name(row: Row, given: Mapping[str, Any], config: Mapping[str, Any]) -> str | None:
    """Return the variable that holds the shopper's words."""
    told = [name for name in _MESSAGE_NAMES if name in given]
    if len(given) == 1:
        told = list(given)
    if not told:
        prompts = json.dumps(config.get("prompts"), ensure_ascii=False, default=str)
        told = [name for name in _TEMPLATE.findall(prompts) if name in given][-1:]
    if not told:
        row.problem("vars", f"none of {', '.join(_MESSAGE_NAMES)} holds the shopper's words")
        return None
    return told[0]


def _combinations(given: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield the variables of each test that a test with listed variables stands for."""
    choices = [value if isinstance(value, list) and value else [value] for value in given.values()]
    for chosen in itertools.product(*choices):
        yield dict(zip(given, chosen, strict=True))


class _Expected:
    """The expectations as they come together from the assertions."""

    def __init__(self) -> None:
        self.must_say: list[list[str]] = []
        self.must_not_say: list[str] = []
        self.more: dict[str, Any] = {}

    def take(self, kind: str, wordings: list[str]) -> bool:
        """Take an assertion; False when no expectation can hold it."""
        if kind in ("contains", "icontains", "equals", "starts-with"):
            self.must_say += [[one] for one in wordings[:1]]
        elif kind in ("contains-any", "icontains-any"):
            self.must_say.append(wordings)
        elif kind in ("contains-all", "icontains-all"):
            self.must_say += [[one] for one in wordings]
        elif kind in ("not-contains", "not-icontains", "not-contains-any", "not-icontains-any"):
            self.must_not_say += wordings
        elif kind in ("regex", "not-regex") and wordings and _HAN.search(wordings[0]):
            self.more["lang"] = "zh" if kind == "regex" else "en"
        elif kind in ("is-refusal", "not-is-refusal"):
            self.more["action"] = ["refuse", "handoff"] if kind == "is-refusal" else ["answer", "clarify"]
        else:
            return False
        return True

    def whole(self) -> dict[str, Any]:
        expect: dict[str, Any] = dict(self.more)
        if self.must_say:
            expect["must_say"] = self.must_say
        if self.must_not_say:
            expect["must_not_say"] = self.must_not_say
        return expect


def _expect(row: Row, asserts: list[Any], values: Mapping[str, Any]) -> dict[str, Any]:
    expected = _Expected()
    for one in _flat(row, asserts):
        kind = str(one.get("type"))
        wordings = _wordings(kind, one.get("value"), values)
        needs = kind not in ("is-refusal", "not-is-refusal")
        if (needs and not wordings) or one.get("weight") == 0 or one.get("transform"):
            taken = False
        else:
            taken = expected.take(kind, wordings)
        if not taken:
            row.unmapped(
                f"assert {kind}", {k: v for k, v in one.items() if k != "type"} or kind, "cannot be judged here"
            )
        elif kind in ("equals", "starts-with"):
            row.unmapped(f"assert {kind}", one.get("value"), "is judged as must_say, which asks for less")
    return expected.whole()


def _flat(row: Row, asserts: list[Any]) -> Iterator[Mapping[str, Any]]:
    for one in asserts:
        if not isinstance(one, Mapping) or not isinstance(one.get("type"), str):
            row.problem("assert", "has no type")
        elif one["type"] == "assert-set" and one.get("threshold") is None:
            yield from _flat(row, _listed(one.get("assert")))
        else:
            yield one


def _wordings(kind: str, value: Any, values: Mapping[str, Any]) -> list[str]:
    """Return what an assertion looks for; empty where it is no text (a file, a function, an object)."""
    if isinstance(value, str) and kind.endswith(("-any", "-all")):
        value = value.split(",")
    listed = value if isinstance(value, list) else [value]
    found: list[str] = []
    for one in listed:
        if isinstance(one, bool) or not isinstance(one, str | int | float):
            return []
        text = _TEMPLATE.sub(lambda match: str(values.get(match[1], match[0])), str(one)).strip()
        if text.startswith(("file://", "package:")) or "{{" in text or "{%" in text:
            return []
        found += [text] if text else []
    return found


def _mapping(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
