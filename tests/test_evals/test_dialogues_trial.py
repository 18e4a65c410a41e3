from __future__ import annotations

from pathlib import Path

from assistant.reply import Action, Reply
from assistant.turn import TurnRequest
from evals.dialogues.gold import ShopFiles
from evals.dialogues.outcome import Dialogue
from evals.dialogues.running import DialogueRunner
from evals.dialogues.scenario import Scenario
from evals.dialogues.shopper import EmbeddedShopper
from evals.results import CaseResult
from evals.runs import RunStore
from evals.targets import OpenAICompatible, OverHttp
from knowledge.home import Home
from tests.conftest import serving
from tests.openai_server import Says, openai_server
from tests.test_evals.dialogue_world import able, asks, goal, hands_over, played, scenario, size_goal, target
from tests.test_evals.world import SOURCES, Answering, reply, sized


def dialogue(result: CaseResult) -> Dialogue:
    assert result.dialogue is not None
    return result.dialogue


def doings(result: CaseResult) -> list[str]:
    return [step.doing for step in dialogue(result).steps]


async def test_a_shopper_tells_what_it_is_asked_for_and_goes_on_to_its_next_goal(home: Home) -> None:
    result = await played(home, able)
    assert result.passed is True
    assert doings(result) == ["ask", "tell", "ask"]
    assert "87" in result.turns[1].text
    assert "170" not in result.turns[1].text
    assert (dialogue(result).met, dialogue(result).ended, dialogue(result).fault) == (2, "done", None)
    assert result.values()["goals"] == 1.0
    assert [bool(turn.scores) for turn in result.turns] == [False, True, True]


async def test_a_correction_replaces_what_was_told(home: Home) -> None:
    change = size_goal("L", after=0, facts={"chest": ["95"]}) | {"ask": ["No, it is 95 cm.", "Sorry, 95 cm."]}
    result = await played(home, able, scenario(size_goal(), goal(), changes=[change]))
    assert result.passed is True
    assert doings(result) == ["ask", "tell", "ask", "ask"]
    deaf = await played(
        home, lambda r: sized("M") if "95" in r.text else able(r), scenario(size_goal(), changes=[change])
    )
    assert deaf.passed is False
    assert "L" in deaf.turns[-1].scores["size_exact"].explanation


async def test_a_short_shopper_tells_one_thing_at_a_time(home: Home) -> None:
    def wants_both(request: TurnRequest) -> Reply:
        said = " ".join([m.text for m in request.history] + [request.text])
        return sized("M") if "87" in said and "170" in said else asks("Your chest and height?", None)

    talkative = await played(home, wants_both, scenario(size_goal()))
    assert [step.told for step in dialogue(talkative).steps] == [(), ("height", "chest")]
    short = await played(home, wants_both, scenario(size_goal(), persona={"style": ["short"]}))
    assert [len(step.told) for step in dialogue(short).steps] == [0, 1, 1]
    assert short.passed is talkative.passed is True


async def test_what_is_not_known_is_said_to_be_unknown_and_a_wrong_answer_is_asked_for_once_more(home: Home) -> None:
    result = await played(home, lambda _: asks("What is your budget?", None))
    assert doings(result) == ["ask", "unknown", "rephrase"]
    assert dialogue(result).ended == "gave_up"
    wrong = await played(home, lambda _: reply("Hello."))
    assert doings(wrong) == ["ask", "rephrase"]
    assert wrong.turns[0].text != wrong.turns[1].text
    assert wrong.passed is False


async def test_what_was_told_is_told_once_more_and_no_oftener(home: Home) -> None:
    result = await played(home, lambda _: asks())
    assert doings(result) == ["ask", "tell", "tell", "rephrase"]
    assert "As I said" in result.turns[2].text or "as i said" in result.turns[2].text
    fault = dialogue(result).fault
    assert fault is not None
    assert fault.owner == "assistant"
    assert "asked again for chest, which it had been told" in fault.reason


async def test_a_question_back_where_all_was_said_is_a_wrong_answer(home: Home) -> None:
    result = await played(home, lambda _: asks(), scenario(size_goal(may_clarify=False)))
    assert doings(result) == ["ask", "rephrase"]
    fault = dialogue(result).fault
    assert fault is not None
    assert fault.owner == "assistant"


async def test_a_handoff_instead_of_an_answer_ends_it_and_one_that_was_wanted_does_not(home: Home) -> None:
    result = await played(home, hands_over)
    assert (dialogue(result).ended, len(result.turns)) == ("handed_over", 1)
    wants = goal("A person, please", expect={"action": "handoff"})
    both = scenario(wants, goal(), opening=["Person?"], end={"handoff": True})
    passed = await played(home, lambda r: able(r) if "return" in r.text.lower() else hands_over(r), both)
    assert passed.passed is True
    never = both.model_copy(update={"end": both.end.model_copy(update={"handoff": False})})
    failed = await played(home, lambda r: able(r) if "return" in r.text.lower() else hands_over(r), never)
    assert failed.passed is False
    assert "needlessly" in failed.turns[-1].scores["action"].explanation


async def test_a_shopper_without_patience_leaves(home: Home) -> None:
    result = await played(home, lambda _: asks(), scenario(persona={"patience": 2}))
    assert dialogue(result).ended == "out_of_patience"
    assert len(result.turns) == 2


