"""The pages as people use them, in a real Chromium against the running demo."""

from __future__ import annotations

import os
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from playwright.async_api import Browser, BrowserContext, Page, Request, async_playwright, expect

from tests.installation import Process

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PATIENCE_MS = 30_000

pytestmark = [
    pytest.mark.browser,
    pytest.mark.slow,
    pytest.mark.skipif(not Path(CHROMIUM).exists(), reason=f"no Chromium at {CHROMIUM}; .ci/run installs it"),
]

# A picture that has loaded, and has a size; one that failed is hidden by the page.
LOADED = "image => image.complete && image.naturalWidth > 0 && !image.hidden"

expect.set_options(timeout=PATIENCE_MS)


class Complaints:
    """What the browser complained about; a policy violation is reported on the console too."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    def watch(self, context: BrowserContext) -> None:
        context.on("console", lambda said: self._hear(said.text) if said.type in ("error", "warning") else None)
        context.on("weberror", lambda failed: self._hear(str(failed.error)))
        context.on("requestfailed", self._request_failed)
        context.on("response", lambda got: self._hear(f"{got.status} {got.url}") if got.status >= 400 else None)

    def _request_failed(self, request: Request) -> None:
        # What is still under way when its page goes, a stream above all, is aborted; nothing else may fail.
        if request.failure != "net::ERR_ABORTED":
            self._hear(f"{request.failure} {request.url}")

    def _hear(self, text: str) -> None:
        self.heard.append(text)


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        started = await playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield started
        await started.close()


@pytest.fixture
def complaints() -> Complaints:
    return Complaints()


@asynccontextmanager
async def visitor(browser: Browser, demo: Process, complaints: Complaints, locale: str) -> AsyncIterator[Page]:
    """A person with a browser of their own."""
    context = await browser.new_context(base_url=demo.url, locale=locale)
    complaints.watch(context)
    try:
        yield await context.new_page()
    finally:
        await context.close()


async def say(page: Page, text: str) -> None:
    await page.get_by_test_id("composer").fill(text)
    await page.get_by_test_id("composer").press("Enter")


async def answers(page: Page, count: int) -> None:
    """Wait until the assistant has finished so many messages."""
    await expect(page.locator('[data-testid="message-assistant"][data-state="complete"]')).to_have_count(count)


async def test_the_first_page_leads_to_every_shop_and_to_the_desk(
    browser: Browser, demo: Process, complaints: Complaints
) -> None:
    async with visitor(browser, demo, complaints, "en-US") as page:
        await page.goto("/")
        await expect(page.get_by_test_id("shop-link")).to_have_count(3)
        await expect(page.get_by_text("Harbor Lane").first).to_be_visible()
        await page.get_by_test_id("shop-link").filter(has_text="Cedar & Kiln").click()
        await expect(page).to_have_url(re.compile(r"/chat/kiln$"))
        await expect(page.get_by_test_id("greeting")).to_be_visible()
        await page.goto("/desk")
        await expect(page.get_by_test_id("desk-token")).to_be_visible()
    assert complaints.heard == []


async def test_a_chinese_question_shows_sources_and_products_with_their_pictures(
    browser: Browser, demo: Process, complaints: Complaints
) -> None:
    async with visitor(browser, demo, complaints, "zh-CN") as page:
        await page.goto("/chat/lingxi")
        await expect(page.get_by_test_id("greeting")).to_contain_text("灵犀集")
        await say(page, "满多少包邮？")
        await answers(page, 1)
        await expect(page.get_by_test_id("message-assistant")).to_contain_text("99 元")
        await page.get_by_test_id("citation").first.click()
        await expect(page.get_by_test_id("source").first).to_contain_text("包邮")
        await say(page, "有什么羊毛开衫？")
        await answers(page, 2)
        await _pictures_load(page)
    assert complaints.heard == []


async def test_an_offer_ends_at_the_same_time_on_its_card_as_in_the_words(
    browser: Browser, demo: Process, complaints: Complaints
) -> None:
    """The browser is in another zone than the shop."""
    async with visitor(browser, demo, complaints, "zh-CN") as page:
        await page.goto("/chat/lingxi")
        await say(page, "云柔羊毛开衫能便宜点吗？")
        await answers(page, 1)
        card = page.get_by_test_id("offer-card")
        said = re.search(
            r"(\d+)月(\d+)日 (\d\d:\d\d) 前有效", await page.get_by_test_id("message-assistant").inner_text()
        )
        assert said is not None
        month, day, time = said.groups()
        await expect(card).to_contain_text(f"有效至 {month}月{day}日 {time}")
    assert complaints.heard == []


async def test_an_english_question_on_a_product_page_is_about_that_product(
    browser: Browser, demo: Process, complaints: Complaints
) -> None:
    async with visitor(browser, demo, complaints, "en-US") as page:
        await page.goto("/chat/kiln?product=dune-mug")
        await expect(page.get_by_test_id("context-chip")).to_contain_text("dune-mug")
        await say(page, "How much is this?")
        await answers(page, 1)
        await expect(page.get_by_test_id("message-assistant")).to_contain_text("$14")
        await _pictures_load(page)
        await page.get_by_test_id("sources").click()
        await expect(page.get_by_test_id("source")).to_have_count(1)
    assert complaints.heard == []


async def test_a_handed_over_shopper_is_answered_from_the_desk_and_keeps_it_over_a_reload(
    browser: Browser, demo: Process, complaints: Complaints
) -> None:
    async with (
        visitor(browser, demo, complaints, "en-US") as chat,
        visitor(browser, demo, complaints, "en-US") as desk,
    ):
        await chat.goto("/chat/kiln")
        await say(chat, "Do you offer engraving?")
        await answers(chat, 1)
        await expect(chat.get_by_test_id("owner-banner")).to_have_attribute("data-owner", "waiting")
        stored = await chat.evaluate("JSON.parse(localStorage.getItem('daogou.chat.kiln')).conversation_id")

        await desk.goto(f"/desk#token={demo.tokens[0]}")
        waiting = desk.locator(f'[data-testid="queue-item"][data-id="{stored}"]')
        await expect(waiting).to_contain_text("Do you offer engraving?")
        await waiting.click()
        await expect(desk.get_by_test_id("handoff-reason")).to_contain_text("Not stated")
        await expect(desk.get_by_test_id("handoff-summary")).to_contain_text("engraving")
        await desk.get_by_test_id("claim").click()
        await desk.get_by_test_id("desk-composer").fill("Yes, up to three letters.")
        await desk.get_by_test_id("desk-send").click()

        said = chat.get_by_test_id("message-human-agent")
        await expect(said).to_contain_text("Yes, up to three letters.")
        await expect(chat.get_by_test_id("owner-banner")).to_have_attribute("data-owner", "person")
        await say(chat, "Lovely, how much is it?")
        await expect(desk.get_by_test_id("message-shopper").last).to_contain_text("how much is it")

        await chat.reload()
        await expect(said).to_contain_text("Yes, up to three letters.")
        await expect(chat.get_by_test_id("message-shopper")).to_have_count(2)
        await answers(chat, 1)  # and it stays one: the assistant is silent while a person owns it

        await desk.get_by_test_id("release").click()
        await desk.get_by_test_id("release").click()  # "sure?"
        await expect(chat.get_by_test_id("owner-banner")).to_have_attribute("data-owner", "assistant")
        assert "token" not in desk.url, "the token leaves the address"
    assert complaints.heard == []


async def test_the_language_is_switched_in_place(browser: Browser, demo: Process, complaints: Complaints) -> None:
    async with visitor(browser, demo, complaints, "en-US") as page:
        await page.goto("/chat/harborlane")
        await expect(page.get_by_test_id("greeting")).to_contain_text("welcome to Harbor Lane")
        await page.get_by_test_id("language").click()
        await expect(page.get_by_test_id("greeting")).to_contain_text("欢迎光临")
        await page.reload()
        await expect(page.get_by_test_id("greeting")).to_contain_text("欢迎光临")
    assert complaints.heard == []


async def _pictures_load(page: Page) -> None:
    pictures = page.get_by_test_id("product-card").locator("img")
    await expect(pictures.first).to_be_visible()
    for picture in await pictures.all():
        await picture.scroll_into_view_if_needed()  # they load when they come into view
        handle = await picture.element_handle()
        await page.wait_for_function(LOADED, arg=handle, timeout=PATIENCE_MS)
