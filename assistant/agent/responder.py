"""Writes the reply of one turn: the rungs from a fixed answer down to a person."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final
from zoneinfo import ZoneInfo

from assistant.agent.after_sales import NOTHING, AfterSales, AfterSalesReader, concerns_orders
from assistant.agent.context import TurnContext
from assistant.agent.draft import Draft
from assistant.agent.finish import finished, must_hand_over
from assistant.agent.fixed import fixed_draft
from assistant.agent.grounded_model import DRAFT, results_of
from assistant.agent.llm_worder import LlmWorder
from assistant.agent.llm_writer import LlmWriter
from assistant.agent.minds import Mind, embedded_mind, messages_for
from assistant.agent.script import in_script, told_in_script
from assistant.agent.skills import ShopSkills, prepare
from assistant.agent.verdicts.orders import may_be_order
from assistant.bargaining.bids import parse_bid
from assistant.bargaining.counter import BargainCounter
from assistant.bargaining.haggle import Haggled, Haggler, standing_offer
from assistant.bargaining.offers import OfferBook
from assistant.calibration import calibration_or_none
from assistant.coupons.desk import CouponDesk
from assistant.fact_spaces import FactSpaces
from assistant.fit.shop_models import FitModels
from assistant.orders.change_desk import ChangeDesk
from assistant.orders.enquiry import Enquiry, OrderDesk
from assistant.orders.guarded import GuardedOrders
from assistant.orders.links import ShopLink, ShopLinks
from assistant.orders.sources import ShopOrders
from assistant.orders.wishes import wish_classifier, wish_examples
from assistant.reading.reader import TextReader, fingerprint, read_reader
from assistant.rules.hours_asked import without_moment
from assistant.settings import AssistantSettings
from assistant.turn import OnText, TokenUsage, TurnOutcome, TurnRequest, Written
from assistant.understanding.hearing import Hearing, Stance, heard_examples
from assistant.understanding.intents import SMALL_TALK, Intent, IntentClassifier, example_texts
from assistant.understanding.message import Reader
from assistant.understanding.question import Question, Understanding
from assistant.understanding.references import CERTAIN
from knowledge.catalog import ShopId
from knowledge.clock import Clock, SystemClock
from knowledge.database import Database
from knowledge.ids import IdSource, RandomIds
from knowledge.retrieval.encoders import ENGLISH, MULTILINGUAL, multilingual
from knowledge.retrieval.index import ShopIndex
from knowledge.retrieval.models import SearchModels
from knowledge.retrieval.retriever import Retriever
from knowledge.retrieval.text_vectors import TextVectors
from knowledge.retrieval.weights import load_frequencies
from knowledge.telling import Telling
from knowledge.text import Lang, language_of

# How one asks for the hours themselves, whatever the moment.
_WHAT_TIME: Final[dict[Lang, str]] = {"en": "what time ", "zh": "几点"}

logger = logging.getLogger(__name__)


class ShopResponder:
    """The real responder: understands, looks up, writes, checks.

    Args:
        database: Where the shops' knowledge is.
        clock: Tells until when an offer or a confirmation holds, and how old a fact is.
        models: What the shops are searched with; the packaged models by default.
        fit_folder: Where trained fit models are kept over restarts; None trains them anew.
        indexes: Where the shops' indexes are kept in files; None builds them at each start.
        ids: Names the changes of orders.
    """

    def __init__(
        self,
        database: Database,
        settings: AssistantSettings,
        clock: Clock | None = None,
        models: SearchModels | None = None,
        fit_folder: Path | None = None,
        indexes: Path | None = None,
        ids: IdSource | None = None,
    ) -> None:
        self.retriever = Retriever(database, models, indexes)
        self._calibration = calibration_or_none((models or SearchModels()).names, fingerprint(), settings.calibration)
        self.fit = FitModels(self.retriever.store, fit_folder)
        self._settings = settings
        self._clock = clock or SystemClock()
        self._ids: IdSource = ids or RandomIds()
        self._links = ShopLinks(database)
        self._source = ShopOrders(database, self._links)
        self._orders = OrderDesk(self._source)
        self._changes = ChangeDesk(database, self._source, self._clock)
        self._after_sales: AfterSalesReader | None = None
        self._bargains = BargainCounter(self.retriever.store, OfferBook(database, self._clock), Haggler(), self._clock)
        self._coupons = CouponDesk(self.retriever.store, self._clock)
        self._skills: dict[ShopId, ShopSkills] = {}
        self._embedded: Mind | None = None
        self._llm: LlmWriter | None = None
        self._intents: IntentClassifier | None = None
        self._hearing: Hearing | None = None
        self._vectors: TextVectors | None = None
        self._english: TextVectors | None = None
        self._text_reader: TextReader | None = None
        self._settling: asyncio.Task[None] | None = None
        self._warming: set[asyncio.Task[None]] = set()

    @property
    def ready(self) -> bool:
        return self._embedded is not None

    async def start(self, only: ShopId | None = None) -> None:
        """Load what answers need; the English encoder joins later, in the background.

        Args:
            only: The one shop whose index is wanted; None opens all.
        """
        self.retriever.hold_torch()
        await self.retriever.start(only)
        encoder = await asyncio.to_thread(multilingual)
        await asyncio.to_thread(load_frequencies)
        self._vectors = TextVectors(encoder)
        self._text_reader = await asyncio.to_thread(read_reader)
        wishes = [text for _, text in wish_examples()]
        known = await self.retriever.vectors.ensure([*example_texts(), *wishes, *heard_examples()], encoder)
        self._intents, self._hearing = IntentClassifier(known), await asyncio.to_thread(Hearing, known)
        # A second more, and no shopper of the first minute is understood by half of what the examples tell.
        await asyncio.to_thread(self._intents.learn)
        self._after_sales = AfterSalesReader(wish_classifier(known), self._hearing, self._changes, self._clock)
        self._embedded = await asyncio.to_thread(embedded_mind)
        if self._settings.has_llm:
            writer = LlmWriter if self._settings.chat_calls_tools else LlmWorder
            self._llm = await asyncio.to_thread(writer, self._settings)
        opened = [only] if only is not None else self.retriever.opened
        skills = [self._prepared(await self.retriever.index(shop_id)) for shop_id in opened]
        for one in skills:
            self.fit.model(one.index.shop_id, one.index.products, one.index.generation)
        self._settling = asyncio.create_task(self._settle_in(skills))

    async def _settle_in(self, skills: Sequence[ShopSkills]) -> None:
        """Warm up while questions are already answered: what helps most of them first.

        Embedding a shop in a second space takes longest, and a chosen model holds the interpreter for
        seconds while torch is imported: so these come after the passages, and the products after them.
        """
        assert self._intents is not None
        for one in skills:
            await asyncio.to_thread(one.warm_passages)
        self.retriever.release_torch()
        await self.retriever.settled()
        if (encoder := self.retriever.encoders.get(ENGLISH)) is not None:
            known = await self.retriever.vectors.ensure(example_texts("en"), encoder)
            await asyncio.to_thread(self._intents.join_english, known)
            self._english = TextVectors(encoder)
        for one in skills:
            await asyncio.to_thread(one.read_passages)
            await one.warm_products()

    async def _warm_later(self, one: ShopSkills) -> None:
        """Warm a shop that has come after the start up."""
        if self._settling is not None:
            await asyncio.wait({self._settling})
        await asyncio.to_thread(one.warm_passages)
        await asyncio.to_thread(one.read_passages)
        await one.warm_products()

    async def settled(self) -> None:
        """Wait until everything has joined and is warm."""
        if self._settling is not None:
            await self._settling
        await asyncio.gather(*self._warming)

    async def close(self) -> None:
        """Stop what still loads in the background."""
        if self._settling is not None:
            self._settling.cancel()
            await asyncio.wait({self._settling})
        for task in self._warming:
            task.cancel()
        await asyncio.gather(*self._warming, return_exceptions=True)
        await self.fit.close()
        await self.retriever.close()
        await self._source.close()

    async def respond(self, request: TurnRequest, on_text: OnText) -> TurnOutcome:
        """Return the reply to the shopper's message."""
        began = time.monotonic()
        context = await self.understood(request)
        script = context.understanding.script
        fixed = fixed_draft(context)
        if fixed is not None:
            draft, results, written = fixed, list[Any](), Written("merchant")
        else:
            draft, results, written = await self._written(context, told_in_script(on_text, script))
        reply = in_script(finished(context, draft, results), script, draft.verbatim)
        took_ms = round((time.monotonic() - began) * 1000)
        usage = TokenUsage.total(context.model_steps)
        written = replace(written, steps=len(context.model_steps), refused=draft.refused)
        timed = reply.timed(request.trace_id, took_ms)
        return TurnOutcome(timed, tuple(context.runs), usage, draft.unanswered, written, draft.signals)

    async def understood(self, request: TurnRequest) -> TurnContext:
        """Return the run-time context of a turn: the message understood, over the shop as it is now."""
        # Two trips to the database, made together.
        index, link = await asyncio.gather(self.retriever.index(request.shop.id), self._links.of(request.shop.id))
        index.telling = Telling(request.shop.freshness, self._clock)
        skills = self._skills.get(request.shop.id)
        if skills is None:
            skills = self._prepared(index)
            task = asyncio.create_task(self._warm_later(skills))
            self._warming.add(task)
            task.add_done_callback(self._warming.discard)
        understanding = skills.reader.read(request)
        plain = request.in_simplified_script()
        may_be = any(map(may_be_order, understanding.questions)) or concerns_orders(plain, self._clock)
        enquiry = await self._enquiry(plain) if may_be else None
        after_sales = NOTHING
        if enquiry is not None:
            assert self._after_sales is not None, "start() first"
            after_sales = await self._after_sales.read(plain, understanding, enquiry, skills.reader)
        assert self._hearing is not None, "start() first"
        now = self._clock.now().astimezone(ZoneInfo(request.shop.timezone))
        coupon = await self._coupons.asked(plain, understanding.questions[0], now)
        return TurnContext(
            request,
            understanding,
            index,
            skills.grounding,
            skills.vocabulary,
            skills.reader,
            self._hearing,
            now,
            enquiry=enquiry,
            orders=self._guarded(plain, link, enquiry, after_sales),
            after_sales=after_sales,
            hours=self._hours_question(request, understanding, skills.reader),
            makes_changes=link.orders_url is not None,
            coupon=coupon,
            # What a coupon does is written in its terms; it is no bargain.
            haggled=await self._haggled(plain, understanding, skills.reader) if coupon is None else None,
            fit=self.fit.model(request.shop.id, index.products, index.generation),
            calibration=self._calibration,
        )

    def _guarded(
        self, request: TurnRequest, link: ShopLink, enquiry: Enquiry | None, after_sales: AfterSales
    ) -> GuardedOrders:
        return GuardedOrders(
            source=self._source,
            changes=self._changes,
            ids=self._ids,
            shop_id=request.shop.id,
            conversation_id=request.conversation_id,
            said=_own_words(request),
            now=self._clock.now(),
            enquiry=enquiry,
            confirmed=after_sales.confirmed,
            email_suffices=link.email_suffices,
        )

    async def _haggled(self, request: TurnRequest, understanding: Understanding, reader: Reader) -> Haggled | None:
        """Return the answer to a wish for a lower price of one product; code decides it, whatever mind writes."""
        if (answered := await self._to_offer(request, understanding, reader)) is not None:
            return answered
        asked = next((q for q in understanding.questions if q.intent is Intent.BARGAIN and q.reference.products), None)
        if asked is None:
            return None
        return await self._bargains.haggle(request, asked.reference.products[0], asked.text)

    def _hours_question(self, request: TurnRequest, understanding: Understanding, reader: Reader) -> Question | None:
        """Return the question for the hours of what should be there; the moment would find other rules of that day."""
        assert self._hearing is not None
        for question in understanding.questions:
            if self._hearing.asks_if_there(question.vectors[MULTILINGUAL], question.guess):
                lang = language_of(question.text, understanding.lang)
                asked = f"{_WHAT_TIME[lang]}{without_moment(question.text)}"
                return reader.read(TurnRequest(request.shop, "", asked, "")).questions[0]
        return None

    async def _to_offer(self, request: TurnRequest, understanding: Understanding, reader: Reader) -> Haggled | None:
        """Return what becomes of the offer that stands, when the message takes or leaves it."""
        assert self._hearing is not None
        offer = standing_offer(request.history)
        product = (await self.retriever.index(request.shop.id)).by_handle(offer.product) if offer else None
        if offer is None or product is None:
            return None
        for question in understanding.questions:
            stance = self._hearing.stance(reader.meaning(question.said))
            reference = question.reference
            of_another = reference.how in CERTAIN and product not in reference.products
            bid = parse_bid(question.said, offer.price.amount)
            if stance in (Stance.TAKE, Stance.LEAVE) and not of_another and bid in (None, offer.price.amount):
                return await self._bargains.to_offer(request, offer, product, stance, question.text)
        return None

    async def _enquiry(self, request: TurnRequest) -> Enquiry:
        return await self._orders.enquire(request.shop.id, _own_words(request), request.identity)

    def _prepared(self, index: ShopIndex) -> ShopSkills:
        assert self._intents is not None, "start() first"
        assert self._vectors is not None
        spaces = FactSpaces(self._vectors, lambda: self._english, self.retriever.vectors)
        skills = prepare(index, self._intents, self._vectors, spaces, self._text_reader, self._calibration)
        self._skills[index.shop_id] = skills
        return skills

    async def _written(self, context: TurnContext, on_text: OnText) -> tuple[Draft, list[Any], Written]:
        """Let the LLM write, when there is one and it may; else, or when it fails, the embedded mind."""
        small_talk = context.understanding.intent in SMALL_TALK
        # Of a price, of a coupon, and of what becomes of a confirmed change, no model has a say.
        by_code = context.haggled is not None or context.coupon is not None or context.after_sales is not NOTHING
        written = Written()
        if self._llm is not None and not small_talk and not by_code and not must_hand_over(context):
            words = await self._llm.write(context, on_text)
            if words.draft is not None:
                return words.draft, words.results, words.written
            context.runs.clear()
            written = words.written
        assert self._embedded is not None
        state = await self._embedded.ainvoke({"messages": list(messages_for(context))}, context=context)
        last = state["messages"][-1]
        return last.additional_kwargs[DRAFT], results_of(state["messages"]), written


def _own_words(request: TurnRequest) -> list[str]:
    """Return all that the shopper has written, oldest first."""
    said = [message.text for message in request.history if message.sender_type == "shopper"]
    return [*said, request.text]
