"""Whether words are those of the scenario's shopper: the checks that a model has to pass before it is heard."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from evals.dialogues.scenario import Scenario
from evals.wording import folded, numbers_in, says

MOST_CHARACTERS: Final = 400
_NOT_A_SHOPPER = re.compile(
    r"^\s*(assistant|shopper|customer|user|客服|顾客)\s*[:：]|\bas an ai\b|language model|作为.{0,6}(人工智能|语言模型)"
    r"|how (can|may) i (help|assist)|有什么可以帮|happy to help|```|<\w+>|\{\s*\"",
    re.IGNORECASE,
)


def out_of_role(text: str, scenario: Scenario, goal: int, replies: Iterable[str]) -> str | None:
    """Return how a message is not one of this shopper's, None where it may be said.

    A shopper may use the numbers of the scenario and those that the assistant has said; any other
    number is made up. Who asks a question does not answer it: what the goal's answer must say, and
    nobody has said yet, is not the shopper's to say.

    Args:
        goal: Number in the agenda.
        replies: What the assistant has said.
    """
    if not text.strip():
        return "said nothing"
    if len(text) > MOST_CHARACTERS:
        return f"made a speech of {len(text)} characters"
    if _NOT_A_SHOPPER.search(text):
        return f"does not talk like a shopper: “{text[:80]}”"
    own, heard = "\n".join(scenario.said_by_shopper()), "\n".join(replies)
    made_up = numbers_in(text) - numbers_in(own) - numbers_in(heard)
    if made_up:
        return f"said {', '.join(sorted(made_up))}, which it does not know"
    known = folded(f"{own}\n{heard}")
    for entry in scenario.agenda()[goal].expect.must_say:
        given = [one for one in entry if says(text, one) and folded(one) not in known]
        if given:
            return f"answered its own question: “{given[0]}”"
    return None


def facts_told(text: str, scenario: Scenario, goal: int) -> tuple[str, ...]:
    """Return the keys of the facts that a message tells: by their numbers, or by their wording where they have none."""
    agenda = scenario.agenda()[: goal + 1]
    facts = dict(scenario.knows)
    for one in agenda:
        facts |= getattr(one, "facts", {})
    there = numbers_in(text)
    told = []
    for key, fact in facts.items():
        numbers = set().union(*(numbers_in(wording) for wording in fact.say))
        if numbers & there if numbers else any(says(text, wording) for wording in fact.say):
            told.append(key)
    return tuple(told)
