"""The assistant's own words, in both languages. Everything else in a reply is the shop's."""

from __future__ import annotations

import re
from typing import Final

from assistant.agent.size_phrases import SIZE_PHRASES
from assistant.reply import HandoffReason
from knowledge.catalog import Availability
from knowledge.text import Lang

PHRASES: Final[dict[str, dict[Lang, str]]] = {
    "greeting": {
        "zh": "你好，我是{shop}的智能助手。想了解商品、尺码、发货或售后，直接问我就好。",
        "en": "Hello, I am the assistant of {shop}. Ask me about products, sizes, delivery or returns.",
    },
    "thanks": {"zh": "不客气，还有什么需要随时说。", "en": "You are welcome. Just write if there is anything else."},
    "goodbye": {"zh": "好的，祝你生活愉快，有需要随时再来。", "en": "Goodbye, and come back any time."},
    "capabilities": {
        "zh": "我是{shop}的智能助手，不是真人。我按店铺公布的资料回答商品、尺码、发货和售后问题，并给出出处；答不了的会转给人工客服。",
        "en": "I am the assistant of {shop}, not a person. I answer from what the shop has published, with the source, about products, sizes, delivery and returns; what I cannot answer goes to a person.",
    },
    "affirm": {"zh": "好的。还想了解什么？", "en": "All right. What else would you like to know?"},
    "deny": {
        "zh": "抱歉没有答到点上。能换个说法，或告诉我具体是哪件商品、哪个问题吗？",
        "en": "Sorry, that missed the point. Could you put it another way, or name the product or the matter?",
    },
    "unclear": {
        "zh": "我没太明白你的意思。能换个说法，或说说是哪件商品、想问什么吗？",
        "en": "I am not sure what you mean. Could you put it another way, or name the product or the matter?",
    },
    "is_it_this": {
        "zh": "我不确定下面这段是不是你要的答案：",
        "en": "I am not sure that this is what you are asking for:",
    },
    "if_not": {
        "zh": "是这个吗？不是的话告诉我，我请人工客服来回答。",
        "en": "Is it? If not, tell me so and I will call a person.",
    },
    "quote_other": {"zh": "店铺的说明是英文的，原文如下：", "en": "The shop states this in Chinese; its own words:"},
    "fact": {"zh": "「{title}」{label}：{text}", "en": "{title}, {label}: {text}"},
    "said": {"zh": "「{title}」的商品页写着：“{text}”", "en": "The page of {title} says: “{text}”"},
    "price": {"zh": "「{title}」现价 {price}", "en": "{title} costs {price}"},
    "price_was": {"zh": "（原价 {price}）", "en": " (was {price})"},
    "price_unknown": {"zh": "「{title}」没有可以确认的价格", "en": "No current price is known for {title}"},
    "sold_out_variants": {"zh": "；其中缺货：{variants}", "en": "; sold out: {variants}"},
    "variant_yes": {
        "zh": "有的。「{title}」{variant} {state}，{price}",
        "en": "Yes. {title} in {variant} is {state}, {price}",
    },
    "variant_no": {"zh": "「{title}」{variant} 目前{state}", "en": "{title} in {variant} is {state} at the moment"},
    "variant_none": {
        "zh": "「{title}」没有{wanted}。可选的有：{options}",
        "en": "{title} does not come in {wanted}. It comes in: {options}",
    },
    "found": {"zh": "为你找到这些：", "en": "Here is what I found:"},
    "found_one": {"zh": "为你找到这一款：", "en": "I found this one:"},
    "found_near": {
        "zh": "没有商品写到「{missing}」，比较接近的有：",
        "en": "No product page mentions {missing}; these come nearest:",
    },
    "found_cheapest": {"zh": "按价格从低到高：", "en": "From the lowest price up:"},
    "found_dearest": {"zh": "按价格从高到低：", "en": "From the highest price down:"},
    "found_most": {"zh": "按{label}从高到低：", "en": "By {label}, the most first:"},
    "found_least": {"zh": "按{label}从低到高：", "en": "By {label}, the least first:"},
    "found_relaxed": {
        "zh": "没有找到{wanted}的，其他条件相符的有：",
        "en": "Nothing for “{wanted}”, but these meet the rest:",
    },
    "found_none": {
        "zh": "在售商品里没有找到符合的。可以换个说法或放宽条件再试；也可以点“转人工”请同事帮忙。",
        "en": "I found nothing like that among the products on sale. Try other words or fewer conditions, or ask for a person.",
    },
    "not_sold": {
        "zh": "没有，在售商品里没有“{lacking}”。本店商品最多的几类是：{kinds}。",
        "en": "No, {shop} lists no “{lacking}”. The kinds of goods it has most of: {kinds}.",
    },
    "line": {"zh": "- {title}，{price}，{state}", "en": "- {title}, {price}, {state}"},
    "which": {
        "zh": "你问的是哪一款？告诉我商品名，我来查。",
        "en": "Which product do you mean? Tell me its name and I will look it up.",
    },
    "which_one": {
        "zh": "你是说这一款吗？不是的话，告诉我商品名。",
        "en": "Do you mean this one? If not, tell me its name.",
    },
    "which_of": {"zh": "有几款相近的，你问的是哪一款？", "en": "There are several alike. Which one do you mean?"},
    "compare": {"zh": "逐项对比：{named}", "en": "Side by side: {named}"},
    "compare_choices": {"zh": "「{title}」", "en": "{title}:"},
    "compare_pick": {
        "zh": "按{label}选 {mark}「{title}」：{values}{gap}",
        "en": "By {label} take {mark}, {title}: {values}{gap}",
    },
    "compare_gap": {"zh": "，相差 {gap}", "en": ", a difference of {gap}"},
    "compare_undecided": {
        "zh": "你问的这一点两边的资料都没有写明，分不出高下，我不猜。写明的区别如下。",
        "en": "On that point the shop's pages say nothing that decides, and I will not guess. What they do state:",
    },
    "compare_foreign": {
        "zh": "「{foreign}」不是本店在售的商品，没有它的资料，没法和「{title}」比较。可以告诉你「{title}」本身的情况。",
        "en": "{foreign} is not sold here and I know nothing certain about it, so I cannot compare it with {title}. "
        "I can tell you about {title} itself.",
    },
    "compare_one_sided": {
        "zh": "只有一方写明（另一方没写，不等于没有）：{told}",
        "en": "Stated by one side only, which does not mean that the other lacks it: {told}",
    },
    "brackets": {"zh": "（{what}）", "en": " ({what})"},
    "quoted": {"zh": "“{text}”", "en": "“{text}”"},
    "compare_alike": {"zh": "相同：{alike}", "en": "Alike: {alike}"},
    "compare_same": {
        "zh": "店铺公布的各项信息里没有不同之处。",
        "en": "What the shop has published shows no difference.",
    },
    "not_given": {"zh": "未写明", "en": "not stated"},
    "price_label": {"zh": "价格", "en": "Price"},
    "not_stated": {
        "zh": "这一点店铺的资料里没有写，我不想猜。",
        "en": "The shop's files do not say, and I will not guess.",
    },
    "not_stated_product": {
        "zh": "「{title}」的资料里没有写到这一点，我不想猜。",
        "en": "What the shop has published about {title} does not say, and I will not guess.",
    },
    "nearest": {
        "zh": "店铺写明的、与此最接近的是（未必回答了这个问题）：",
        "en": "The nearest that the shop does say, which may not answer your question:",
    },
    "page_states": {
        "zh": "商品页写明的有：{labels}。",
        "en": "What its page does state: {labels}.",
    },
    "out_of_scope": {
        "zh": "这个我帮不上忙。我只回答{shop}的商品和服务问题。",
        "en": "I cannot help with that. I only answer questions about the products and services of {shop}.",
    },
    "bargain_agreed": {
        "zh": "可以，「{title}」{price} 给你。下单时用优惠码 {coupon}，{until}前有效，限用一次。",
        "en": "Deal: {title} for {price}. Use the code {coupon} at checkout; it works once, until {until}.",
    },
    "bargain_counter": {
        "zh": "这个价格我做不到；「{title}」可以给你 {price}，优惠码 {coupon}，{until}前有效，限用一次。",
        "en": "I cannot go that low, but I can do {title} for {price}. Code {coupon}, once, until {until}.",
    },
    "bargain_first": {
        "zh": "「{title}」可以给你 {price}，优惠码 {coupon}，{until}前有效，限用一次。",
        "en": "I can do {title} for {price}. Code {coupon}, once, until {until}.",
    },
    "bargain_last": {
        "zh": "不能再低了：「{title}」最低给你 {price}，优惠码 {coupon}，{until}前有效，限用一次。",
        "en": "I cannot go any lower: {title} for {price} is my last word. Code {coupon}, once, until {until}.",
    },
    "left": {"zh": "好的，有需要随时叫我。", "en": "All right. I am here if you need anything else."},
    "bargain_taken": {
        "zh": "好的，「{title}」就按 {price}。下单时用优惠码 {coupon}，{until}前有效，限用一次。",
        "en": "Good, {title} is yours for {price}. Use the code {coupon} at checkout; it works once, until {until}.",
    },
    "bargain_left": {
        "zh": "没关系。改变主意的话，「{title}」{price} 的优惠码 {coupon} 在{until}前都有效。",
        "en": "No problem. Should you change your mind, the code {coupon} for {title} at {price} holds until {until}.",
    },
    "bargain_run_out": {
        "zh": "「{title}」的那个优惠码已经失效，现在以标价为准。",
        "en": "The code for {title} holds no more; the price is as marked.",
    },
    "until": {"zh": "{month}月{day}日 {time} ", "en": "{date} {time}"},
    "bargain_sign_in": {
        "zh": "登录后的会员才可以议价。请先登录，再来问我「{title}」的价格。",
        "en": "Only shoppers who are signed in can bargain. Please sign in and ask me about {title} again.",
    },
    "bargain_marked": {
        "zh": "抱歉，「{title}」不议价，以标价为准。",
        "en": "Sorry, the price of {title} is as marked; I cannot lower it.",
    },
    "bargain": {"zh": "价格以标价为准，我不能改价。", "en": "Prices are as marked; I cannot change them."},
    "order_state": {"zh": "订单 {number}：{state}", "en": "Order {number}: {state}"},
    "order_status": {"zh": "状态", "en": "status"},
    "order_items": {"zh": "商品", "en": "items"},
    "order_total": {"zh": "金额", "en": "total"},
    "order_placed": {"zh": "下单", "en": "ordered"},
    "order_shipped": {"zh": "发货", "en": "shipped"},
    "order_arrived": {"zh": "签收", "en": "delivered"},
    "order_expected": {"zh": "预计送达", "en": "expected"},
    "order_parcel": {"zh": "物流", "en": "parcel"},
    "order_note": {"zh": "店铺备注", "en": "the shop's note"},
    "order_ask_both": {
        "zh": "请发一下订单号，以及下单手机号的后四位，我来查。",
        "en": "Please send me your order number and the last four digits of the phone number on the order.",
    },
    "order_ask_tail": {
        "zh": "为了保护你的信息，请再发一下下单手机号的后四位。",
        "en": "To protect your data, please also send the last four digits of the phone number on the order.",
    },
    "order_ask_number": {
        "zh": "请再发一下订单号，在订单详情或短信里可以看到。",
        "en": "Please also send the order number; it is in the confirmation you received.",
    },
    "order_no_such_pair": {
        "zh": "没有查到与这个订单号和手机尾号都相符的订单，请核对后再发一次。",
        "en": "I find no order with this number and these last four digits. Please check both and send them again.",
    },
    "order_not_verified": {
        "zh": "没能核实你的身份，订单信息我不能透露。",
        "en": "I could not verify who you are, so I must not tell anything about the order.",
    },
    "order_request": {
        "zh": "我不能直接改动订单，已把你的要求记下来转给同事办理。",
        "en": "I cannot change an order myself; I have passed your request on.",
    },
}

