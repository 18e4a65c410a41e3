"""Quick replies: keywords, and the answer that the merchant fixed for them."""

from __future__ import annotations

import re
from typing import Final

from knowledge.catalog import Source
from knowledge.importing.cells import KEY_LIMIT, clean_text, tidy
from knowledge.importing.headers import match
from knowledge.importing.issues import Notes
from knowledge.importing.reader import Content, Context, Reader, Reading
from knowledge.importing.report import Kind
from knowledge.importing.row_reader import RowError, RowReader
from knowledge.importing.table import Table
from knowledge.promotions import QuickReply

ALIASES: Final = {
    "keywords": ("keyword", "trigger", "关键词", "关键字", "触发词"),
    "reply": ("answer", "response", "回复", "答复", "回复内容", "话术"),
    "lang": ("language", "语言"),
}
_REPLY_LIMIT: Final = 4_000
_LANGUAGES: Final = {"zh": "zh", "cn": "zh", "chinese": "zh", "中文": "zh",
                     "汉语": "zh", "en": "en", "english": "en", "英文": "en", "英语": "en"}  # fmt: skip


def _quick_reply(row: RowReader, content: Content, context: Context) -> QuickReply:
    keywords = tuple(
        dict.fromkeys(k for part in re.split(r"[,，、;；|\n]", row.raw("keywords")) if (k := tidy(part, KEY_LIMIT)))
    )
    if not keywords:
        raise row.reject("value_missing", "keywords")
    reply = clean_text(row.raw("reply")).strip()
    if not reply:
        raise row.reject("value_missing", "reply")
    if len(reply) > _REPLY_LIMIT:
        raise row.reject("too_long", "reply", reply, limit=_REPLY_LIMIT)
    said = row.raw("lang").casefold()
    lang = _LANGUAGES.get(re.split(r"[-_]", said)[0])
    if said and lang is None:
        row.note("value_unread", "lang", row.raw("lang"), choices="zh, en")
    return QuickReply(keywords, reply, lang, context.now, Source(content.name, row.line))


def _read(content: Content, context: Context, notes: Notes) -> Reading:
    table = content.table or Table((), ())
    columns = match(table.columns, ALIASES)
    if columns.unknown:
        notes.add("columns_unused", value=", ".join(columns.unknown))
    replies: dict[tuple[tuple[str, ...], str, str | None], QuickReply] = {}
    rejected = table.misshapen
    for row in (RowReader(row, columns, context, notes) for row in table.rows):
        try:
            read = _quick_reply(row, content, context)
            replies.setdefault((read.keywords, read.reply, read.lang), read)
        except RowError:
            rejected += 1
    # A reply has no key but itself, so a rejected one may be any of the old ones.
    return Reading(tuple(replies.values()), rejected, keys_lost=rejected > 0)


def _recognises(content: Content) -> bool:
    if content.table is None:
        return False
    columns = match(content.table.columns, ALIASES)
    return "keywords" in columns and "reply" in columns


READER: Final = Reader(Kind.QUICK_REPLY, "quick_replies", _recognises, _read)
