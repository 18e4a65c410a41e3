"""What a model is called in the database, so that another model under the same name is another model."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any, Final

# What describes a model changes nothing of what it computes.
_NOT_COMPUTED_WITH: Final = frozenset({".md", ".png", ".jpg", ".gitattributes"})
_SHOWN: Final = 12
# The column holds 200 characters.
_LONGEST: Final = 160


def model_name(given: str, model: Any) -> str:
    """Return name and fingerprint: of a folder its content, of a model of the hub its revision.

    Args:
        given: Folder or name, as the setting has it.
        model: The ``SentenceTransformer`` that was loaded from it.
    """
    folder = Path(given)
    if folder.is_dir():
        return f"{folder.resolve().name[:_LONGEST]}@{folder_fingerprint(folder)}"
    configuration = getattr(getattr(model[0], "auto_model", None), "config", None)
    revision = str(getattr(configuration, "_commit_hash", None) or "unversioned")
    return f"{given[:_LONGEST]}@{revision[:_SHOWN]}"


def folder_fingerprint(folder: Path) -> str:
    """Return a hash over the names and bytes of a model's files: weights, vocabulary and settings.

    It moves with the folder and not with its dates. Reads about 1 GB a second.
    """
    digest = hashlib.sha256()
    for path in sorted(path for path in folder.rglob("*") if path.is_file()):
        name = path.relative_to(folder)
        if path.suffix in _NOT_COMPUTED_WITH or any(part.startswith(".") for part in name.parts):
            continue
        digest.update(f"{name.as_posix()}\0{path.stat().st_size}\0".encode())
        with path.open("rb") as file:
            digest.update(hashlib.file_digest(file, "sha256").digest())
    return digest.hexdigest()[:_SHOWN]
