from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from api.cli import cli
from api.services import Services
from api.settings import ApiSettings
from assistant.settings import AssistantSettings
from evals.cases import read_cases
from evals.conversations import Drafted, draft_cases
from evals.personal_data import masked
from knowledge.errors import Invalid, NotFound
from knowledge.home import Home
from tests.test_assistant import small_shop
from tests.test_assistant.conftest import Machine, machine_over


@pytest.fixture
async def machine(home: Home) -> AsyncIterator[Machine]:
    made = await machine_over(home)
    made.services.load()
    yield made
    await made.services.close()


async def drafts(machine: Machine, conversation_id: str, **how: bool) -> Drafted:
    wanted = {"staff": False, "keep_personal": False} | how
    return await draft_cases(machine.services.home, conversation_id, **wanted)


async def test_a_burst_is_one_turn_with_the_page_of_its_last_message(machine: Machine) -> None:
    conversation_id = await machine.start()
    await machine.say(conversation_id, "hold the line")
    await machine.until(conversation_id, "message.created", count=2)
    parts = [{"type": "text", "text": "and this"}]
    await machine.services.conversations.post_message(conversation_id, "c2", parts, {"product": "red-coat"})
    machine.responder.release.set()
    await machine.answered(conversation_id)
    await machine.say(conversation_id, "thanks")
    await machine.answered(conversation_id, count=2)
    (case,) = (await drafts(machine, conversation_id)).cases
    assert [(turn.text, turn.page_product) for turn in case.turns] == [
        ("hold the line\nand this", "red-coat"),
        ("thanks", "red-coat"),
    ]
    assert case.turns[0].expect is not None
    assert (case.expect.action, case.expect.lang, case.category) == (("answer",), "en", "dialogues")
    assert (case.shop, case.lang) == ("maple", "en")


async def test_what_a_person_wrote_ends_the_case_and_stands_in_its_note(machine: Machine) -> None:
    conversation_id = await machine.start()
    await machine.say(conversation_id, "a person please, my mail is ann@shop.org")
    await machine.answered(conversation_id)
    await machine.services.desk.claim(machine.lin, conversation_id)
    await machine.write(machine.lin, conversation_id, "Write to me at lin@maple.com.")
    await machine.say(conversation_id, "and the red one?")
    await machine.write(machine.lin, conversation_id, "Sold out.")
    await machine.write(machine.lin, conversation_id, "Back in May.")
    await machine.services.desk.release(machine.lin, conversation_id)
    await machine.say(conversation_id, "ok")
    await machine.answered(conversation_id, count=2)
    before, after = (await drafts(machine, conversation_id)).cases
    assert [turn.text for turn in before.turns] == ["a person please, my mail is shopper@example.com"]
    assert before.expect.action == ("handoff",)
    assert before.note == "A person answered: Write to me at shopper@example.com. / Sold out. / Back in May."
    assert ([turn.text for turn in after.turns], after.tags) == (["ok"], ("from_conversation", "after_human"))
    told = await drafts(machine, conversation_id, staff=True)
    assert told.masked == {"e-mail": 4}
    *_, first, second = told.cases
    assert [(one.turns[0].text, one.note) for one in (first, second)] == [
        ("a person please, my mail is shopper@example.com", "A person answered: Write to me at shopper@example.com."),
        ("and the red one?", "A person answered: Sold out. / Back in May."),
    ]
    assert second.expect.action == ("answer", "handoff")
    assert len({case.id for case in told.cases}) == 4


async def test_after_a_resolve_a_new_case_begins_because_the_assistants_memory_does(machine: Machine) -> None:
    conversation_id = await machine.start()
    await machine.say(conversation_id, "one")
    await machine.answered(conversation_id)
    await machine.services.desk.resolve(machine.lin, conversation_id)
    await machine.say(conversation_id, "two")
    await machine.answered(conversation_id, count=2)
    cases = (await drafts(machine, conversation_id)).cases
    assert [[turn.text for turn in case.turns] for case in cases] == [["one"], ["two"]]
    assert [case.tags for case in cases] == [("from_conversation",)] * 2


async def test_a_turn_that_failed_expects_nothing_and_says_so(machine: Machine) -> None:
    conversation_id = await machine.start()
    await machine.say(conversation_id, "boom")
    await machine.answered(conversation_id)
    (case,) = (await drafts(machine, conversation_id)).cases
    assert case.expect.model_fields_set == set()
    assert "turn_failed" in str(case.note)


