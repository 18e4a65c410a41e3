"""The merchant's page as people use it, in a real Chromium against the running demo."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

from playwright.async_api import Browser, FilePayload, Page, expect

from tests.installation import Process
from tests.kiln import PRODUCTS, SHOP
from tests.test_e2e.test_pages import Complaints, answers, browser, complaints, pytestmark, say, visitor

assert callable(visitor)
__all__ = ["browser", "complaints", "pytestmark"]  # fixtures and marks are used by their being here


def payload(name: str, text: str) -> FilePayload:
    return FilePayload(name=name, mimeType="text/csv", buffer=text.encode())


async def entered(page: Page, demo: Process) -> None:
    await page.goto(f"/merchant?shop={SHOP}#token={demo.tokens[0]}")
    await expect(page.get_by_test_id("drop")).to_be_visible()


async def uploaded(page: Page, *files: FilePayload, state: str = "done") -> None:
    await page.get_by_test_id("files").set_input_files(list(files))
    await expect(page.get_by_test_id("report").filter(has_text=files[0]["name"])).to_have_attribute("data-state", state)


async def test_a_merchant_uploads_reads_the_report_compares_and_goes_back(
    browser: Browser, demo: Process, complaints: Complaints, tmp_path: Path
) -> None:
    broken = PRODUCTS.replace("48.00", "51.00") + "bad-bowl,Bad Bowl,,,,true,,,BB-1,,,deny,=cheap,,\n"
    async with visitor(browser, demo, complaints, "en-US") as page:
        await entered(page, demo)
        assert "token" not in page.url
        await page.get_by_test_id("dry-run").check()
        await uploaded(page, payload("check.csv", broken))
        await expect(page.get_by_test_id("report")).to_contain_text("nothing has been written")
        before = await page.get_by_test_id("version").count()
        await page.get_by_test_id("dry-run").uncheck()
        await uploaded(page, payload("new-prices.csv", broken))
        await expect(page.get_by_test_id("totals")).to_contain_text("Products")
        issue = page.get_by_test_id("issue").filter(has_text="=cheap")
        await expect(issue).to_contain_text(re.compile(r"row \d"))
        await expect(issue).to_contain_text("Variant Price")
        async with page.expect_download() as downloading:
            await page.get_by_test_id("csv").click()
        saved = tmp_path / "issues.csv"
        await (await downloading.value).save_as(saved)
        assert "'=cheap" in saved.read_text("utf-8-sig")
        await expect(page.get_by_test_id("version")).to_have_count(before + 1)
        newest = page.get_by_test_id("version").first
        await newest.get_by_test_id("compare").click()
        await expect(page.get_by_test_id("diff")).to_contain_text("48 → 51")
        await newest.get_by_test_id("undo").click()
        await newest.get_by_test_id("undo").click()
        await expect(page.get_by_test_id("version")).to_have_count(before + 2)
        await expect(page.get_by_test_id("version").first).to_contain_text("back to")
    assert complaints.heard == []


async def test_files_that_nobody_can_read_are_refused_with_the_reason_in_chinese(
    browser: Browser, demo: Process, complaints: Complaints
) -> None:
    async with visitor(browser, demo, complaints, "zh-CN") as page:
        await entered(page, demo)
        await uploaded(page, payload("坏.csv", "\x00\x01"), state="failed")
        await expect(page.get_by_test_id("report")).to_contain_text("没有可用的内容")
        await expect(page.get_by_test_id("issue").first).to_be_visible()
    assert complaints.heard == []


async def test_the_page_fits_a_phone_and_asks_for_the_token(
    browser: Browser, demo: Process, complaints: Complaints
) -> None:
    async with visitor(browser, demo, complaints, "zh-CN") as page:
        await page.set_viewport_size({"width": 360, "height": 740})
        await page.goto("/merchant")
        await page.get_by_test_id("desk-token").fill(demo.tokens[0])
        await page.get_by_test_id("desk-enter").click()
        await expect(page.get_by_test_id("drop")).to_be_visible()
        await uploaded(page, payload("products.csv", PRODUCTS))
        assert await page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert complaints.heard == []


OWN_COLUMNS = (
    "Artikelnummer;Bezeichnung;Verkaufspreis;Warengruppe;Lieferzeit\n"
    "A-100;Wanderschuh Alpin;129,90;Schuhe;2 Tage\nA-200;Regenjacke Fjord;89,00;Jacken;3 Tage\n"
)


async def test_a_merchant_corrects_what_was_guessed_of_own_columns_and_is_not_asked_again(
    browser: Browser, demo: Process, complaints: Complaints
) -> None:
    async with visitor(browser, demo, complaints, "en-US") as page:
        await entered(page, demo)
        await uploaded(page, payload("own.csv", OWN_COLUMNS), state="needs_mapping")
        columns = page.get_by_test_id("mapping-column")
        await expect(columns).to_have_count(5)
        group = columns.filter(has_text="Warengruppe")
        await expect(group).to_contain_text("Schuhe · Jacken")
        await expect(group.locator("select")).to_have_value("category")
        await group.locator("select").select_option("title")
        await expect(page.get_by_test_id("mapping-problem")).to_contain_text("Product name")
        await expect(page.get_by_test_id("mapping-confirm")).to_be_disabled()
        await group.locator("select").select_option("brand")
        await page.get_by_test_id("mapping-confirm").click()
        await expect(page.get_by_test_id("report")).to_have_attribute("data-state", "done")
        await expect(page.get_by_test_id("totals")).to_contain_text("Products")
        await expect(page.get_by_test_id("kept-mapping")).to_contain_text("Warengruppe → Brand")
        await uploaded(page, payload("own-again.csv", OWN_COLUMNS.replace("89,00", "79,00")))
        await page.get_by_test_id("forget").click()
        await page.get_by_test_id("forget").click()
        await expect(page.get_by_test_id("kept-mapping")).to_have_count(0)
        await page.get_by_test_id("version").first.get_by_test_id("undo").click()
    assert complaints.heard == []


QUESTION = "Do you offer pottery classes?"
ANSWER = "Yes: pottery classes are on Saturdays at 10:00, in the workshop behind the store."


async def test_a_merchant_reads_what_nobody_could_answer_and_answers_it_for_the_next_who_asks(
    browser: Browser, demo: Process, complaints: Complaints
) -> None:
    async with (
        visitor(browser, demo, complaints, "en-US") as page,
        visitor(browser, demo, complaints, "en-US") as chat,
        visitor(browser, demo, complaints, "en-US") as next_chat,
    ):
        await chat.goto(f"/chat/{SHOP}")
        await say(chat, QUESTION)
        await answers(chat, 1)
        await expect(chat.get_by_test_id("message-assistant")).not_to_contain_text("Saturdays")
        await entered(page, demo)
        topic = page.get_by_test_id("unanswered").filter(has_text=QUESTION)
        await expect(topic).to_contain_text("asked once")
        await expect(topic).to_contain_text("English")
        await topic.get_by_test_id("answer").click()
        await topic.get_by_test_id("answer-text").fill(ANSWER)
        await topic.get_by_test_id("publish").click()
        report = page.get_by_test_id("report").filter(has_text="pottery-classes")
        await expect(report).to_have_attribute("data-state", "done")
        await expect(topic).to_contain_text("sent")
        await next_chat.goto(f"/chat/{SHOP}")
        await say(next_chat, "Are there classes where one learns pottery?")
        await expect(next_chat.get_by_test_id("message-assistant").last).to_contain_text("Saturdays at 10:00")
        await page.get_by_test_id("version").first.get_by_test_id("undo").click()
        await page.get_by_test_id("version").first.get_by_test_id("undo").click()
    assert complaints.heard == []


async def test_an_answer_as_a_quick_reply_is_given_word_for_word_and_a_comma_makes_no_second_keyword(
    browser: Browser, demo: Process, complaints: Complaints
) -> None:
    question = "Hello, is there a parrot in the store?"
    async with visitor(browser, demo, complaints, "zh-CN") as page:
        await page.goto(f"/merchant?shop={SHOP}#token={demo.tokens[0]}")
        await page.evaluate(
            """async (question) => {
                const { asQuickReply } = await import("/pages/merchant/answer-files.js");
                const topic = { question, examples: ["A parrot; really?"], lang: "en" };
                window.made = await asQuickReply(topic, 'Yes, "Polly".').file.text();
            }""",
            question,
        )
        header, row = csv.reader(io.StringIO(await page.evaluate("window.made")))
        assert header == ["keywords", "reply", "lang"]
        assert row == ["Hello is there a parrot in the store?|A parrot really?", 'Yes, "Polly".', "en"]
    assert complaints.heard == []