async def test_what_must_never_be_said_counts_in_every_reply(home: Home) -> None:
    def leaks_first(request: TurnRequest) -> Reply:
        return able(request) if request.history else asks("The floor is 211. Your chest?")

    result = await played(home, leaks_first, scenario(end={"must_not_say": ["211"]}))
    assert dialogue(result).met == 2
    assert result.passed is False
    fault = dialogue(result).fault
    assert fault is not None
    assert fault.owner == "assistant"
    assert "said in the conversation: 211" in fault.reason


async def test_a_deal_has_to_be_made_and_within_its_range(home: Home) -> None:
    class Offers(Reply):
        amount = "230"

        def as_json(self) -> dict[str, object]:
            return Reply.as_json(self) | {
                "offer": {"product": "HL-W141", "price": {"amount": self.amount, "currency": "USD"}}
            }

    what = scenario(
        goal(expect={"action": "answer"}), end={"deal": {"product": "HL-W141", "price_min": 211, "price_max": 230}}
    )
    none = await played(home, lambda _: reply("No."), what)
    assert none.turns[-1].scores["order"].explanation == "no price was agreed on"
    deal = await played(home, lambda _: Offers("230 it is", "en", Action.ANSWER, 0.9), what)
    assert deal.passed is True

    class TooCheap(Offers):
        amount = "199"

    cheap = await played(home, lambda _: TooCheap("199 it is", "en", Action.ANSWER, 0.9), what)
    assert cheap.passed is False
    hidden = await played(
        home,
        lambda _: TooCheap("199", "en", Action.ANSWER, 0.9),
        scenario(goal(expect={"action": "answer"}), end={"order": None}),
    )
    assert hidden.turns[-1].scores["order"].explanation == "an offer where there must be none"


async def test_the_same_seed_plays_the_same_words_and_another_trial_others(home: Home) -> None:
    texts = []
    for trial in (0, 0, 1, 2, 3):
        one = await played(home, able, shopper=EmbeddedShopper(scenario(), trial, 3))
        texts.append(tuple(turn.text for turn in one.turns))
    assert texts[0] == texts[1]
    assert len(set(texts)) > 2


async def test_trials_are_kept_and_a_run_that_was_cut_off_goes_on(home: Home, tmp_path: Path) -> None:
    asked: list[str] = []

    def counted(request: TurnRequest) -> Reply:
        asked.append(request.conversation_id)
        return able(request)

    def make(what: Scenario, trial: int) -> EmbeddedShopper:
        return EmbeddedShopper(what, trial, 0)

    store = RunStore(tmp_path)
    store.folder("r").mkdir(parents=True)
    async with target(home, counted) as asked_target:
        runner = DialogueRunner(asked_target, make, {"maple": SOURCES}, {}, trials=3)
        whole = await runner.run([scenario()], store, "r", lambda _done, _all: None)
        traces = store.folder("r") / "traces.jsonl"
        lines = traces.read_text("utf-8").split("\n")
        traces.write_text("\n".join(lines[:2]) + "\n", "utf-8")
        before = len(set(asked))
        again = await runner.run([scenario()], store, "r", lambda _done, _all: None)
    assert [result.id for result in whole] == ["s-1#0", "s-1#1", "s-1#2"]
    assert len(set(asked)) == before + 1
    assert [r.dialogue for r in again] == [r.dialogue for r in whole]


async def test_a_scenario_against_the_shops_files_is_golds_fault_in_a_run(home: Home, tmp_path: Path) -> None:
    async with target(home, lambda _: reply("No.")) as asked:
        runner = DialogueRunner(asked, lambda s, t: EmbeddedShopper(s, t, 0), {}, {"maple": ShopFiles(tmp_path)})
        result = await runner.played(scenario(), 0)
    fault = dialogue(result).fault
    assert fault is not None
    assert (fault.owner, fault.reason) == ("gold", "goal 1: there is no file documents/returns.md")


async def test_a_running_server_is_talked_to_turn_by_turn(home: Home) -> None:
    answering = Answering(able)
    async with serving(home, answering) as server:
        remote = OverHttp(server.url)
        what = scenario(size_goal(context={"product": "red-coat"}), goal())
        runner = DialogueRunner(remote, lambda s, t: EmbeddedShopper(s, t, 0), {"maple": SOURCES}, {})
        result = await runner.played(what, 0)
        await remote.close()
    assert result.passed is True
    assert [request.page_product for request in answering.requests] == ["red-coat"] * 3
    assert result.turns[1].tools[0]["tool"] == "search"
    assert result.turns[1].first_word_ms is not None


async def test_what_another_assistant_cannot_tell_is_not_held_against_it(home: Home) -> None:
    async with openai_server() as server:
        server.script(Says("What is your chest?"), then=Says("Within 30 days."))
        other = OpenAICompatible(server.url, "theirs", "sk")
        ends = {"handoff": True, "deal": {"product": "x", "price_min": 1, "price_max": 2}, "must_not_say": ["211"]}
        what = scenario(goal(), end=ends)
        runner = DialogueRunner(other, lambda s, t: EmbeddedShopper(s, t, 0), {}, {})
        result = await runner.played(what, 0)
        server.script(then=Says("Within 30 days, the floor is 211."))
        leaking = await runner.played(what, 0)
        await other.close()
    assert result.passed is True
    assert doings(result) == ["ask", "tell"]
    assert len(server.last["messages"]) == 1
    assert leaking.passed is False
