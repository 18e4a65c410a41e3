"""Each rule with a trial that shows it: a real conversation in which exactly that went wrong."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from assistant.reply import Reply
from assistant.turn import TurnRequest
from evals.dialogues.outcome import Fault
from evals.dialogues.scenario import Scenario
from evals.dialogues.shopper import LeftRole, Message
from evals.results import CaseResult
from knowledge.errors import Unavailable
from knowledge.home import Home
from tests.test_evals.dialogue_world import Changed, able, asks, goal, hands_over, played, scenario, size_goal
from tests.test_evals.world import reply, sized

Change = Callable[[int, Message | None], Message | None]


def fault(result: CaseResult) -> Fault:
    assert result.passed is False
    assert result.dialogue is not None
    assert result.dialogue.fault is not None
    return result.dialogue.fault


async def with_shopper(home: Home, change: Change, say: Callable[[TurnRequest], Reply] = able) -> Fault:
    what = scenario()
    return fault(await played(home, say, what, Changed(what, change)))


async def test_a_target_that_breaks_is_infrastructure_and_what_was_said_until_then_is_kept(home: Home) -> None:
    def breaks(request: TurnRequest) -> Reply:
        if request.history:
            raise Unavailable("503 from /v1", code="target_failed")
        return able(request)

    result = await played(home, breaks)
    assert fault(result) == Fault(owner="infrastructure", reason="no reply: 503 from /v1 (target_failed)")
    assert result.error == "503 from /v1 (target_failed)"
    assert [turn.reply is None for turn in result.turns] == [False, True]


async def test_a_shop_that_is_not_there_is_infrastructure(home: Home) -> None:
    result = await played(home, able, scenario(shop="nowhere"))
    assert fault(result).owner == "infrastructure"
    assert result.dialogue is not None
    assert result.dialogue.met == 0


async def test_a_scenario_that_contradicts_the_shop_is_gold_before_anybody_else_is_blamed(home: Home) -> None:
    result = await played(home, lambda _: reply("No."), gold_problem="there is no order X-1")
    assert fault(result) == Fault(owner="gold", reason="there is no order X-1")


async def test_who_is_asked_for_what_it_knows_and_keeps_it_to_itself_is_a_bad_simulator(home: Home) -> None:
    def stingy(number: int, message: Message | None) -> Message | None:
        return Message("Just tell me!", "rephrase") if number == 1 else message

    found = await with_shopper(home, stingy, lambda _: asks())
    assert found == Fault(owner="simulator", reason="was asked for chest, knew it and did not tell it")


async def test_who_gives_up_when_asked_for_what_it_knows_is_a_bad_simulator(home: Home) -> None:
    found = await with_shopper(home, lambda number, message: message if number == 0 else None)
    assert found == Fault(owner="simulator", reason="was asked for chest, knew it and did not tell it")


async def test_who_does_not_understand_a_question_is_a_bad_simulator(home: Home) -> None:
    def deaf(number: int, message: Message | None) -> Message | None:
        return Message("Once again: my size, please.", "rephrase") if number == 1 else message

    found = await with_shopper(home, deaf, lambda _: asks("How do you measure up there?", None))
    assert found.owner == "simulator"
    assert "did not understand the question “How do you measure up there?”" in found.reason


async def test_who_says_the_same_thing_twice_is_a_bad_simulator(home: Home) -> None:
    first: list[Message | None] = []

    def parrot(number: int, message: Message | None) -> Message | None:
        first.append(message)
        return first[0] if number < 2 else None

    found = await with_shopper(home, parrot, lambda _: reply("Hello."))
    assert found.owner == "simulator"
    assert "twice" in found.reason


async def test_who_tells_again_what_nobody_asked_for_again_is_a_bad_simulator(home: Home) -> None:
    def chatty(number: int, message: Message | None) -> Message | None:
        return Message("chest 87 cm, you know", "tell", told=("chest",)) if number == 2 else message

    found = await with_shopper(home, chatty, lambda request: reply("Hm.") if request.history else asks())
    assert found == Fault(owner="simulator", reason="told chest again, though nobody had asked for it again")


async def test_who_loses_a_number_on_the_way_is_a_bad_simulator(home: Home) -> None:
    def mumbles(number: int, message: Message | None) -> Message | None:
        return replace(message, text="chest about so") if number == 1 and message is not None else message

    found = await with_shopper(home, mumbles, lambda _: asks())
    assert found.owner == "simulator"
    assert "meant to say 87 and said “chest about so”" in found.reason


async def test_who_leaves_its_role_is_a_bad_simulator(home: Home) -> None:
    def breaks_out(number: int, message: Message | None) -> Message | None:
        if number == 1:
            raise LeftRole("does not talk like a shopper")
        return message

    found = await with_shopper(home, breaks_out)
    assert found == Fault(owner="simulator", reason="does not talk like a shopper")


async def test_who_never_asks_for_a_goal_is_a_bad_simulator(home: Home) -> None:
    found = await with_shopper(home, lambda number, message: message if number < 2 else None)
    assert found == Fault(owner="simulator", reason="never asked for goal 2, though all before it were met")


async def test_the_assistant_is_to_blame_for_the_rest_in_words_that_help(home: Home) -> None:
    async def reason(say: Callable[[TurnRequest], Reply], what: Scenario | None = None) -> str:
        found = fault(await played(home, say, what))
        assert found.owner == "assistant"
        return found.reason

    assert "goal 1 of 2; called a person instead of answering" in await reason(hands_over)
    assert "size_exact: XL instead of M" in await reason(lambda _: sized("XL"))
    assert "must_say: missing: 30 days" in await reason(lambda r: sized("M"))
    unneeded = scenario(size_goal(may_clarify=False), goal())
    assert "goal 1 of 2" in await reason(lambda _: asks(), unneeded)
    assert "was not there after 3 messages" in await reason(lambda _: asks(), scenario(persona={"patience": 3}))
