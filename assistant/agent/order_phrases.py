"""The assistant's words about changes of orders, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from knowledge.orders import ChangeKind
from knowledge.text import Lang

# What is to be done, as it stands in a sentence: "I will …", "把订单…".
ACTIONS: Final[Mapping[ChangeKind, dict[Lang, str]]] = {
    ChangeKind.CANCEL: {"zh": "取消订单 {number}", "en": "cancel order {number}"},
    ChangeKind.RETURN: {"zh": "为订单 {number} 申请退货", "en": "start a return for order {number}"},
    ChangeKind.EXCHANGE: {"zh": "为订单 {number} 申请换货", "en": "start an exchange for order {number}"},
    ChangeKind.ADDRESS: {"zh": "修改订单 {number} 的收货信息", "en": "change the delivery details of order {number}"},
    ChangeKind.PAYMENT: {"zh": "修改订单 {number} 的付款方式", "en": "change the payment of order {number}"},
    ChangeKind.ITEMS: {"zh": "修改订单 {number} 的商品规格", "en": "change the items of order {number}"},
    ChangeKind.OTHER: {"zh": "按你的要求处理订单 {number}", "en": "do the following with order {number}"},
}

# Words with which a shopper repeats the action when confirming it.
ACTION_WORDS: Final[Mapping[ChangeKind, tuple[str, ...]]] = {
    ChangeKind.CANCEL: ("cancel the order", "取消订单", "取消", "订单", "cancellation"),
    ChangeKind.RETURN: ("return the order start a return", "退货退款", "退货", "退", "申请", "订单"),
    ChangeKind.EXCHANGE: ("exchange swap start an exchange order", "换货", "换", "申请", "订单"),
    ChangeKind.ADDRESS: ("change update address delivery order", "地址", "收货", "订单", "修改"),
    ChangeKind.PAYMENT: ("change switch payment order", "付款", "方式", "订单", "修改"),
    ChangeKind.ITEMS: ("change modify items order", "规格", "换", "订单", "修改"),
    ChangeKind.OTHER: ("order", "订单"),
}

# Asked of the shop's own documents, in the language in which the shop writes them.
RULE_QUESTIONS: Final[Mapping[ChangeKind, dict[Lang, str]]] = {
    ChangeKind.CANCEL: {"zh": "订单怎么取消？", "en": "Can I cancel my order?"},
    ChangeKind.RETURN: {"zh": "支持退货吗，几天之内可以退？", "en": "What is the return policy?"},
    ChangeKind.EXCHANGE: {"zh": "可以换货吗？", "en": "Can I exchange for another size?"},
    ChangeKind.ITEMS: {"zh": "可以换货吗？", "en": "Can I exchange for another size?"},
    ChangeKind.ADDRESS: {"zh": "下单后怎么修改收货地址？", "en": "Can I change the delivery address of an order?"},
}

ORDER_PHRASES: Final[dict[str, dict[Lang, str]]] = {
    "items": {"zh": "商品：{items}", "en": "Items: {items}"},
    "instead": {"zh": "换成：{items}", "en": "In exchange: {items}"},
    "details": {"zh": "你的要求：{details}", "en": "Your request: {details}"},
    "payment": {"zh": "付款方式：{method}", "en": "Payment method: {method}"},
    "address": {"zh": "新地址：{address}", "en": "New address: {address}"},
    "propose": {
        "zh": "我将{action}。\n{what}\n确认要这样做吗？请回复“确认”或“不用了”；在你确认之前不会有任何改动。",
        "en": "I would {action}.\n{what}\nShall I go ahead? Please answer yes or no; nothing is changed before you confirm.",
    },
    "propose_request": {
        "zh": "我不能直接改动订单，但可以把这个要求转给同事办理：{action}。\n{what}\n确认转交吗？请回复“确认”或“不用了”；在此之前不会有任何改动。",
        "en": "I cannot change an order myself, but I can pass this request to my colleagues: {action}.\n{what}\nShall I? Please answer yes or no; nothing is changed before that.",
    },
    "rule": {"zh": "店铺的规定：", "en": "The shop's rule:"},
    "done": {"zh": "已经办好：{action}。", "en": "Done: {action}."},
    "accepted": {
        "zh": "店铺系统已受理：{action}。",
        "en": "The shop's system has accepted it: {action}.",
    },
    "requested": {
        "zh": "你确认的要求已经转给同事：{action}。由同事办理，办好之前订单不会变。",
        "en": "I have passed on the request that you confirmed: {action}. A colleague will do it; until then the order stays as it is.",
    },
    "says": {"zh": "店铺系统的说明：{message}", "en": "The shop's system says: {message}"},
    "refused": {"zh": "不能{action}。", "en": "I cannot {action}."},
    "refused_why": {
        "zh": "不能{action}。店铺的答复：{message}",
        "en": "I cannot {action}. The shop's answer: {message}",
    },
    "unknown": {
        "zh": "店铺系统没有答复，我不知道这一步是否已经办成：{action}。请不要重复提交，同事会核实后在这里告诉你。",
        "en": "The shop's system did not answer, so I do not know whether this was done: {action}. Please do not try again; a colleague will check and tell you here.",
    },
    "too_late": {
        "zh": "你之前确认的已经办了：{action}。如果不想要了，同事可以帮你看看还能不能改回来。",
        "en": "What you confirmed before has been done already: {action}. If you no longer want it, a colleague can see whether it can be undone.",
    },
    "dropped": {"zh": "好的，订单不作任何改动。", "en": "All right, nothing is changed."},
    "stale": {
        "zh": "现在没有等你确认的事项，订单没有改动。需要办理的话，请再告诉我一次。",
        "en": "Nothing is waiting for your confirmation any more, and nothing was changed. Tell me again what you need.",
    },
    "ask_items": {"zh": "是哪一件？订单里有：\n{items}", "en": "Which item do you mean? The order has:\n{items}"},
    "ask_instead": {
        "zh": "想换成什么尺码或颜色？（订单里是：{items}）",
        "en": "Which size or color would you like instead? (The order has: {items})",
    },
    "ask_address": {
        "zh": "请把新的收货人、电话和完整地址发给我。",
        "en": "Please send me the full new address, with the name and phone number for delivery.",
    },
    "ask_which_own": {
        "zh": "你有这些订单，要看哪一个？\n{orders}",
        "en": "You have these orders. Which one do you mean?\n{orders}",
    },
    "source_down": {
        "zh": "店铺的订单系统暂时没有答复，我现在查不到订单。",
        "en": "The shop's order system does not answer at the moment, so I cannot look up the order.",
    },
}


def tell(key: str, lang: Lang, **values: object) -> str:
    """Return a phrase in the language, with its values filled in."""
    return ORDER_PHRASES[key][lang].format(**values)


def action_of(kind: ChangeKind, lang: Lang, number: str) -> str:
    """Return what is done with an order, as part of a sentence."""
    return ACTIONS[kind][lang].format(number=number)
