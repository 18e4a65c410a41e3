"""Orders as the shop's back office exports them, one row per order."""

from __future__ import annotations

import re
from typing import Final

from knowledge.catalog import Source
from knowledge.importing.cells import KEY_LIMIT, NAME_LIMIT, tidy
from knowledge.importing.headers import match
from knowledge.importing.issues import Notes
from knowledge.importing.reader import Content, Context, Reader, Reading
from knowledge.importing.report import Kind
from knowledge.importing.row_reader import RowError, RowReader
from knowledge.importing.table import Table
from knowledge.orders import Order, OrderLine, OrderStatus, order_key
from knowledge.text import fold

ALIASES: Final = {
    "order_no": ("order number", "order id", "order", "订单号", "订单编号", "订单"),
    "phone_last4": ("phone last 4", "phone", "手机后四位", "手机尾号", "手机号后四位", "手机号", "电话"),
    "name": ("customer name", "customer", "recipient", "收货人", "姓名", "收件人", "客户姓名"),
    "items": ("products", "order items", "商品", "商品明细", "商品信息", "购买商品"),
    "total": ("order total", "amount", "总价", "金额", "订单金额", "实付金额", "实付"),
    "status": ("order status", "状态", "订单状态"),
    "carrier": ("shipping company", "courier", "快递公司", "快递", "物流公司", "承运商"),
    "tracking_number": ("tracking no", "tracking", "快递单号", "运单号", "物流单号"),
    "order_date": ("ordered at", "created at", "date", "下单日期", "下单时间", "订单日期"),
    "ship_date": ("shipped date", "shipped at", "发货日期", "发货时间"),
    "delivered_date": ("delivery date", "delivered at", "签收日期", "签收时间", "送达日期"),
    "expected_date": ("expected delivery", "estimated delivery", "eta", "预计送达", "预计到货", "预计送达日期"),
    "email": ("e-mail", "email address", "customer email", "邮箱", "电子邮箱", "下单邮箱"),
    "note": ("notes", "备注", "说明"),
}  # fmt: skip
_STATUS: Final = {
    OrderStatus.PENDING_PAYMENT: "pending payment, awaiting payment, unpaid, 待付款, 未付款, 等待付款",
    OrderStatus.PENDING: "pending, processing, unfulfilled, paid, confirmed, preparing, awaiting shipment, "
    "awaiting fulfillment, awaiting fulfilment, "
    "packed, "
    "on hold, backordered, preorder, 待发货, 已付款, "
    "备货中, 处理中, 配货中, 未发货, 等待发货, 已确认, 预售",
    OrderStatus.SHIPPED: "shipped, fulfilled, dispatched, sent, 已发货, 已出库, 已寄出",
    OrderStatus.IN_TRANSIT: "in transit, on the way, delayed, customs, 运输中, 在途, 运送中, 清关中",
    OrderStatus.OUT_FOR_DELIVERY: "out for delivery, ready for pickup, 派送中, 派件中, 配送中, 待取件, 待自提",
    OrderStatus.DELIVERED: "delivered, completed, complete, received, picked up, 已签收, 已完成, "
    "已收货, 交易成功, 已送达, 已自提",
    OrderStatus.RETURN_REQUESTED: "return requested, returning, return in progress, return pending, 退货中, 申请退货, "
    "退货申请中, 退货处理中, 待退货",
    OrderStatus.EXCHANGE_REQUESTED: "exchange requested, exchanging, exchange in progress, "
    "换货中, 申请换货, 换货申请中, 换货处理中",
    OrderStatus.REFUND_PENDING: "refund pending, refunding, refund requested, returned, "
    "退款中, 待退款, 申请退款, 退款处理中, 已退货",
    OrderStatus.REFUNDED: "refunded, partially refunded, 已退款, 退款成功, 部分退款",
    OrderStatus.CANCELLED: "cancelled, canceled, voided, closed, 已取消, 已关闭, 交易关闭, 取消",
}
_BY_WORD: Final = {word.strip(): status for status, words in _STATUS.items() for word in words.split(",")}
_LINE_END: Final = re.compile(r"[;；\n]")
_QUANTITY: Final = re.compile(r"(?:\s*[×✕*]\s*|\s+[xX]\s*)(\d{1,4})\s*(?:件|pcs)?\s*$")
_NOTE_LIMIT: Final = 2_000
EMAIL_LIMIT: Final = 254  # RFC 5321
_EMAIL: Final = re.compile(r"[^\s@*]+@[^\s@*]+\.[^\s@*]+")


