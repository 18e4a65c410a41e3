"""A model as the shopper, over the real protocol and a real socket."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from assistant.settings import AssistantSettings
from evals.dialogues.llm_shopper import Endpoint, LlmShopper
from evals.dialogues.role import facts_told, out_of_role
from evals.dialogues.scenario import Scenario
from evals.results import CaseResult
from knowledge.errors import Invalid
from knowledge.home import Home
from tests.openai_server import Fails, Hangs, OpenAIServer, Says, Turn, openai_server, texts
from tests.test_evals.dialogue_world import able, goal, played, scenario, size_goal


@pytest.fixture
async def model() -> AsyncIterator[OpenAIServer]:
    async with openai_server() as server:
        yield server


async def llm_plays(
    home: Home, model: OpenAIServer, *turns: Turn, then: Turn | None = None, what: Scenario | None = None
) -> CaseResult:
    model.script(*turns, then=then)
    what = what or scenario()
    shopper = LlmShopper(what, 0, Endpoint(model.url, "tiny", "sk-x", answer_seconds=1.0), seed=3)
    return await played(home, able, what, shopper)


async def test_a_model_plays_persona_and_goals(home: Home, model: OpenAIServer) -> None:
    result = await llm_plays(
        home, model, Says("hi, which size fits me?"), Says("my chest is 87 cm"), Says("cool. how long can I return it?")
    )
    assert result.passed is True
    assert result.dialogue is not None
    assert [(step.doing, step.told) for step in result.dialogue.steps] == [
        ("ask", ()),
        ("tell", ("chest",)),
        ("ask", ()),
    ]
    assert model.keys == ["Bearer sk-x"] * 3
    assert [message["role"] for message in model.last["messages"]] == [
        "system", "assistant", "user", "assistant", "user"]  # fmt: skip
    instructions = texts(model.last["messages"], "system")[0]
    assert "How long can I return it?" in instructions
    assert "chest 87 cm" in instructions


async def test_what_is_expected_of_the_assistant_never_reaches_the_model(home: Home, model: OpenAIServer) -> None:
    secret = goal(expect={"must_say": ["zebra"], "size": "XQ"})
    await llm_plays(
        home, model, then=Says("How long can I return it?"), what=scenario(secret, end={"must_not_say": ["okapi"]})
    )
    assert model.bodies
    for body in model.bodies:
        assert not any(word in str(body) for word in ("zebra", "XQ", "okapi", "within 30 days"))


async def test_a_slip_is_given_one_more_try(home: Home, model: OpenAIServer) -> None:
    result = await llm_plays(
        home,
        model,
        Says("I am 99 years old, my size?"),
        Says("which size fits me?"),
        Says("87 cm"),
        Says("and returns, how long?"),
    )
    assert result.passed is True
    assert "said 99, which it does not know" in texts(model.bodies[1]["messages"], "system")[1]


@pytest.mark.parametrize(
    ("nonsense", "told"),
    [
        ("", "said nothing"),
        ("Assistant: How can I help you today?", "does not talk like a shopper"),
        ('{"message": "hello"}', "does not talk like a shopper"),
        ("la " * 300, "made a speech"),
        ("My budget is 4000 yen.", "said 4000, which it does not know"),
    ],
)
async def test_a_model_that_leaves_its_role_twice_is_the_simulators_fault(
    home: Home, model: OpenAIServer, nonsense: str, told: str
) -> None:
    result = await llm_plays(home, model, then=Says(nonsense))
    assert result.dialogue is not None
    assert result.dialogue.fault is not None
    assert result.dialogue.fault.owner == "simulator"
    assert told in result.dialogue.fault.reason
    assert len(model.bodies) == 2
    assert result.error is None


@pytest.mark.parametrize(
    ("turn", "told"),
    [(Hangs(), "ReadTimeout"), (Fails(500, "boom"), "500"), (Fails(429, "slow"), "429"), (Says(then="cut"), "")],
)
async def test_a_model_that_does_not_answer_is_infrastructure(
    home: Home, model: OpenAIServer, turn: Turn, told: str
) -> None:
    result = await llm_plays(home, model, Says("which size fits me?"), then=turn)
    assert result.error is not None
    assert "the model that plays the shopper" in result.error
    assert told in result.error
    assert result.dialogue is not None
    assert result.dialogue.fault is not None
    assert result.dialogue.fault.owner == "infrastructure"
    assert len(result.turns) == 1


async def test_a_model_that_never_says_what_it_is_asked_for_is_the_simulators_fault(
    home: Home, model: OpenAIServer
) -> None:
    result = await llm_plays(
        home, model, *(Says(f"which size, {word}?") for word in ("please", "now", "then", "well", "so"))
    )
    assert result.dialogue is not None
    assert result.dialogue.ended == "gave_up"
    assert result.dialogue.fault is not None
    assert (result.dialogue.fault.owner, len(result.turns)) == ("simulator", 5)
    assert "was asked for chest" in result.dialogue.fault.reason


def test_the_checks_of_the_role() -> None:
    what = scenario(size_goal(), goal(expect={"must_say": [["thirty days", "30 days"]]}))
    assert out_of_role("my chest is 87 cm", what, 0, []) is None
    assert out_of_role("Is it 45 days?", what, 1, []) == "said 45, which it does not know"
    assert out_of_role("You said 45 days?", what, 1, ["It is 45 days."]) is None
    assert out_of_role("It is thirty days, right?", what, 1, []) == "answered its own question: “thirty days”"
    assert out_of_role("So thirty days, thanks", what, 1, ["Thirty days."]) is None
    assert facts_told("170 and 87", what, 0) == ("chest", "height")
    assert facts_told("1870", what, 0) == ()


def test_an_llm_shopper_needs_an_endpoint() -> None:
    with pytest.raises(Invalid) as error:
        Endpoint.from_settings(AssistantSettings(openai_api_key=None, openai_base_url=None), None)
    assert error.value.code == "usage_no_llm"
    settings = AssistantSettings(openai_api_key="sk", openai_base_url="http://127.0.0.1:9/v1/", chat_model="small")
    assert Endpoint.from_settings(settings, None) == Endpoint("http://127.0.0.1:9/v1", "small", "sk")
    assert Endpoint.from_settings(settings, "big").model == "big"
