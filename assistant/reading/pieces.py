"""Chinese and English as tokens of one English model.

The packaged MiniLM knows no Chinese. The multilingual encoder's table of word pieces puts 洗 beside "wash";
a linear map, learnt from the twenty thousand pieces that both models know, takes its Chinese pieces into
MiniLM's table (Minixhofer et al., WECHSEL, NAACL 2022). What is not Chinese is cut as MiniLM cuts it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from knowledge.script import simplified

_HAN: Final = re.compile(r"[㐀-鿿豈-﫿]+")
# The multilingual pieces mark where a word begins; alone the mark says nothing.
_BEGINS: Final = "▁"
_UNKNOWN: Final = "<unk>"
_MARKS: Final = str.maketrans("，。？！：；（）、“”‘’【】《》～—", ',.?!:;(),""\'\'[]""~-')


class Pieces:
    """Cuts texts into tokens: first MiniLM's own numbers, after them the Chinese pieces in their order.

    Args:
        folder: Of the packaged MiniLM.
        chinese: The Chinese pieces with their log-probabilities.
    """

    def __init__(self, folder: Path, chinese: Sequence[tuple[str, float]]) -> None:
        from tokenizers import Tokenizer
        from tokenizers.models import Unigram

        self._words: Any = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._words.no_padding()
        self._words.no_truncation()
        self._own = self._words.get_vocab_size()
        self.begin, self.end = (int(self._words.token_to_id(name) or 0) for name in ("[CLS]", "[SEP]"))
        names = [name for name, _ in chinese]
        self._left_out = names.index(_BEGINS)
        self._chinese: Any = Tokenizer(Unigram(list(chinese), unk_id=names.index(_UNKNOWN)))

    def of(self, text: str, most: int) -> list[int]:
        """Return the tokens of a text between the marks of its begin and end.

        Args:
            most: How many at most; what goes beyond is left out.
        """
        return [self.begin, *self._cut(text)[:most], self.end]

    def _cut(self, text: str) -> list[int]:
        told = simplified(text).translate(_MARKS)
        out: list[int] = []
        at = 0
        for run in _HAN.finditer(told):
            out += self._of_words(told[at : run.start()])
            pieces = self._chinese.encode(_BEGINS + run.group()).ids
            out += [self._own + piece for piece in pieces if piece != self._left_out]
            at = run.end()
        return out + self._of_words(told[at:])

    def _of_words(self, text: str) -> list[int]:
        return list(self._words.encode(text, add_special_tokens=False).ids) if text.strip() else []