def order_lines(text: str) -> tuple[OrderLine, ...]:
    """Read free text such as ``Linen Shirt, White, M ×2; Cap``; what is not understood stays in the title."""
    lines: list[OrderLine] = []
    for part in _LINE_END.split(text):
        quantity = 1
        rest = tidy(part, 500)
        if found := _QUANTITY.search(rest):
            quantity, rest = max(1, int(found[1])), rest[: found.start()]
        title, *options = [piece.strip() for piece in re.split(r"[,，]", rest)]
        if title:
            lines.append(OrderLine(title, tuple(option for option in options if option), quantity))
    return tuple(lines)


def order_status(text: str) -> OrderStatus:
    """Return our status for the merchant's word, which may carry more: ``已发货(部分)``."""
    word = " ".join(re.sub(r"[_\-]+", " ", fold(text)).split())
    exact = _BY_WORD.get(word) or _BY_WORD.get(re.split(r"[(:,]", word)[0].strip())
    return exact or OrderStatus.UNKNOWN


def _phone(row: RowReader) -> str | None:
    raw = row.raw("phone_last4")
    digits = re.sub(r"\D", "", raw.removesuffix(".0"))
    if len(digits) == 3:
        row.note("phone_padded", "phone_last4")
        return digits.zfill(4)
    if len(digits) < 4:
        row.note("phone_incomplete", "phone_last4", raw)
        return None
    return digits[-4:]


def _email(row: RowReader) -> str | None:
    """Return the e-mail when it is one; a masked or cut one would prove nothing."""
    raw = tidy(row.raw("email"), 300)
    return raw if _EMAIL.fullmatch(raw) and len(raw) <= EMAIL_LIMIT else None


def _order(row: RowReader, content: Content, context: Context) -> Order:
    status_text = row.text("status", KEY_LIMIT)
    status = order_status(status_text)
    if status is OrderStatus.UNKNOWN:
        row.note("status_unknown", "status", status_text)
    return Order(
        shop_id=context.shop.id,
        order_no=row.key("order_no"),
        phone_last4=_phone(row),
        name=row.text("name", NAME_LIMIT) or None,
        lines=order_lines(row.raw("items")),
        total=row.money("total"),
        status=status,
        status_text=status_text,
        carrier=row.text("carrier", NAME_LIMIT) or None,
        tracking_number=row.key("tracking_number") or None,
        order_date=row.day_or_none("order_date"),
        ship_date=row.day_or_none("ship_date"),
        delivered_date=row.day_or_none("delivered_date"),
        note=row.text("note", _NOTE_LIMIT),
        as_of=context.now,
        source=Source(content.name, row.line),
        email=_email(row),
        expected_date=row.day_or_none("expected_date"),
    )


def _read(content: Content, context: Context, notes: Notes) -> Reading:
    table = content.table or Table((), ())
    columns = match(table.columns, ALIASES)
    if columns.unknown:
        notes.add("columns_unused", value=", ".join(columns.unknown))
    orders: dict[str, Order] = {}
    rejected_keys: set[str] = set()
    rejected = table.misshapen
    lost = table.misshapen
    for row in (RowReader(row, columns, context, notes) for row in table.rows):
        number = ""
        try:
            number = row.key("order_no")
            if not order_key(number):
                raise row.reject("value_missing", "order_no")
            if order_key(number) in orders:
                raise row.reject("key_repeated", "order_no", number)
            orders[order_key(number)] = _order(row, content, context)
        except RowError:
            rejected += 1
            lost += not number
            rejected_keys |= {number} - {""}
    return Reading(tuple(orders.values()), rejected, frozenset(rejected_keys), lost > 0)


def _recognises(content: Content) -> bool:
    if content.table is None:
        return False
    columns = match(content.table.columns, ALIASES)
    return "order_no" in columns and any(field in columns for field in ("status", "items", "phone_last4"))


READER: Final = Reader(Kind.ORDER, "orders", _recognises, _read)
