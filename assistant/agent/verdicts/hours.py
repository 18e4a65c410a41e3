"""Whether somebody is there: published hours of opening or service, applied to the moment that is asked about."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from assistant.agent.verdict import Verdict, WorkedOut
from assistant.agent.verdicts import published
from assistant.agent.verdicts.findings import Findings
from assistant.escalation import Step
from assistant.facts import Fact
from assistant.grounding import Support
from assistant.polarity import CLAUSE, denies
from assistant.quoting import statements
from assistant.rules.hours import Hours, OpeningHours
from assistant.rules.hours_asked import Asked, asked_in, of_all, presence
from assistant.rules.hours_text import by_subject, closed_dates, leaves_open, names_holiday, opening_hours
from assistant.rules.hours_told import HoursTold, derivation, presence_text
from assistant.rules.week_days import days_in
from assistant.understanding.expectations import asks_yes_or_no
from assistant.understanding.intents import Intent
from assistant.understanding.question import Question
from knowledge.retrieval.encoders import MULTILINGUAL
from knowledge.text import fold

# Among so many passages the hours are looked for, and so far below the best one they may lie: another
# passage that fits clearly better ("we have no shop to visit") is the answer.
CLOSE: Final = 4
ABOUT_AS_GOOD: Final = 0.15
# And so far below the nearest passage in meaning: hours of the chat are far from a question about visits.
NEAR: Final = 0.1
# What plainly asks for hours is answered by them as surely as typed data; the passage is still chosen by its words.
APPLIED: Final = 0.85
# That the passage with the hours is what is asked for.
TOLD: Final = 0.7
# So much of what is asked a closure elsewhere in the documents must speak about.
ABOUT_IT: Final = 0.34
# "Are you closed on Mondays" is answered yes where "are you open" is answered no.
_ASKS_CLOSED: Final = re.compile(r"\bclosed?\b(?!.*\bopen\b)|休息|放假|关门|打烊|停业")


def verdict(question: Question, findings: Findings) -> Verdict | None:
    """Say whether somebody is there at the moment that is asked about, or return None.

    Of a moment that no clock tells ("on New Year's Eve" of another calendar) the rule is told as it stands.
    """
    of_hours = findings.context.hours
    if of_hours is None or not findings.context.hearing.asks_if_there(question.vectors[MULTILINGUAL], question.guess):
        return None
    asked = _asked(question, findings)
    documents = findings.in_documents(of_hours)
    for support in documents[:CLOSE]:
        if support.probability < documents[0].probability - ABOUT_AS_GOOD:
            break
        if not _of_what_is_asked(support, documents, findings.in_documents(question)):
            continue
        hours = _hours(of_hours, support.fact, findings)
        if hours is not None:
            if asked is None:
                return Verdict(question, Step.ANSWER, max(support.probability, TOLD), supports=(support,))
            return _applied(question, of_hours, asked, support, hours, findings)
    # Without hours the shop's other words answer: "pick up at 9" is no bid.
    return published.verdict(replace(question, intent=Intent.SHOP_QUESTION), findings)


def _of_what_is_asked(hours: Support, with_hours: Sequence[Support], documents: Sequence[Support]) -> bool:
    """Tell whether hours lie about as near to the question as anything does.

    Args:
        with_hours: The passages held against the question for the hours.
        documents: Those held against the shopper's own.
    """
    held = [*with_hours, *documents]
    own = max(support.cosine for support in held if support.fact == hours.fact)
    return own >= max(support.cosine for support in held) - NEAR


def _asked(question: Question, findings: Findings) -> Asked | None:
    """Return the moment; an afterthought ("and on Sunday?") stands behind what it takes up, and counts first."""
    now, plain = findings.context.now, not names_holiday(fold(question.text))
    *before, last = question.text.split("\n")
    asked = asked_in(last, now, else_now=plain and not before and asks_yes_or_no(question.text))
    earlier = next((found for text in reversed(before) if (found := asked_in(text, now, else_now=False))), None)
    if asked is None or earlier is None or not plain:
        return asked or (earlier if plain else None)
    # "And at 9 pm?" keeps the day, "and on Sunday?" the hour.
    return asked.beside(earlier)


def _hours(of_hours: Question, fact: Fact, findings: Findings) -> OpeningHours | None:
    """Return the hours that a passage publishes of what is asked about; None when it does not say of which."""
    plain = [statement.plain for statement in statements(fact.text)]
    told = by_subject(plain)
    units = of_hours.units
    shares = [findings.context.grounding.covered_share(units, one.subject) if one.subject else 0.0 for one in told]
    best = max(shares, default=0.0)
    meant = [one for one, share in zip(told, shares, strict=True) if share == best or not one.subject]
    found = [hours for one in meant if (hours := opening_hours(one.statements)) is not None]
    if not found:
        return opening_hours([part for one in meant for part in one.statements])
    # Closed days that stand by themselves hold for the one thing whose hours are told.
    closures = [line for one in meant for line in closed_dates(one.statements)]
    first = OpeningHours((*found[0].lines, *(line for line in closures if line not in found[0].lines)))
    return first if all(other.lines == found[0].lines for other in found) else None


def _applied(
    question: Question, of_hours: Question, asked: Asked, support: Support, hours: OpeningHours, findings: Findings
) -> Verdict:
    supports = [support]
    for other in findings.in_documents(of_hours)[:CLOSE]:
        closure = _closure(of_hours, asked, other, findings) if other is not support else []
        if closure:
            hours, supports = OpeningHours((*hours.lines, *closure)), [other, support]
            break
    plain = [statement.plain for statement in statements(support.fact.text)]
    found = presence(hours, asked, findings.context.now)
    # Across languages words are matched too loosely to tell whose hours these are: the hours are told, and no yes.
    certain = support.fact.lang == findings.context.understanding.lang and not _denied(of_hours, plain, findings)
    there = of_all(found) if certain and asks_yes_or_no(question.text) else None
    if there is not None and _ASKS_CLOSED.search(fold(question.text)):
        there = not there
    told = HoursTold(tuple(found), asked.now, leaves_open(plain))
    worked_out = WorkedOut(presence_text(told, findings.context.understanding.lang), derivation(found))
    return Verdict(question, Step.ANSWER, APPLIED, supports=tuple(supports), decided=there, worked_out=worked_out)


def _denied(of_hours: Question, plain: Sequence[str], findings: Findings) -> bool:
    """Tell whether the passage denies what is asked about: hours of a chat are none of a phone that there is not."""
    covered, units = findings.context.grounding.covered_share, of_hours.units
    clauses = [clause for one in plain for clause in CLAUSE.split(fold(one)) if clause and not any(days_in(clause))]
    return any(denies(clause) and covered(units, clause) >= ABOUT_IT for clause in clauses)


def _closure(of_hours: Question, asked: Asked, support: Support, findings: Findings) -> list[Hours]:
    covered, units = findings.context.grounding.covered_share, of_hours.units
    return [
        line
        for statement in statements(support.fact.text)
        if covered(units, statement.plain) >= ABOUT_IT
        for line in closed_dates([statement.plain])
        if not line.spans and any(line.holds_on(day) for day in asked.days)
    ]
