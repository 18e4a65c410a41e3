"""Tables of questions and answers: one document, in which every question stands with its answer."""

from __future__ import annotations

from typing import Final

from knowledge.importing.cells import KEY_LIMIT, clean_text, tidy
from knowledge.importing.documents import DraftDocument, DraftPassage
from knowledge.importing.headers import match
from knowledge.importing.html import plain_text
from knowledge.importing.issues import Notes
from knowledge.importing.layout import title_from
from knowledge.importing.reader import Content, Context, Reader, Reading
from knowledge.importing.report import Kind
from knowledge.importing.row_reader import RowError, RowReader
from knowledge.importing.table import Table
from knowledge.text import fold, language_of

ALIASES: Final = {
    "question": ("questions", "q", "faq", "question text", "问题", "问", "提问", "常见问题", "标准问题", "标准问"),
    "answer": ("answers", "a", "answer text", "答案", "回答", "答", "解答", "回复", "标准答案"),
    "topic": ("category", "section", "group", "theme", "分类", "类别", "主题", "栏目"),
}  # fmt: skip
_QUESTION_LIMIT: Final = 500
_ANSWER_LIMIT: Final = 4_000


def _entry(row: RowReader, seen: set[str]) -> tuple[str, str, str]:
    question, answer = row.text("question", _QUESTION_LIMIT), plain_text(clean_text(row.raw("answer"))).strip()
    if not question or not answer:
        raise row.reject("value_missing", "answer" if question else "question")
    if len(answer) > _ANSWER_LIMIT:
        raise row.reject("too_long", "answer", answer, limit=_ANSWER_LIMIT)
    if fold(question) in seen:
        raise row.reject("key_repeated", "question", question)
    seen.add(fold(question))
    return row.text("topic", 200), question, answer


def _read(content: Content, context: Context, notes: Notes) -> Reading:
    if len(content.name) > KEY_LIMIT:
        notes.add("too_long", field="file", value=content.name, limit=KEY_LIMIT)
        return Reading(rejected=1, keys_lost=True)
    table = content.table or Table((), ())
    columns = match(table.columns, ALIASES)
    if columns.unknown:
        notes.add("columns_unused", value=", ".join(columns.unknown))
    entries: dict[str, list[tuple[str, str]]] = {}
    seen: set[str] = set()
    rejected = table.misshapen
    for row in (RowReader(row, columns, context, notes) for row in table.rows):
        try:
            topic, question, answer = _entry(row, seen)
        except RowError:
            rejected += 1
            continue
        entries.setdefault(topic, []).append((question, answer))
    if not entries:
        return Reading(rejected=rejected, rejected_keys=frozenset([content.name]))
    return Reading((_document(content.name, entries),), rejected)


def _document(name: str, entries: dict[str, list[tuple[str, str]]]) -> DraftDocument:
    title = tidy(title_from(name.replace("#", " ") if "#" in name else name), 200)
    text, passages = f"# {title}", []
    for topic, pairs in entries.items():
        if topic:
            text += f"\n\n## {topic}"
        for question, answer in pairs:
            text += "\n\n"
            piece = f"{question}\n\n{answer}"
            path = (title, topic, question) if topic else (title, question)
            passages.append(DraftPassage(path, piece, len(text), len(text) + len(piece), language_of(piece)))
            text += piece
    return DraftDocument(name, title, text, language_of(text), tuple(passages))


def _recognises(content: Content) -> bool:
    if content.table is None:
        return False
    columns = match(content.table.columns, ALIASES)
    return "question" in columns and "answer" in columns and len(columns.unknown) <= 6


READER: Final = Reader(Kind.DOCUMENT, "questions", _recognises, _read)
