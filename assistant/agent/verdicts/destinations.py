"""Whether the shop ships to the place that is asked about, by the destinations that its documents list."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from assistant.agent.verdict import Verdict, WorkedOut
from assistant.agent.verdicts.findings import Findings
from assistant.escalation import Step
from assistant.grounding import Support
from assistant.quoting import statements
from assistant.rules.destinations import PRICED, SHIPS, Destinations, destinations_in, ships_to
from assistant.rules.gazetteer import Mention, gazetteer
from assistant.understanding.expectations import Expected, asks_for_more
from assistant.understanding.question import Question
from assistant.understanding.references import CERTAIN
from knowledge.text import Lang

# Among so many passages the list of destinations is looked for.
CLOSE: Final = 6
# A list of places that is read whole decides as surely as typed data; that it is the shop's only one does not.
LISTED: Final = 0.85
# The list is looked for by its own words too: "how long to Mexico" has none in common with it.
LIST_ASKED: Final[dict[Lang, str]] = {
    "en": "Which countries and regions do you ship to?",
    "zh": "可以寄到哪些国家和地区？",
}
_SAID: Final[dict[bool, dict[Lang, str]]] = {
    True: {"en": "{place} is among the places that the shop ships to.", "zh": "{place}在公布的配送范围内。"},
    False: {"en": "{place} is not among the places that the shop ships to.", "zh": "{place}不在公布的配送范围内。"},
}


def verdict(question: Question, findings: Findings) -> Verdict | None:
    """Say whether the one place that is named is shipped to; None where no list decides that.

    What is asked of certain goods, or of time and price to a place that is shipped to, is answered by other rules.
    """
    place = destination(question)
    if place is None:
        return None
    ruling = list(_ruling(question, place, findings))
    more = asks_for_more(question.text) or PRICED.search(question.text) is not None
    # Rules that disagree decide nothing.
    if len({goes for _, _, goes in ruling}) != 1 or (ruling[0][2] and more):
        return None
    support, rule, goes = ruling[0]
    said = _SAID[goes][findings.context.understanding.lang].format(place=place.spelt)
    worked_out = WorkedOut(said, _formula(place, rule, goes=goes))
    decided = None if more else goes
    return Verdict(question, Step.ANSWER, LISTED, supports=(support,), decided=decided, worked_out=worked_out)


def _ruling(question: Question, place: Mention, findings: Findings) -> Iterator[tuple[Support, Destinations, bool]]:
    """Yield the passages that decide, with what they list and what follows for the place."""
    of_list = replace(question, text=LIST_ASKED[findings.context.understanding.lang])
    for support in (*findings.in_documents(question)[:CLOSE], *findings.in_documents(of_list)[:CLOSE]):
        rule = destinations_in([statement.plain for statement in statements(support.fact.text)])
        goes = ships_to(rule, place.place, _home(findings)) if rule is not None else None
        if rule is not None and goes is not None:
            yield support, rule, goes


def destination(question: Question) -> Mention | None:
    """Return the one place to which a question asks that something be sent; None where certain goods are spoken of."""
    sent = SHIPS.search(question.text) or (question.expected in (Expected.DURATION, Expected.AMOUNT))
    if not sent or question.reference.how in CERTAIN or question.constraints.kinds:
        return None
    return _place(question)


def _place(question: Question) -> Mention | None:
    """Return the one place that a question names; that of an afterthought counts before the one it takes up."""
    for text in (question.text.rsplit("\n", 1)[-1], question.text):
        named = gazetteer().mentions(text)
        if len({mention.place for mention in named}) == 1:
            return named[0]
        if named:
            return None
    return None


def _home(findings: Findings) -> str:
    """Return the shop's country, as its locale names it."""
    return findings.context.request.shop.locale.rsplit("-", 1)[-1].lower()


def _formula(place: Mention, rule: Destinations, *, goes: bool) -> str:
    listed = ", ".join(sorted(rule.to)) or "home"
    without = f" \\ {{{', '.join(sorted(rule.not_to))}}}" if rule.not_to else ""
    return f"{place.place} {'∈' if goes else '∉'} {{{listed}}}{without}"
