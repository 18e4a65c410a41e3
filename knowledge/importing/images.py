"""Pictures that lie beside a catalog are copied to where the server shows them."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path
from typing import Final

from knowledge.catalog import Product
from knowledge.importing.issues import Notes

SUFFIXES: Final = frozenset([".svg", ".png", ".jpg", ".jpeg", ".webp", ".gif"])
_LIMIT_MB: Final = 10
_ADDRESS_LIMIT: Final = 2_000
_PATH_LIMIT: Final = 500


class Pictures:
    """Turns the pictures of one file's products into addresses that a page can show.

    Attributes:
        folder: The catalog's own folder; nothing outside it is read.
        media: Where copies go, one folder per shop; None leaves local pictures out.

    Args:
        copies: False tells the addresses only, as a dry run does.
    """

    def __init__(self, folder: Path, media: Path | None, shop_id: str, notes: Notes, *, copies: bool = True) -> None:
        self.folder = folder.resolve()
        self.media = media
        self._shop_id = shop_id
        self._notes = notes
        self._copies = copies
        self._known: dict[str, str | None] = {}
        self._copied: dict[str, Path] = {}

    def localised(self, product: Product) -> Product:
        """Return the product with web addresses only."""
        row = product.source.row
        images = tuple(url for image in product.images if (url := self._address(image, row)))
        images = tuple(dict.fromkeys(images))
        addresses = [v.image and self._address(v.image, v.source_row) for v in product.variants]
        if images == product.images and all(v.image == a for v, a in zip(product.variants, addresses, strict=True)):
            return product
        variants = tuple(replace(v, image=a) for v, a in zip(product.variants, addresses, strict=True))
        return replace(product, images=images, variants=variants)

    def _address(self, image: str, row: int | None) -> str | None:
        if image not in self._known:
            self._known[image] = self._resolved(image, row)
        return self._known[image]

    def _resolved(self, image: str, row: int | None) -> str | None:
        if image.lower().startswith(("https://", "http://")):
            if len(image) <= _ADDRESS_LIMIT and not any(c.isspace() or c in '"<>' for c in image):
                return image
            self._notes.add("image_refused", row=row, value=image, reason="address", limit=_LIMIT_MB)
            return None
        try:
            source = self._beside(image)
            reason = self._objection(source) if source else None
        except (OSError, ValueError):
            source, reason = None, None
        if source is None:
            if kept := self._kept(image):
                return kept
            self._notes.add("image_missing", row=row, value=image)
            return None
        if reason:
            self._notes.add("image_refused", row=row, value=image, reason=reason, limit=_LIMIT_MB)
            return None
        return self._copy(source)

    def _beside(self, image: str) -> Path | None:
        """Return the file that a relative path names; None for no file, or for no relative path."""
        if ":" in image or "\\" in image or image.startswith("/") or len(image) > _PATH_LIMIT:
            return None
        source = (self.folder / image).resolve()
        return source if source.is_file() else None

    def _kept(self, image: str) -> str | None:
        """Return the address of a picture that an earlier import has copied; an export comes again without them."""
        if self.media is None or len(image) > _PATH_LIMIT:
            return None
        parts = [part for part in image.split("/") if part not in ("", ".", "..")]
        folder = self.media / self._shop_id
        names = ["-".join(parts), parts[-1]] if parts else []
        found = next(
            (name for name in names if Path(name).suffix.lower() in SUFFIXES and (folder / name).is_file()), None
        )
        return None if found is None else f"/media/{self._shop_id}/{found}"

    def _objection(self, source: Path) -> str | None:
        if not source.is_relative_to(self.folder):
            return "outside the folder"
        if source.suffix.lower() not in SUFFIXES:
            return source.suffix or "no ending"
        return "too large" if source.stat().st_size > _LIMIT_MB * 1024 * 1024 else None

    def _copy(self, source: Path) -> str | None:
        if self.media is None:
            return None
        name = source.name
        if self._copied.setdefault(name, source) != source:  # two folders with a picture of the same name
            name = "-".join(source.relative_to(self.folder).parts)
        target = self.media / self._shop_id / name
        if self._copies:
            target.parent.mkdir(parents=True, exist_ok=True)
            if not target.exists() or target.read_bytes() != source.read_bytes():
                shutil.copyfile(source, target)
        return f"/media/{self._shop_id}/{name}"
