"""When a shop wants a person: its own topics, the value of an order, and what a mistake costs it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any, Final

# Below and above these no merchant's costs move the threshold: something must support an answer,
# and what is typed in the catalog is answered.
LEAST_SURE: Final = 0.05
MOST_SURE: Final = 0.9
MOST_TOPICS: Final = 50
MOST_PHRASES: Final = 30
PHRASE_LIMIT: Final = 200
_KEYS: Final = frozenset({"answer_from", "wrong_answer_costs", "handoff_costs", "orders_above", "topics"})


@dataclass(frozen=True, slots=True)
class PersonTopic:
    """A topic that a person answers, whatever the files say.

    Attributes:
        phrases: How shoppers ask about it; words in any order, or a whole question.
    """

    name: str
    phrases: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ServicePolicy:
    """A shop's wishes; what it does not say stays as it ships.

    Attributes:
        answer_from: Probability from which on the assistant answers, in [0, 1].
        wrong_answer_costs, handoff_costs: In any one unit; together they set ``answer_from``.
        orders_above: Changes to orders of a higher total are a person's, in the shop's currency.
    """

    answer_from: float | None = None
    wrong_answer_costs: Decimal | None = None
    handoff_costs: Decimal | None = None
    orders_above: Decimal | None = None
    topics: tuple[PersonTopic, ...] = ()

    @property
    def threshold(self) -> float | None:
        """The probability from which an answer is cheaper than a handoff; None when the shop says nothing.

        An answer that is right with probability p costs (1 - p) times a wrong answer, a handoff
        costs what it costs; they meet at p = 1 - handoff / wrong answer (Chow 1970).
        """
        if self.answer_from is not None:
            return self.answer_from
        if self.wrong_answer_costs is None or self.handoff_costs is None:
            return None
        return min(MOST_SURE, max(LEAST_SURE, 1.0 - float(self.handoff_costs / self.wrong_answer_costs)))

    def as_json(self) -> dict[str, Any]:
        """Return what the shop has said, for the database."""
        said: dict[str, Any] = {
            "answer_from": self.answer_from,
            "wrong_answer_costs": _digits(self.wrong_answer_costs),
            "handoff_costs": _digits(self.handoff_costs),
            "orders_above": _digits(self.orders_above),
            "topics": [{"name": topic.name, "phrases": list(topic.phrases)} for topic in self.topics] or None,
        }
        return {key: value for key, value in said.items() if value is not None}

    @classmethod
    def of_json(cls, stored: Mapping[str, Any] | None) -> ServicePolicy:
        """Return the policy that `as_json` has written."""
        said = stored or {}
        return cls(
            said.get("answer_from"),
            _decimal(said.get("wrong_answer_costs")),
            _decimal(said.get("handoff_costs")),
            _decimal(said.get("orders_above")),
            tuple(PersonTopic(one["name"], tuple(one["phrases"])) for one in said.get("topics", ())),
        )


def read_policy(given: object) -> tuple[ServicePolicy, list[tuple[str, object]]]:
    """Return what a merchant wrote under ``handoff``, and the fields that cannot be used, with their values."""
    if not isinstance(given, Mapping):
        return ServicePolicy(), [("handoff", given)]
    bad: list[tuple[str, object]] = [(str(key), given[key]) for key in given.keys() - _KEYS]

    def number(key: str, low: Decimal, high: Decimal | None = None) -> Decimal | None:
        value = given.get(key)
        found = None if isinstance(value, bool) else _decimal(value)
        if found is not None and found.is_finite() and found >= low and (high is None or found <= high):
            return found
        if value is not None:
            bad.append((key, value))
        return None

    answer_from = number("answer_from", Decimal(0), Decimal(1))
    wrong, handoff = number("wrong_answer_costs", Decimal("0.01")), number("handoff_costs", Decimal(0))
    topics, unusable = _topics(given.get("topics"))
    bad += [("topics", one) for one in unusable]
    policy = ServicePolicy(
        float(answer_from) if answer_from is not None else None,
        wrong,
        handoff,
        number("orders_above", Decimal(0)),
        tuple(topics),
    )
    return policy, bad


def _topics(given: object) -> tuple[list[PersonTopic], list[object]]:
    if given is None:
        return [], []
    if not isinstance(given, Sequence) or isinstance(given, str):
        return [], [given]
    topics: list[PersonTopic] = []
    unusable: list[object] = list(given[MOST_TOPICS:])
    for one in given[:MOST_TOPICS]:
        told = one.get("phrases") if isinstance(one, Mapping) else [one]
        phrases = [told] if isinstance(told, str) else told
        usable = [p.strip()[:PHRASE_LIMIT] for p in phrases or () if isinstance(p, str) and p.strip()]
        if not usable:
            unusable.append(one)
            continue
        name = one.get("name") if isinstance(one, Mapping) else None
        topics.append(PersonTopic(str(name or usable[0])[:PHRASE_LIMIT], tuple(usable[:MOST_PHRASES])))
    return topics, unusable


def _decimal(value: object) -> Decimal | None:
    try:
        return None if value is None else Decimal(str(value).strip())
    except InvalidOperation:
        return None


def _digits(value: Decimal | None) -> str | None:
    return None if value is None else f"{value:f}"
