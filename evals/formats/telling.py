"""What a case expects, in sentences: for judges and readers that know no ``expect``."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Final

from assistant.reply import Action
from evals.cases import Case, Expect
from evals.scorers.citations import NOT_SETTLED

_ACTIONS: Final = {
    Action.ANSWER: "answers the question",
    Action.CLARIFY: "asks the shopper for what is missing",
    Action.HANDOFF: "hands the conversation to a person",
    Action.REFUSE: "declines",
}
_LANGUAGES: Final = {"zh": "Chinese", "en": "English"}
# Enough to tell a judge what is meant: an entry may list forty wordings of one negation.
_WORDINGS_TOLD: Final = 6
_SHORT_CHARACTERS: Final = 40


def proof(case: Case) -> str | None:
    """Return the words of the shop's files that settle the case, None where they do not settle it."""
    if case.source is None or NOT_SETTLED & set(case.tags):
        return None
    return case.source.quote


def reference(case: Case) -> str | None:
    """Return what a right last reply holds: the proof where there is an answer, else what it does."""
    settled = proof(case)
    if settled is not None and (not case.expect.action or Action.ANSWER in case.expect.action):
        return settled
    return " ".join(must(case.expect)) or None


def context_ids(expect: Expect) -> list[str]:
    """Return the expected documents (file names) and products (handles)."""
    return [*(PurePosixPath(name).name for name in expect.documents), *expect.products]


def must(expect: Expect) -> list[str]:
    """Return what must be true of the reply, one sentence each."""
    told: list[str] = []
    if expect.action:
        told.append(f"The reply {' or '.join(_ACTIONS[action] for action in expect.action)}.")
    told += [f"The reply says {_wordings(entry)}." for entry in expect.must_say if entry]
    told += [f"The reply shows the product {handle}." for handle in expect.products]
    told += [f"The reply cites {name}." for name in expect.documents]
    if expect.judges("size"):
        told.append(f"The reply recommends {f'the size {expect.size}' if expect.size is not None else 'no size'}.")
    if expect.judges("order"):
        told += _order(expect)
    if expect.lang is not None:
        told.append(f"The reply is in {_LANGUAGES[expect.lang]}.")
    return told


def must_not(expect: Expect) -> list[str]:
    """Return what must not be true of the reply, one sentence each."""
    return [f'The reply says "{wording}".' for wording in expect.must_not_say]


def as_wording(text: str) -> str | None:
    """Return a reference answer that can be looked for in a reply: a label, a name, an amount; None for prose."""
    short = text.strip()
    if not short or len(short) > _SHORT_CHARACTERS or "\n" in short:
        return None
    return None if any(mark in short for mark in "。！？；") or short.count(" ") > 4 else short.rstrip(".")


def _wordings(entry: tuple[str, ...]) -> str:
    shown = " or ".join(f'"{one}"' for one in entry[:_WORDINGS_TOLD])
    return shown + (" or the like" if len(entry) > _WORDINGS_TOLD else "")


def _order(expect: Expect) -> list[str]:
    wanted = expect.order
    if wanted is None:
        return ["The reply shows no order and agrees to no price."]
    if wanted.price_min is not None or wanted.price_max is not None:
        low = "" if wanted.price_min is None else f" not below {wanted.price_min:g}"
        high = "" if wanted.price_max is None else f" not above {wanted.price_max:g}"
        return [f"A price that the reply agrees to is{' and'.join(filter(None, (low, high)))}."]
    said = {"with the status": wanted.status, "verified:": wanted.verified}
    more = "".join(f" {key} {value}" for key, value in said.items() if value is not None)
    return [f"The reply shows the order{f' {wanted.order_no}' if wanted.order_no else ''}{more}."]