HANDOFF: Final[dict[HandoffReason, dict[Lang, str]]] = {
    HandoffReason.SHOPPER_ASKED: {
        "zh": "好的，已为你转接人工客服，请稍等。",
        "en": "Of course. I have called a person; please stay for a moment.",
    },
    HandoffReason.COMPLAINT: {
        "zh": "很抱歉给你带来不好的体验。已转给人工客服处理，请稍等。",
        "en": "I am sorry about this. I have passed it to a person, who will look into it.",
    },
    HandoffReason.SENSITIVE: {
        "zh": "这件事需要真人来处理，已为你转接人工客服。若身体不适，请先停用并及时就医。",
        "en": "This needs a person; I have called one. If you feel unwell, stop using the product and see a doctor.",
    },
    HandoffReason.DISPUTE: {
        "zh": "付款和权益问题需要同事核实，已为你转接人工客服，请稍等。",
        "en": "A matter of payment or law needs a person to check it; I have called one.",
    },
    HandoffReason.SHOPS_RULE: {
        "zh": "这类问题由店里的同事答复，已为你转接人工客服。",
        "en": "The shop answers this in person; I have called a colleague.",
    },
    HandoffReason.ASKED_AGAIN: {
        "zh": "店铺资料里只写了这些。如果没有答到点上，已请同事来看。",
        "en": "That is all that the shop has published. In case it missed the point, I have called a person.",
    },
    HandoffReason.HIGH_VALUE: {
        "zh": "这笔订单由同事亲自处理，已为你转接人工客服。",
        "en": "A colleague handles this order in person; I have called one.",
    },
    HandoffReason.NOT_STATED: {
        "zh": "已转给人工客服，同事会来回答你。",
        "en": "I have passed your question to a person, who will answer you here.",
    },
    HandoffReason.LOW_CONFIDENCE: {
        "zh": "我没有把握答对，已转给人工客服。",
        "en": "I am not sure enough to answer, so I have called a person.",
    },
    HandoffReason.NOT_POSSIBLE_HERE: {
        "zh": "已转给人工客服，同事会在这里答复你。",
        "en": "I have called a person, who will answer you here.",
    },
    HandoffReason.NOT_VERIFIED: {
        "zh": "已转给人工客服核实。",
        "en": "I have called a person, who will check it with you.",
    },
    HandoffReason.TOOL_FAILED: {
        "zh": "我这边查询出了点问题，已转给人工客服。",
        "en": "Something failed on my side, so I have called a person.",
    },
}

