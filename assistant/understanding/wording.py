"""The wording of a message as features: runs of up to three words or characters, weighed by TF-IDF.

A vector tells what a message is about; "can it go back" and "please take it back" are about the
same, and only the wording tells a question from a request.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from knowledge.text import fold

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

LONGEST_RUN: Final = 3
# A run of one example only tells that example.
FEWEST_EXAMPLES: Final = 2
_TOKEN: Final = re.compile(r"[a-z]+(?:'[a-z]+)?|\d+(?:[.,]\d+)*|[一-鿿]|[?!]")
# How a message begins and ends tells much ("can you …", …了吗).
_BEGIN, _END, _NUMBER = "^", "$", "#"


def runs(text: str) -> list[str]:
    """Return the runs of a text; every number is the same word.

    Args:
        text: As written, in simplified script.
    """
    bare = fold(text).replace("’", "'").replace("？", "?").replace("！", "!")
    found = [_NUMBER if token[0].isdigit() else token for token in _TOKEN.findall(bare)]
    tokens = [_BEGIN, *found, _END]
    longer = (
        tokens[at : at + length] for length in range(2, LONGEST_RUN + 1) for at in range(len(tokens) - length + 1)
    )
    return [*found, *(" ".join(run) for run in longer)]


class Wordings:
    """Turns texts into features by the runs of some examples; scikit-learn does the counting.

    Args:
        examples: From these the runs and their weights are learnt.
    """

    def __init__(self, examples: Sequence[str]) -> None:
        # Half of the time is the import, which a server must not wait for at start.
        from sklearn.feature_extraction.text import TfidfVectorizer

        self._counted = TfidfVectorizer(analyzer=runs, min_df=FEWEST_EXAMPLES, sublinear_tf=True)
        self._counted.fit(examples)

    def features(self, texts: Sequence[str]) -> csr_matrix:
        """Return the features of texts: sparse, shape ``(n, runs)``, rows of length 1 (or 0 without a known run)."""
        return self._counted.transform(texts)
