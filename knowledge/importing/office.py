"""Binary files that hold text all the same: PDF, Word and Excel; of the others, what to save them as."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Final

from knowledge.importing.containers import Part
from knowledge.importing.issues import Notes
from knowledge.importing.reader import Content
from knowledge.importing.workbook import sheets_of

# Names inside the old container (MS-CFB), which writes them in UTF-16.
_OLE_PARTS: Final = (
    ("EncryptedPackage", "file_encrypted", ""),
    ("Workbook", "office_old", ".xls → .xlsx"),
    ("Book", "office_old", ".xls → .xlsx"),
    ("WordDocument", "office_old", ".doc → .docx"),
)


def contents_of_binary(path: Path, part: Part, kind: str, notes: Notes) -> list[Content]:
    """Return what a binary file holds; nothing after noting why it cannot be read."""
    if kind == "pdf":
        return [Content(path, part.name, "", "pdf", raw=part.raw)]
    if kind == "zip":
        return _of_package(path, part, notes)
    if kind == "ole":
        found = next((said for name, *said in _OLE_PARTS if name.encode("utf-16-le") in part.raw), None)
        if found is not None:
            notes.add(found[0], value=found[1] or None)
            return []
    notes.add("file_binary", value=kind)
    return []


def _of_package(path: Path, part: Part, notes: Notes) -> list[Content]:
    try:
        with zipfile.ZipFile(io.BytesIO(part.raw)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, OSError, ValueError):
        notes.add("office_broken")
        return []
    if "word/document.xml" in names:
        return [Content(path, part.name, "", "docx", raw=part.raw)]
    if "xl/workbook.xml" in names:
        tables = sheets_of(part.raw, notes)
        if not tables and not notes.has_errors:
            notes.add("workbook_without_tables")
        return [Content(path, f"{part.name}#{sheet.name}", "", "table", table=sheet.table, tried=sheet.tried)
                for sheet in tables]  # fmt: skip
    notes.add("office_unread")
    return []