AVAILABILITY: Final[dict[Availability, dict[Lang, str]]] = {
    Availability.IN_STOCK: {"zh": "有货", "en": "in stock"},
    Availability.OUT_OF_STOCK: {"zh": "缺货", "en": "sold out"},
    Availability.PREORDER: {"zh": "预售", "en": "available for pre-order"},
    Availability.BACKORDER: {"zh": "暂时缺货，可先下单等补货", "en": "on backorder (can be ordered, ships later)"},
    Availability.UNKNOWN: {"zh": "库存未知", "en": "stock not known"},
}


def say(key: str, lang: Lang, **values: object) -> str:
    """Return a phrase in the language, with its values filled in."""
    return (PHRASES.get(key) or SIZE_PHRASES[key])[lang].format(**values)


def enumerate_words(parts: list[str], lang: Lang) -> str:
    """Return ``a, b and c`` or ``a、b和c``."""
    if len(parts) < 2:
        return "".join(parts)
    comma, last = ("、", "和") if lang == "zh" else (", ", " and ")
    return f"{comma.join(parts[:-1])}{last}{parts[-1]}"


# In Chinese one answers with the verb of the question: 能…吗, 可以; 有…吗, 有.
_ZH_ANSWERS: Final = (
    (re.compile(r"能|可以|可不|可否|行"), ("可以。", "不可以。")),
    (re.compile(r"有"), ("有。", "没有。")),
    (re.compile(r"会"), ("会。", "不会。")),
    (re.compile(r"在[^，。]{0,4}吗"), ("在。", "不在。")),
    (re.compile(r""), ("是的。", "不是。")),
)


def yes_or_no(question: str, lang: Lang, *, yes: bool) -> str:
    """Return the word that opens the answer to a yes/no question."""
    if lang == "en":
        return "Yes. " if yes else "No. "
    answers = next(answers for pattern, answers in _ZH_ANSWERS if pattern.search(question))
    return answers[0] if yes else answers[1]
