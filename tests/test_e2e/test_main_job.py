"""The main job from end to end: a real shop, the real assistant, real HTTP and SSE, real people."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

import pytest

from assistant.log import ConversationLog
from assistant.migrations import upgrade
from assistant.turn import PastMessage
from assistant.turn_log import Turn, TurnLog
from assistant.wakeups import Wakeups
from knowledge.home import Home, KnowledgeSettings
from tests.installation import ImportedShop, Process
from tests.kiln import RETURNS
from tests.test_api.conftest import Caller, take
from tests.test_e2e.conftest import People, ask, at_desk

pytestmark = pytest.mark.slow


def test_the_import_reports_what_became_of_each_file(imported_shop: ImportedShop) -> None:
    assert imported_shop.done.returncode == 0, imported_shop.done.stderr
    report = json.loads(imported_shop.done.stdout)
    assert (report["usable"], report["errors"]) == (True, 0)
    assert {kind: counts["new"] for kind, counts in report["totals"].items()} == {"product": 4, "document": 2}
    assert [file["file"] for file in report["files"]] == [
        "products.csv",
        "documents/returns.md",
        "documents/shipping.md",
    ]


async def test_a_question_streams_to_an_answer_that_quotes_the_document_word_for_word(people: People) -> None:
    shopper = await people.shopper()
    async with shopper.stream() as frames:
        posted = await shopper.say("How long may I return something?")
        assert posted.status_code == 202
        seen = await take(frames, "message.completed")
    assert [frame.id for frame in seen if frame.id] == [str(n + 1) for n in range(len([f for f in seen if f.id]))]
    reply = seen[-1].data["data"]["reply"]
    assert reply["action"] == "answer"
    assert "45 days" in reply["text"]
    assert 0.5 <= reply["confidence"] <= 1
    [citation] = reply["citations"]
    assert (citation["kind"], citation["id"]) == ("document", "documents/returns.md")
    assert citation["quote"] == RETURNS[citation["start"] : citation["end"]]
    assert f"[{citation['n']}]" in reply["text"]
    assert citation["as_of"]


async def test_a_product_question_is_answered_from_typed_data(people: People) -> None:
    reply = await ask(await people.shopper(), "How much is the Dune Mug?", "c1")
    assert "$14" in reply["text"]
    [card] = reply["products"]
    assert (card["handle"], card["price"]) == ("dune-mug", {"amount": "14.00", "currency": "USD"})
    picture = await people.client.get(card["image"])
    assert (picture.status_code, picture.headers["content-type"]) == (200, "image/svg+xml")


async def test_it_and_the_second_one_mean_the_products_just_shown(people: People) -> None:
    shopper = await people.shopper()
    shown = await ask(shopper, "Which teapots do you have?", "c1")
    assert {card["handle"] for card in shown["products"]} == {"ridge-teapot", "harbor-teapot"}
    second = shown["products"][1]
    reply = await ask(shopper, "How much is the second one?", "c2")
    assert [card["handle"] for card in reply["products"]] == [second["handle"]]
    assert reply["action"] == "answer"
    material = {"ridge-teapot": "Stoneware", "harbor-teapot": "Cast iron"}[second["handle"]]
    assert material in (await ask(shopper, "What is it made of?", "c3"))["text"]


async def test_the_second_one_is_understood_in_chinese(people: People) -> None:
    shopper = await people.shopper("lingxi")
    shown = await ask(shopper, "有什么羊毛开衫？", "c1")
    assert len(shown["products"]) > 1
    reply = await ask(shopper, "第二款多少钱？", "c2")
    assert (reply["action"], reply["lang"]) == ("answer", "zh")
    assert [card["handle"] for card in reply["products"]] == [shown["products"][1]["handle"]]


async def test_the_page_on_which_the_shopper_is_says_what_this_means(people: People) -> None:
    shopper = await people.shopper()
    reply = await ask(shopper, "How much is this?", "c1", context={"product": "fern-tray"})
    assert "$29" in reply["text"]
    moved = await ask(shopper, "And how much is this one?", "c2", context={"product": "dune-mug"})
    assert "$14" in moved["text"]


async def test_what_the_files_do_not_say_goes_to_a_person_with_reason_and_summary(people: People) -> None:
    shopper = await people.shopper()
    await ask(shopper, "How much is the Dune Mug?", "c1")
    reply = await ask(shopper, "Do you offer engraving?", "c2")
    assert reply["action"] == "handoff"
    assert reply["handoff"]["reason"] == "not_stated"
    assert reply["citations"] == []
    assert not any(character.isdigit() for character in reply["text"])
    waiting = (await people.lin.get("/queue", shop="kiln")).json()["conversations"]
    handoff = next(one["handoff"] for one in waiting if shopper.path.endswith(one["conversation_id"]))
    assert handoff["reason"] == "not_stated"
    assert handoff["summary"]["question"] == "Do you offer engraving?"
    assert handoff["summary"]["asked"] == ["How much is the Dune Mug?", "Do you offer engraving?"]
    assert [product["handle"] for product in handoff["summary"]["products"]] == ["dune-mug"]
    assert handoff["summary"]["next_step"]
    shown = (await shopper.get("/events")).json()["events"]
    [called] = [event["data"] for event in shown if event["type"] == "handoff.requested"]
    assert "summary" not in called, "the summary is for the staff alone"


async def test_a_handed_over_conversation_lives_its_whole_life(people: People, demo: Process) -> None:
    shopper = await people.shopper()
    lin, sam = at_desk(people.lin, shopper), at_desk(people.sam, shopper)
    await ask(shopper, "Do you offer engraving?", "c1")

    claimed = await lin.post("/claim")
    assert (claimed.status_code, claimed.json()["conversation"]["owner"]) == (200, "human_agent:lin")
    refused = await sam.post("/claim")
    assert (refused.status_code, refused.json()["code"]) == (409, "already_claimed")
    assert (await sam.post("/messages", {"text": "Me too"})).json()["code"] == "not_owner"

    # The assistant is silent, though it could answer this one.
    posted = await shopper.say("How much is the Dune Mug?", "c2", wait=5)
    assert (posted.status_code, posted.json()["reply"]) == (202, None)
    await asyncio.sleep(0.5)
    after = (await shopper.get("/events", after=posted.json()["seq"])).json()["events"]
    assert after == []

    # The person's words come over the shopper's stream, which resumes where it was cut.
    async with shopper.stream(**{"Last-Event-ID": str(posted.json()["seq"])}) as frames:
        await lin.post("/messages", {"text": "We engrave the Dune Mug by hand.", "client_message_id": "h1"})
        [said] = await take(frames, "message.created")
    assert said.data["actor"] == "human_agent:lin"
    assert said.data["data"]["parts"] == [{"type": "text", "text": "We engrave the Dune Mug by hand."}]
    async with shopper.stream(**{"Last-Event-ID": str(said.id)}) as frames:
        await lin.post("/notes", {"text": "Asked twice already"})
        await lin.post("/release")
        [returned] = await take(frames, "handoff.returned")
    assert int(returned.id or 0) == int(said.id or 0) + 2, "the note keeps its place, unseen"

    again = await ask(shopper, "How long may I return something?", "c3")
    assert "45 days" in again["text"]
    history = await _history(demo.home, shopper)
    assert PastMessage("human_agent", "We engrave the Dune Mug by hand.") in history
    assert "45 days" in history[-1].text

    await at_desk(people.lin, shopper).post("/claim")
    resolved = await lin.post("/resolve")
    assert resolved.json()["conversation"]["status"] == "resolved"
    last = resolved.json()["conversation"]["seq"]
    reopened = await ask(shopper, "What does shipping cost?", "c4")
    assert "$6.50" in reopened["text"]
    events = (await shopper.get("/events", after=last)).json()["events"]
    assert [events[0]["type"], events[1]["type"]] == ["conversation.reopened", "message.created"]
    everything = (await lin.get("")).json()["conversation"]
    assert (everything["owner"], everything["status"]) == ("assistant", "pending")


async def _history(home_path: Path, shopper: Caller) -> tuple[PastMessage, ...]:
    """Return what the assistant would be given now, read from the same database."""
    home = Home.at(home_path, upgrade, KnowledgeSettings())
    database = await home.open_database()
    try:
        log = ConversationLog(database, Wakeups(), home.clock)
        state = await log.state(shopper.path.rsplit("/", 1)[1])
        return await TurnLog(log, home.ids).history(Turn(state, "ms_none", "tr_none", state.last_seq, ()))
    finally:
        await database.close()


async def test_a_retried_message_is_answered_once(people: People) -> None:
    shopper = await people.shopper()
    first, second = await asyncio.gather(
        ask(shopper, "What does shipping cost?", "same"), ask(shopper, "What does shipping cost?", "same")
    )
    assert first == second
    events = (await shopper.get("/events")).json()["events"]
    assert sum(event["type"] == "message.completed" for event in events) == 1
