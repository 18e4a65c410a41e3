"""What nobody could answer, grouped by meaning: what a merchant should write down next.

Read from the log, so nothing is kept twice: every completed reply tells which of its questions
nothing published has answered.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import numpy as np
from sqlalchemy import select

from assistant.events import EventType
from assistant.log import ConversationLog
from assistant.tables import events
from knowledge.catalog import ShopId
from knowledge.retrieval.encoders import Encoder, Vectors
from knowledge.text import language_of

# Read back from the newest; a merchant reads the head, and grouping grows with the square.
MOST_QUESTIONS: Final = 2_000
# Mean cosine of two groups from which on they ask the same, in the multilingual space: wordings of
# one question lie at .6 to .9, also across languages; other questions about one product below .5.
SAME_QUESTION: Final = 0.55
MOST_EXAMPLES: Final = 5
# The key under which a completed reply tells of its open questions.
OPEN_QUESTIONS: Final = "unanswered"


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """One question that nothing published has answered.

    Attributes:
        text: In the shopper's words.
        product: Handle of the page that the shopper was on.
    """

    text: str
    conversation_id: str
    at: datetime
    product: str | None = None


@dataclass(frozen=True, slots=True)
class OpenTopic:
    """Questions that ask the same.

    Attributes:
        question: The wording nearest to all others.
        count: How often it was asked.
        conversations: In how many.
        examples: Other wordings, the newest first.
        products: Handles of the pages that they were asked from, the most frequent first.
    """

    question: str
    lang: str
    count: int
    conversations: int
    first_at: datetime
    last_at: datetime
    examples: tuple[str, ...]
    products: tuple[str, ...]


def grouped(questions: Sequence[OpenQuestion], vectors: Vectors) -> list[OpenTopic]:
    """Return the questions by meaning, what was asked most first, then what was asked last.

    Args:
        vectors: Of each question, in a space that all languages share, shape ``(n, dim)``, unit length.
    """
    if not questions:
        return []
    topics = [_topic([questions[i] for i in members], vectors[members]) for members in _clusters(vectors)]
    return sorted(topics, key=lambda topic: (-topic.count, -topic.last_at.timestamp()))


def _clusters(vectors: Vectors) -> list[list[int]]:
    """Return the rows that lie together, by average linkage: one odd wording joins no two groups."""
    from scipy.cluster.hierarchy import fcluster, linkage  # half a second to import, and only staff ask

    if len(vectors) == 1:
        return [[0]]
    tree = linkage(vectors.astype(np.float64), method="average", metric="cosine")
    numbers = fcluster(tree, t=1.0 - SAME_QUESTION, criterion="distance")
    return [np.flatnonzero(numbers == number).tolist() for number in np.unique(numbers)]


def _topic(members: Sequence[OpenQuestion], vectors: Vectors) -> OpenTopic:
    middle = int((vectors @ vectors.T).sum(axis=0).argmax())
    newest = sorted(members, key=lambda question: question.at, reverse=True)
    wordings = dict.fromkeys(question.text for question in newest)
    wordings.pop(members[middle].text)
    pages = [question.product for question in members if question.product]
    return OpenTopic(
        question=members[middle].text,
        lang=language_of(members[middle].text),
        count=len(members),
        conversations=len({question.conversation_id for question in members}),
        first_at=newest[-1].at,
        last_at=newest[0].at,
        examples=tuple(wordings)[:MOST_EXAMPLES],
        products=tuple(sorted(dict.fromkeys(pages), key=lambda page: -pages.count(page))),
    )


class Unanswered:
    """Reads a shop's open questions out of the log."""

    def __init__(self, log: ConversationLog) -> None:
        self._log = log

    async def questions(self, shop_id: ShopId, since: datetime | None = None) -> list[OpenQuestion]:
        """Return the newest open questions, the newest first.

        Args:
            since: Only what was asked from then on.
        """
        e = events.c
        told = e.data[OPEN_QUESTIONS]
        query = (
            select(events)
            .where(e.shop_id == shop_id, e.type == EventType.MESSAGE_COMPLETED, told.as_string().is_not(None))
            .order_by(e.id.desc())
            .limit(MOST_QUESTIONS)
        )
        if since is not None:
            query = query.where(e.at >= since)
        found = await self._log.find(query)
        open_questions = [
            OpenQuestion(one["text"], event.conversation_id, event.at, one.get("product"))
            for event in found
            for one in event.data[OPEN_QUESTIONS]
        ]
        return open_questions[:MOST_QUESTIONS]

    async def topics(self, shop_id: ShopId, encoder: Encoder, since: datetime | None = None) -> list[OpenTopic]:
        """Return the open questions grouped by meaning.

        Args:
            encoder: Of a space that all languages share.
        """
        questions = await self.questions(shop_id, since)
        texts = list(dict.fromkeys(question.text for question in questions))

        def by_meaning() -> list[OpenTopic]:
            known = dict(zip(texts, encoder.encode(texts), strict=True))
            return grouped(questions, np.stack([known[question.text] for question in questions]))

        return await asyncio.to_thread(by_meaning) if questions else []


def as_data(questions: Sequence[str], product: str | None) -> list[dict[str, Any]]:
    """Return open questions as a completed reply keeps them."""
    return [{"text": text, **({"product": product} if product else {})} for text in questions]
