"""The mean of readers that one line of teaching has left behind.

What was taught last reads the newest lessons best and has forgotten a little of the first; the mean of the weights
on the way keeps both, and reads unseen shops better than any of them (Wortsman et al., Model soups, ICML 2022).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from assistant.reading.reader import WEIGHTS
from knowledge.errors import Invalid

CHINESE, SCALE = "chinese", "chinese_scale"


def mean_weights(folders: Sequence[Path]) -> dict[str, np.ndarray]:
    """Return the mean of the weights in these folders, shaped and typed as they are.

    Raises:
        Invalid: They are not of one shape (``usage_other_reader``), so not of one line of teaching.
    """
    from safetensors.numpy import load_file

    every = [load_file(folder / WEIGHTS) for folder in folders]
    shapes = [{name: value.shape for name, value in one.items()} for one in every]
    if any(one != shapes[0] for one in shapes):
        raise Invalid("Only readers of one line of teaching have a mean.", code="usage_other_reader")
    plain = [name for name in every[0] if name not in (CHINESE, SCALE)]
    out = {name: _mean(every, name).astype(every[0][name].dtype) for name in plain}
    rows = np.mean([one[CHINESE].astype(np.float32) * one[SCALE][:, None] for one in every], axis=0)
    scale = np.abs(rows).max(axis=1) / 127
    return out | {CHINESE: (rows / scale[:, None]).round().astype(np.int8), SCALE: scale.astype(np.float32)}


def _mean(every: Sequence[Mapping[str, np.ndarray]], name: str) -> np.ndarray:
    found: np.ndarray = np.mean([one[name].astype(np.float32) for one in every], axis=0)
    return found