async def test_the_id_is_stable_and_does_not_give_the_conversation_away(machine: Machine) -> None:
    conversation_id = await machine.start()
    with pytest.raises(Invalid) as nothing:
        await drafts(machine, conversation_id)
    assert nothing.value.code == "nothing_answered"
    await machine.say(conversation_id, "one")
    await machine.answered(conversation_id)
    (first,) = (await drafts(machine, conversation_id)).cases
    await machine.say(conversation_id, "two")
    await machine.answered(conversation_id, count=2)
    (later,) = (await drafts(machine, conversation_id)).cases
    assert first.id == later.id
    assert conversation_id not in later.model_dump_json()
    with pytest.raises(NotFound):
        await drafts(machine, "cv_nowhere")


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("我手机13812345678", "我手机00000005678"),
        ("call +1 (212) 555-0187 now", "call +0 (000) 000-0187 now"),
        ("my phone is 2125550187", "my phone is 0000000187"),
        ("电话：02161234567", "电话：00000004567"),
        ("mail me: ann.lee+x@shop.co.uk!", "mail me: shopper@example.com!"),
        ("寄到北京市朝阳区建国路88号3单元402室，谢谢", "寄到[地址]，谢谢"),
        ("ship to 742 Evergreen Terrace, Apt 3, Springfield, OR 97403 please", "ship to [address] please"),
        ("i live at 12 old mill road", "i live at [address]"),
        ("身份证11010519491231002X", "身份证00000000000000000X"),
        ("card 4111 1111 1111 1111", "card 0000 0000 0000 0000"),
    ],
)
def test_personal_data_is_replaced_by_a_stand_in_of_its_kind(text: str, clean: str) -> None:
    assert masked(text).text == clean
    assert sum(masked(text).found.values()) == 1


@pytest.mark.parametrize(
    "text",
    [
        "查一下LX202611011037，尾号4821",
        "HL-10607 6054, tracking 9400136208000048217919",
        "170cm 65kg 胸围96穿多大",
        "sku LXYI001-01, 2000000001012 那个条码",
        "is 12 a good size on the road to work",
        "满599元包邮吗，2026-11-20 前",
        "do you have 3 in stock, $1,299.00",
        "街道清洁刷2把多少钱",
    ],
)
def test_what_a_case_needs_is_not_taken_for_personal_data(text: str) -> None:
    assert masked(text).text == text


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return small_shop.import_shops(tmp_path_factory.mktemp("shop"))


def daogou(home: Home, *words: str) -> Result:
    return CliRunner().invoke(cli, ["eval", *words, "--home", str(home.path)])


async def talk(home: Home) -> str:
    """Hold a conversation with the real assistant, as a server does."""
    services = await Services.open(home, ApiSettings(), AssistantSettings(openai_api_key=None), None)
    services.load()
    started = await services.conversations.start(small_shop.SHOP, "zh-CN", None, None)
    conversation_id = started.conversation_id
    asked: list[tuple[str, dict[str, Any] | None]] = [
        ("几天之内可以退货？", None),
        ("云柔羊毛开衫多少钱", {"product": small_shop.CARDIGAN}),
        ("胸围85穿什么码，我电话13812345678", {"product": small_shop.CARDIGAN}),
        ("我要找真人", None),
    ]
    for number, (text, page) in enumerate(asked, 1):
        await services.conversations.post_message(conversation_id, f"c{number}", [{"type": "text", "text": text}], page)
        async with asyncio.timeout(60):
            while True:
                events = await services.log.read(conversation_id, limit=500)
                if sum(event.type == "message.completed" for event in events) == number:
                    break
                await asyncio.sleep(0.02)
    await services.close()
    return conversation_id


def test_a_real_conversation_becomes_a_case_that_its_assistant_passes(
    shop: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    conversation_id = asyncio.run(talk(shop))
    path = tmp_path / "cases.jsonl"
    done = daogou(shop, "from-conversation", conversation_id, "--out", str(path))
    assert done.exit_code == 0, done.output
    assert "masked: 1 × phone" in done.stderr
    (case,) = read_cases(path)
    assert case.turns[0].expect is not None
    assert case.turns[0].expect.documents == ("returns.md",)
    assert case.turns[1].expect is not None
    assert case.turns[1].expect.products == (small_shop.CARDIGAN,)
    assert case.turns[2].expect is not None
    assert case.turns[2].expect.size == "M"
    assert "13812345678" not in path.read_text("utf-8")
    assert case.expect.action == ("handoff",)
    checked = daogou(shop, "check", str(path), "--json")
    assert (checked.exit_code, json.loads(checked.stdout)["errors"]) == (0, [])
    ran = daogou(shop, "run", str(path), "--json")
    assert ran.exit_code == 0, ran.output
    assert json.loads(ran.stdout)["run"]["summary"]["overall"]["passed"]["value"] == 1.0
    again = daogou(shop, "from-conversation", conversation_id, "--out", str(path))
    assert getattr(again.exception, "code", "") == "usage_case_exists"
    assert daogou(shop, "from-conversation", conversation_id).stdout == path.read_text("utf-8")
