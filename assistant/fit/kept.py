"""A trained model as one ``.npz``: arrays and JSON, read with ``allow_pickle=False``, so no code in it."""

from __future__ import annotations

import json
import os
import zipfile
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import numpy as np

from assistant.fit.calibration import Calibration
from assistant.fit.columns import Columns, Vocabulary
from assistant.fit.effects import Effects
from assistant.fit.features import History
from assistant.fit.model import FitModel
from assistant.fit.shoppers import Diary
from assistant.fit.shrinkage import Counts
from assistant.fit.size_scale import SizeScale
from assistant.fit.trees import Trees
from knowledge.errors import Invalid

# Raised when the arrays mean something else; an older file is then trained anew from the database.
FORMAT: Final = 1
_SCALE: Final = ("mean", "spread", "label", "category_label", "usual")
_TREES: Final = ("base", "roots", "feature", "threshold", "missing_left", "left", "right", "value")


def save(model: FitModel, path: Path) -> None:
    """Write the model; a reader sees the old file or the new one, never half of it."""
    history, reports = model.history, model.history.diary.reports
    vocabulary = history.vocabulary
    head = {
        "format": FORMAT,
        "numbers": vocabulary.numbers,
        "traits": vocabulary.traits,
        "names": {key: list(codes) for key, codes in vocabulary.codes.items()},
        "calibration": asdict(model.calibration),
    }
    arrays: dict[str, Any] = {
        "head": np.frombuffer(json.dumps(head, ensure_ascii=False).encode(), dtype=np.uint8),
        "reports:numbers": reports.numbers,
        "reports:traits": reports.traits,
        "reports:fit": reports.fit,
        "effects:intercept": history.effects.intercept,
        "effects:body": history.effects.body,
    }
    arrays |= {f"scale:{name}": getattr(history.scale, name) for name in _SCALE}
    arrays |= {f"reports:key:{key}": codes for key, codes in reports.keys.items()}
    arrays |= {f"effects:group:{name}": table for name, table in history.effects.groups.items()}
    if model.trees is not None:
        arrays |= {f"trees:{name}": getattr(model.trees, name) for name in _TREES}
    beside = path.with_name(path.name + ".part")
    with beside.open("wb") as file:
        np.savez(file, **arrays)
    os.replace(beside, path)  # noqa: PTH105 - the whole point is that it is atomic


def load(path: Path) -> FitModel:
    """Read a model.

    Raises:
        Invalid: The file is none of ours or of another format; train again (``fit_model_unreadable``).
    """
    try:
        with np.load(path, allow_pickle=False) as file:
            arrays = {name: file[name] for name in file.files}
        head = json.loads(arrays["head"].tobytes())
        if head["format"] != FORMAT:
            raise ValueError(f"format {head['format']}")
        return _model(head, arrays)
    except (OSError, ValueError, KeyError, TypeError, EOFError, zipfile.BadZipFile) as error:
        raise Invalid(f"{path.name} cannot be read; train the model again.", code="fit_model_unreadable") from error


def _model(head: dict[str, Any], arrays: dict[str, Any]) -> FitModel:
    codes = {key: {name: code for code, name in enumerate(names)} for key, names in head["names"].items()}
    vocabulary = Vocabulary(tuple(head["numbers"]), tuple(head["traits"]), codes)
    keys = _under("reports:key:", arrays)
    reports = Columns(keys, arrays["reports:numbers"], arrays["reports:traits"], arrays["reports:fit"])
    scale = SizeScale(*(arrays[f"scale:{name}"] for name in _SCALE))
    position, stretch = scale.position(reports), scale.stretch(vocabulary, reports)
    history = History(
        vocabulary,
        scale,
        Counts.of(vocabulary, reports, stretch),
        Diary.of(reports, position, stretch),
        Effects(arrays["effects:intercept"], arrays["effects:body"], _under("effects:group:", arrays)),
    )
    trees = Trees(*(arrays[f"trees:{name}"] for name in _TREES)) if "trees:roots" in arrays else None
    return FitModel(history, trees, _calibration(head["calibration"]))


def _calibration(kept: dict[str, Any]) -> Calibration:
    return Calibration(tuple(kept["slopes"]), kept["small"], kept["large"])


def _under(prefix: str, arrays: dict[str, Any]) -> dict[str, Any]:
    return {name.removeprefix(prefix): array for name, array in arrays.items() if name.startswith(prefix)}
