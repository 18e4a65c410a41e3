"""One wish for a lower price, held against what the merchant allows and what was offered before."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from string import ascii_uppercase
from typing import Final

from assistant.bargaining.bids import parse_bid
from assistant.bargaining.policy import Answer, concede
from assistant.reply import Offer
from assistant.turn import PastMessage
from knowledge.catalog import Product
from knowledge.money import Money
from knowledge.promotions import BargainRule, Promotions

# Letters alone: no digit of a code can be taken for a price.
_CODE_LETTERS: Final = 10


@dataclass(frozen=True, slots=True)
class Haggled:
    """What is answered.

    Attributes:
        offer: Set when a lower price is offered.
        bid_named: Whether the shopper named a price.
        to_offer: The question that answers an offer which was made before; None when a price is wished for.
    """

    product: Product
    answer: Answer
    offer: Offer | None = None
    bid_named: bool = False
    to_offer: str | None = None


class Haggler:
    """Decides on wishes for a lower price.

    Args:
        secret: Makes each conversation's last offer one that nobody can foresee.
    """

    def __init__(self, secret: bytes | None = None) -> None:
        self._secret = secret or secrets.token_bytes(32)

    def haggle(
        self,
        product: Product,
        promotions: Promotions | None,
        text: str,
        conversation_id: str,
        history: Sequence[PastMessage],
        now: datetime,
    ) -> Haggled:
        """Return what to say. Nobody's words but numbers in the newest message change the outcome.

        Args:
            now: In the shop's time zone, by whose days bargaining ends.
        """
        rule = rule_of(promotions, product)
        prices = [variant.price.amount for variant in product.variants if variant.price is not None]
        if promotions is None or rule is None or not prices:
            return Haggled(product, Answer.AS_MARKED)
        terms = promotions.terms
        ends = [day for day in (terms.expires, rule.expires) if day is not None]
        if ends and now.date() > min(ends):
            return Haggled(product, Answer.AS_MARKED)
        before = _offers(history)
        elsewhere = [handle for handle, _ in before if handle != product.handle]
        if elsewhere and promotions.one_bargain_per_order:
            return Haggled(product, Answer.AS_MARKED)
        price = min(prices)
        offered = [amount for handle, amount in before if handle == product.handle]
        luck = self._luck(conversation_id, product.handle)
        bid = parse_bid(text, price)
        decided = concede(rule, price, bid, offered, luck, terms.steps)
        if decided.price is None:
            return Haggled(product, decided.answer)
        coupon = "DG" + "".join(secrets.choice(ascii_uppercase) for _ in range(_CODE_LETTERS))
        expires = (now + timedelta(hours=terms.offer_hours)).isoformat(timespec="seconds")
        money = Money(decided.price, rule.list_price.currency)
        return Haggled(product, decided.answer, Offer(product.handle, money, coupon, expires), bid is not None)

    def _luck(self, conversation_id: str, handle: str) -> float:
        digest = hmac.new(self._secret, f"{conversation_id}\0{handle}".encode(), hashlib.sha256).digest()
        return int.from_bytes(digest[:6], "big") / 2**48


def rule_of(promotions: Promotions | None, product: Product) -> BargainRule | None:
    """Return what the merchant allows for a product; None: it is sold as marked."""
    rules = promotions.bargains if promotions else ()
    return next((rule for rule in rules if _means(rule.product, product)), None)


def _means(listed: str, product: Product) -> bool:
    """Tell whether a rule, which names a handle or an SKU, is about the product."""
    wanted = listed.casefold()
    return wanted == product.handle.casefold() or any((v.sku or "").casefold() == wanted for v in product.variants)


def _offers(history: Sequence[PastMessage]) -> list[tuple[str, Decimal]]:
    """Return (handle, price) of the offers of this conversation, oldest first, from our own replies alone.

    An offer that was told again is still one.
    """
    made = [message.reply.get("offer") for message in history if message.reply is not None]
    by_code = {str(offer["coupon"]): offer for offer in made if offer}
    return [(str(offer["product"]), Decimal(str(offer["price"]["amount"]))) for offer in by_code.values()]


def standing_offer(history: Sequence[PastMessage]) -> Offer | None:
    """Return what the newest reply offers; None when anything else was said since."""
    last = next((message for message in reversed(history) if message.sender_type != "shopper"), None)
    made = last.reply.get("offer") if last is not None and last.reply is not None else None
    if not made:
        return None
    price = Money(Decimal(str(made["price"]["amount"])), made["price"]["currency"])
    return Offer(made["product"], price, made["coupon"], made["expires_at"])
