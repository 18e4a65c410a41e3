"""The page of a run as a browser shows it: on a phone, on a desk, and on paper."""

from __future__ import annotations

import os
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, async_playwright

from evals.report_page import page
from evals.results import CaseResult, TurnResult
from evals.scorers import Score
from tests.test_evals.test_report import RESULTS, record

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason=f"no Chromium at {CHROMIUM}"),
]


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield started
        await started.close()


@pytest.fixture
def address(tmp_path: Path) -> str:
    names = ("action", "must_say", "numbers_supported", "citations_hold_fact", "products", "products_mrr")
    turn = TurnResult(
        text="多久能到" * 40,
        reply={"text": "w" * 300, "action": "answer", "confidence": 0.5},
        took_ms=3.0,
        expect={},
        scores={name: Score(0.25, "") for name in names},
    )
    wide = CaseResult(id="x", shop="harborlane", lang="zh", category="cross_lingual", turns=(turn,))
    results = [*RESULTS, wide]
    path = tmp_path / "report.html"
    path.write_text(page(record(results), results), "utf-8")
    return path.as_uri()


@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_nothing_is_wider_than_the_screen_and_nothing_runs(
    browser: Browser, address: str, width: int, scheme: str
) -> None:
    context = await browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)  # type: ignore[arg-type]
    complaints: list[str] = []
    context.on("console", lambda said: complaints.append(said.text))
    context.on("dialog", lambda said: complaints.append(said.message))
    shown = await context.new_page()
    await shown.goto(address)
    await shown.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    assert await shown.evaluate("document.documentElement.scrollWidth") <= width
    # A table that is wider scrolls beside its first column, which keeps the width of a word.
    narrow = await shown.evaluate(
        "[...document.querySelectorAll('td:first-child')].map(one => one.getBoundingClientRect().width)"
    )
    assert min(narrow) > 60
    background = await shown.evaluate("getComputedStyle(document.querySelector('td')).backgroundColor")
    assert (background == "rgb(255, 255, 255)") == (scheme == "light")
    assert complaints == []
    await context.close()


async def test_on_paper_every_case_lies_open_and_no_table_is_cut(
    browser: Browser, address: str, tmp_path: Path
) -> None:
    paper = await browser.new_page(viewport={"width": 700, "height": 1000})  # A4 within its margins
    await paper.goto(address)
    await paper.emulate_media(media="print")
    heights = await paper.evaluate(
        "[...document.querySelectorAll('pre')].map(one => one.getBoundingClientRect().height)"
    )
    assert len(heights) == 4
    assert min(heights) > 0
    assert await paper.evaluate("document.documentElement.scrollWidth") <= 700
    widest = await paper.evaluate("Math.max(...[...document.querySelectorAll('table')].map(one => one.offsetWidth))")
    assert widest <= 700
    printed = await paper.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", printed)) >= 2
    await paper.close()
