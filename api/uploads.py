"""Files of a multipart request go to disk as they arrive; never is a whole upload in memory."""

from __future__ import annotations

import asyncio
import errno
import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Final

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import ClientDisconnect, Request

from knowledge.errors import Invalid, Unavailable

FILES_LIMIT: Final = 1_000
_FIELDS_LIMIT: Final = 20
_FIELD_BYTES: Final = 64 * 1024  # a mapping of many columns is the longest
_HEADER_BYTES: Final = 8 * 1024
_NAME_BYTES: Final = 150  # a file system takes 255; a number and an ending may be added
_FOLDERS: Final = 8
# Separators of some system, and what Windows refuses.
_NOT_IN_NAMES: Final = re.compile(r'[\x00-\x1f\x7f<>:"|?*]')


@dataclass(frozen=True, slots=True)
class Upload:
    """What came.

    Attributes:
        files: Names relative to the folder, with ``/``, and sizes in bytes.
        fields: The plain fields of the form.
    """

    files: tuple[tuple[str, int], ...]
    fields: dict[str, str]


def safe_name(given: str) -> str:
    """Return a relative path that stays in its folder, for a name that a browser sent."""
    parts = [_NOT_IN_NAMES.sub("_", part).strip(" .") for part in re.split(r"[/\\]", given)]
    kept = [_cut(part) for part in parts if part][-_FOLDERS:]
    return "/".join(kept) or "upload"


def _cut(part: str) -> str:
    if len(part.encode()) <= _NAME_BYTES:
        return part
    stem, dot, ending = part.rpartition(".")
    ending = f"{dot}{ending}" if 0 < len(ending.encode()) <= 10 else ""
    body = (stem if ending else part).encode()[: _NAME_BYTES - len(ending.encode())]
    return body.decode(errors="ignore") + ending


@dataclass(slots=True)
class _Part:
    """The part of the form that is arriving."""

    headers: dict[str, bytes] = field(default_factory=dict)
    header: bytearray = field(default_factory=bytearray)
    value: bytearray = field(default_factory=bytearray)
    name: str = ""
    file: IO[bytes] | None = None
    file_name: str = ""
    size: int = 0


class _Receiver:
    """What the parser calls. It runs in a thread, because it writes to disk."""

    def __init__(self, folder: Path, boundary: bytes) -> None:
        self.files: dict[str, int] = {}
        self.fields: dict[str, str] = {}
        self.whole = False
        self._folder = folder
        self._part = _Part()
        # The parser's type asks for the exact signature of each of its twelve callbacks.
        callbacks: Any = {
            "on_part_begin": self._begin,
            "on_header_field": self._header_name,
            "on_header_value": self._header_value,
            "on_header_end": self._header_end,
            "on_headers_finished": self._headers_finished,
            "on_part_data": self._content,
            "on_part_end": self._finish,
            "on_end": self._all,
        }
        self.parser = MultipartParser(boundary, callbacks)

    def close(self) -> None:
        if self._part.file is not None:
            self._part.file.close()

    def _begin(self) -> None:
        self._part = _Part()

    def _header_name(self, chunk: bytes, start: int, end: int) -> None:
        self._part.header += chunk[start:end]
        self._keep_short(self._part.header, _HEADER_BYTES)

    def _header_value(self, chunk: bytes, start: int, end: int) -> None:
        self._part.value += chunk[start:end]
        self._keep_short(self._part.value, _HEADER_BYTES)

    def _header_end(self) -> None:
        self._part.headers[self._part.header.decode("latin-1").lower()] = bytes(self._part.value)
        self._part.header, self._part.value = bytearray(), bytearray()

    def _headers_finished(self) -> None:
        part = self._part
        _, options = parse_options_header(part.headers.get("content-disposition", b""))
        part.name = options.get(b"name", b"").decode(errors="replace")
        given = options.get(b"filename")
        if given is None:
            if len(self.fields) >= _FIELDS_LIMIT:
                raise Invalid("The form has too many fields.", code="upload_form_too_large")
        elif given:  # a file field in which nobody chose a file has an empty name
            if len(self.files) >= FILES_LIMIT:
                raise Invalid(f"More than {FILES_LIMIT} files; send them as a ZIP.", code="too_many_files")
            part.file_name = self._free_name(safe_name(given.decode(errors="replace")))
            path = self._folder / part.file_name
            path.parent.mkdir(parents=True, exist_ok=True)
            part.file = path.open("wb")
        else:
            part.name = ""

    def _free_name(self, name: str) -> str:
        """Return the name with a number when a file of this upload has it, or lies where a folder would."""
        taken = {one.casefold() for one in self.files}
        folders = {folder for one in taken for folder in _folders_of(one)}
        if _folders_of(name.casefold()) & taken:
            name = name.replace("/", "_")
        path, number = Path(name), 1
        while name.casefold() in taken | folders:
            number += 1
            name = path.with_name(f"{path.stem} ({number}){path.suffix}").as_posix()
        return name

    def _content(self, chunk: bytes, start: int, end: int) -> None:
        part = self._part
        if part.file is not None:
            part.file.write(chunk[start:end])
            part.size += end - start
        else:
            part.value += chunk[start:end]
            self._keep_short(part.value, _FIELD_BYTES)

    def _finish(self) -> None:
        part = self._part
        if part.file is not None:
            part.file.close()
            self.files[part.file_name] = part.size
        elif part.name:
            self.fields[part.name] = part.value.decode(errors="replace")

    def _all(self) -> None:
        self.whole = True

    def _keep_short(self, value: bytearray, limit: int) -> None:
        if len(value) > limit:
            raise Invalid("A field of the form is too long.", code="upload_form_too_large")


def _folders_of(name: str) -> set[str]:
    parts = name.split("/")
    return {"/".join(parts[:depth]) for depth in range(1, len(parts))}


async def receive(request: Request, folder: Path) -> Upload:
    """Write the files of a multipart request into a folder, which is made.

    Raises:
        Invalid: It is no multipart form, holds no file, or ends too soon.
        Unavailable: The disk is full.
    """
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    boundary = options.get(b"boundary", b"")
    if kind != b"multipart/form-data" or not boundary:
        raise Invalid("Send the files as multipart/form-data.", code="not_multipart")
    try:
        receiver = _Receiver(folder, boundary)
        await asyncio.to_thread(folder.mkdir, parents=True)
        try:
            async for chunk in request.stream():
                if chunk:
                    await asyncio.to_thread(receiver.parser.write, chunk)
        finally:
            receiver.close()
    except FormParserError as error:
        raise Invalid(f"The form cannot be read: {error}", code="not_multipart") from error
    except ClientDisconnect as error:
        raise Invalid("The upload ended too soon.", code="upload_incomplete") from error
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise Unavailable("The server's disk is full.", code="disk_full") from error
        raise
    if not receiver.whole:
        raise Invalid("The upload ended too soon.", code="upload_incomplete")
    if not receiver.files:
        raise Invalid("There is no file in the form.", code="no_file")
    return Upload(tuple(receiver.files.items()), receiver.fields)
