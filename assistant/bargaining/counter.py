"""The counter at which shoppers bargain: what the policy concedes, within what the merchant's limits leave."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from zoneinfo import ZoneInfo

from assistant.bargaining.haggle import Haggled, Haggler, rule_of
from assistant.bargaining.offers import OfferBook, OfferState
from assistant.bargaining.policy import Answer
from assistant.reply import Offer
from assistant.turn import TurnRequest
from assistant.understanding.hearing import Stance
from knowledge.catalog import Product
from knowledge.clock import Clock
from knowledge.money import Money
from knowledge.promotions import BargainWho
from knowledge.store import KnowledgeStore
from knowledge.telling import Telling
from knowledge.text import fold


class BargainCounter:
    """Answers wishes for a lower price.

    Args:
        store: Where the merchant's rules are.
        haggler: Decides each concession.
    """

    def __init__(self, store: KnowledgeStore, book: OfferBook, haggler: Haggler, clock: Clock) -> None:
        self._store, self._book, self._haggler, self._clock = store, book, haggler, clock

    async def haggle(self, request: TurnRequest, product: Product, text: str) -> Haggled | None:
        """Return what is answered; None when the wish is about a coupon, which has rules of its own."""
        telling = Telling(request.shop.freshness, self._clock)
        promotions = telling.promotions(await self._store.promotions(request.shop.id))
        # What a coupon does is written in the shop's rules; it is no bargain.
        if promotions is not None and any(fold(coupon.code) in fold(text) for coupon in promotions.coupons):
            return None
        rule = rule_of(promotions, product)
        now = self._clock.now().astimezone(ZoneInfo(request.shop.timezone))
        if promotions is None or rule is None:
            return Haggled(product, Answer.AS_MARKED)
        if promotions.terms.who is BargainWho.SIGNED_IN and request.identity is None:
            return Haggled(product, Answer.SIGN_IN)
        haggled = self._haggler.haggle(product, promotions, text, request.conversation_id, request.history, now)
        if haggled.offer is None:
            return haggled
        customer = request.identity.key if request.identity is not None else None
        marked = min(variant.price.amount for variant in product.variants if variant.price is not None)
        kept = await self._book.reserve(
            request.shop.id, request.conversation_id, customer, haggled.offer, marked, rule, promotions.terms
        )
        return haggled if kept else self._as_before(haggled, request)

    async def to_offer(
        self, request: TurnRequest, offer: Offer, product: Product, stance: Stance, said: str
    ) -> Haggled:
        """Return what is answered to whoever takes or leaves an offer: nothing is conceded any more.

        Args:
            stance: TAKE or LEAVE.
            said: The question that says so.
        """
        kept = await self._book.find(request.shop.id, offer.coupon)
        holds = kept.state is OfferState.OFFERED and kept.expires_at > self._clock.now()
        answer = Answer.RUN_OUT if not holds else Answer.TAKEN if stance is Stance.TAKE else Answer.LEFT
        return Haggled(product, answer, offer if holds else None, to_offer=said)

    def _as_before(self, haggled: Haggled, request: TurnRequest) -> Haggled:
        """Return the last offer that still holds, as the last word; the budget leaves no better one."""
        made = [message.reply.get("offer") for message in request.history if message.reply is not None]
        last = next((one for one in reversed(made) if one and one["product"] == haggled.product.handle), None)
        if last is None:
            return Haggled(haggled.product, Answer.AS_MARKED)
        price = Money(Decimal(last["price"]["amount"]), last["price"]["currency"])
        offer = Offer(last["product"], price, last["coupon"], last["expires_at"])
        return replace(haggled, answer=Answer.LAST_WORD, offer=offer)
