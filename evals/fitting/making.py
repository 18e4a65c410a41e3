"""From the labelled questions to the file of the fits."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from assistant.reading.reader import fingerprint
from assistant.settings import AssistantSettings
from evals.fitting.asking import Observed, demo_place, fitting_place, observed
from evals.fitting.questions import demo_shops, files_hash, fitting_shops, of_cases, of_fitting_shop
from evals.fitting.record import as_toml
from evals.fitting.regression import best_texts, fit_kinds, fit_published, fit_reading, left_out
from evals.public.sets import OnProgress
from knowledge.home import Home
from knowledge.retrieval.models import search_models


async def made(home: Home, told: OnProgress) -> tuple[str, dict[str, Any]]:
    """Return the text of `calibration.toml` and the figures of the shops left out.

    How texts are ranked and told is fitted first; by that the demo shops are asked again, since the kinds of
    answers are judged as they are given then.
    """
    folders, demo = fitting_shops(), demo_shops()
    of_folders = [one for folder in folders.values() for one in of_fitting_shop(folder)]
    of_demo = [one for shop in demo for one in of_cases(shop)]
    total, done = len(of_folders) + 2 * len(of_demo), 0

    def step(count: int, _of: int) -> None:
        told(done + count, total)

    names = search_models(home.settings).names
    met: list[Observed] = []
    async with fitting_place(home, folders) as (place, database):
        met += await observed(place, database, of_folders, _embedded(), step)
    done += len(of_folders)
    async with demo_place(home, demo) as (place, database):
        met += await observed(place, database, of_demo, _embedded(), step)
        done += len(of_demo)
        reading, figures = fit_reading(met), left_out(met)
        published = fit_published(best_texts(met, reading))

        def text(kinds: dict[Any, tuple[float, float]]) -> str:
            return as_toml(
                reading,
                published,
                kinds,
                encoders=names,
                reader=fingerprint(),
                shops=[*demo, *folders],
                questions=len(met),
                sha256=files_hash(folders),
                figures=figures,
            )

        with tempfile.TemporaryDirectory() as folder:
            first = Path(folder) / "calibration.toml"
            first.write_text(text({}), "utf-8")
            again = await observed(place, database, of_demo, _embedded(first), step)
    return text(fit_kinds(again)), figures


def _embedded(calibration: Path | None = None) -> AssistantSettings:
    """Return settings of the embedded mind: what is fitted are its answers."""
    return AssistantSettings(openai_api_key=None, openai_base_url=None, calibration=calibration)
