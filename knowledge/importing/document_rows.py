"""Writes a document's passages; one whose text is the same keeps its row, so that citations stay valid."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from sqlalchemy import Row, delete, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from knowledge import tables
from knowledge.batches import batches
from knowledge.bulk import insert_rows
from knowledge.importing.documents import DraftDocument, DraftPassage
from knowledge.store import IDS_PER_QUERY

LogEntry = tuple[str, int, bool]


def _values(passage: DraftPassage, ordinal: int) -> dict[str, Any]:
    return {
        "ordinal": ordinal,
        "heading_path": list(passage.heading_path),
        "text": passage.text,
        "start": passage.start,
        "end": passage.end,
        "lang": passage.lang,
    }


def _matched(
    old: Sequence[Row[Any]], new: Sequence[dict[str, Any]]
) -> tuple[list[tuple[Row[Any], dict[str, Any]]], list[dict[str, Any]], list[int]]:
    """Return pairs of the same text, passages without a row, and ids of rows without a passage."""
    by_text: dict[str, list[Row[Any]]] = defaultdict(list)
    for row in old:
        by_text[row.text].append(row)
    pairs: list[tuple[Row[Any], dict[str, Any]]] = []
    fresh: list[dict[str, Any]] = []
    for values in new:
        if rows := by_text[values["text"]]:
            pairs.append((rows.pop(0), values))
        else:
            fresh.append(values)
    return pairs, fresh, [row.id for rows in by_text.values() for row in rows]


async def write_passages(connection: AsyncConnection, written: Sequence[tuple[int, DraftDocument]]) -> list[LogEntry]:
    """Write the passages of new and changed documents; return what to log."""
    log: list[LogEntry] = []
    for document_id, document in written:
        log += await _write(connection, document_id, document)
    return log


async def _write(connection: AsyncConnection, document_id: int, document: DraftDocument) -> list[LogEntry]:
    table = tables.passages
    mine = table.c.document_id == document_id
    old = (await connection.execute(select(table).where(mine).order_by(table.c.ordinal))).all()
    new = [_values(passage, ordinal) for ordinal, passage in enumerate(document.passages)]
    pairs, fresh, gone = _matched(old, new)
    log: list[LogEntry] = [("passage", row_id, True) for row_id in gone]
    if gone:
        await connection.execute(delete(table).where(table.c.id.in_(gone)))
    moved = [(row, values) for row, values in pairs if any(getattr(row, k) != v for k, v in values.items())]
    # Ordinals are unique within a document, so those that move step aside first.
    for row, _ in moved:
        await connection.execute(update(table).where(table.c.id == row.id).values(ordinal=-1 - row.id))
    for row, values in moved:
        await connection.execute(update(table).where(table.c.id == row.id).values(**values))
        log.append(("passage", row.id, False))
    if fresh:
        columns = ("document_id", *fresh[0])
        await insert_rows(connection, table, [(document_id, *values.values()) for values in fresh], columns)
        ordinals = [values["ordinal"] for values in fresh]
        for some in batches(ordinals, IDS_PER_QUERY):
            added = select(table.c.id).where(mine, table.c.ordinal.in_(some)).order_by(table.c.ordinal)
            log += [("passage", row_id, False) for row_id in (await connection.execute(added)).scalars()]
    return log
