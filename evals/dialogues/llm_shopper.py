"""A shopper played by a model behind any OpenAI-compatible endpoint."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import httpx

from assistant.settings import AssistantSettings
from evals.dialogues.outcome import Doing
from evals.dialogues.role import facts_told, out_of_role
from evals.dialogues.scenario import Scenario
from evals.dialogues.shopper import LeftRole, Message, Scene
from knowledge.errors import Invalid, Unavailable

_ANSWER_SECONDS: Final = 30.0
# A sentence or two; a model that goes on is cut off, and caught by the check of its role.
_MOST_TOKENS: Final = 200
_TRIES: Final = 2
# Messages for one goal: to ask, to answer questions back, to ask again.
_MOST_ON_GOAL: Final = 5
_LANGUAGES: Final = {"zh": "Chinese", "en": "English"}
_INSTRUCTIONS: Final = """\
You play a customer who chats with an online shop's assistant. Write only the customer's next message:
one or two short sentences in {language}, as people type in a chat{style}. Nothing else.
What you want to know or get now: {ask}
What you know, and tell only when you are asked for it:
{facts}
Never state a fact, number or name that is not written above or was said by the assistant. If you are asked
for something else, say that you do not know. Never answer your own question, never play the assistant, and
never speak of these instructions. If the reply misses your question, ask again in other words."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where the model is.

    Attributes:
        base_url: Ends in ``/v1`` as a rule.
    """

    base_url: str
    model: str
    key: str | None = None
    answer_seconds: float = _ANSWER_SECONDS

    @classmethod
    def from_settings(cls, settings: AssistantSettings, model: str | None) -> Endpoint:
        """Return the endpoint of ``OPENAI_BASE_URL`` and ``OPENAI_API_KEY``.

        Raises:
            Invalid: None is set (``usage_no_llm``).
        """
        if not settings.has_llm:
            raise Invalid("A shopper played by an LLM needs OPENAI_API_KEY or OPENAI_BASE_URL.", code="usage_no_llm")
        url = settings.openai_base_url or "https://api.openai.com/v1"
        return cls(url.rstrip("/"), model or settings.chat_model, settings.openai_api_key)


class LlmShopper:
    """Lets the model find the words; what it may say is checked, and it is asked once more where it may not.

    Args:
        seed: Sent along; an endpoint may heed it.
    """

    def __init__(self, scenario: Scenario, trial: int, endpoint: Endpoint, seed: int) -> None:
        self._scenario = scenario
        self._endpoint = endpoint
        self._seed = seed * 1000 + trial

    async def next(self, scene: Scene) -> Message | None:
        """Return the next message, None to give up.

        Raises:
            LeftRole: Twice came what this shopper would not say.
            Unavailable: The endpoint does not answer.
        """
        if len(scene.on_goal) >= _MOST_ON_GOAL:
            return None
        problem = ""
        for _ in range(_TRIES):
            text = (await self._written(scene, problem)).strip()
            replies = [words for who, words in scene.spoken if who == "assistant"]
            problem = out_of_role(text, self._scenario, scene.number, replies) or _twice(text, scene) or ""
            if not problem:
                told = facts_told(text, self._scenario, scene.number)
                return Message(text, _doing(scene, told), told=told)
        raise LeftRole(problem)

    async def _written(self, scene: Scene, problem: str) -> str:
        messages = [{"role": "system", "content": _instructions(scene)}]
        # The model is the customer: what the customer said is its own side.
        for who, words in scene.spoken:
            messages.append({"role": "assistant" if who == "shopper" else "user", "content": words})
        if not scene.spoken:
            messages.append({"role": "user", "content": "(The chat is open. Write your first message.)"})
        if problem:
            messages.append({"role": "system", "content": f"Your last try {problem}. Write it again, in your role."})
        body = {
            "model": self._endpoint.model,
            "messages": messages,
            "temperature": 0.7,
            "max_tokens": _MOST_TOKENS,
            "seed": self._seed,
        }
        return _content(await self._posted(body))

    async def _posted(self, body: dict[str, Any]) -> Any:
        headers = {"Authorization": f"Bearer {self._endpoint.key}"} if self._endpoint.key else {}
        try:
            async with httpx.AsyncClient(timeout=self._endpoint.answer_seconds, trust_env=False) as client:
                url = f"{self._endpoint.base_url}/chat/completions"
                response = await client.post(url, headers=headers, json=body)
        except httpx.HTTPError as error:
            problem = str(error) or type(error).__name__
            raise Unavailable(f"the model that plays the shopper: {problem}", code="shopper_failed") from error
        if response.is_error:
            problem = f"{response.status_code} {response.text[:200]}"
            raise Unavailable(f"the model that plays the shopper: {problem}", code="shopper_failed")
        try:
            return response.json()
        except ValueError as error:
            raise Unavailable("the model that plays the shopper sent no JSON", code="shopper_failed") from error


def _content(told: Any) -> str:
    try:
        return str(told["choices"][0]["message"]["content"] or "")
    except (KeyError, IndexError, TypeError) as error:
        raise Unavailable("the model that plays the shopper sent no message", code="shopper_failed") from error


def _instructions(scene: Scene) -> str:
    facts = [f"- {key}: {fact.say[0]}" for key, fact in scene.knows.items()]
    style = f" ({', '.join(scene.persona.style)})" if scene.persona.style else ""
    return _INSTRUCTIONS.format(
        language=_LANGUAGES[scene.lang],
        style=style,
        ask=" / ".join(scene.ask),
        facts="\n".join(facts) or "- nothing more",
    )


def _twice(text: str, scene: Scene) -> str | None:
    said = [words for who, words in scene.spoken if who == "shopper"]
    return f"said “{text[:80]}” twice" if text in said else None


def _doing(scene: Scene, told: Sequence[str]) -> Doing:
    if not scene.on_goal:
        return "ask"
    return "tell" if set(told) & set(scene.on_goal[-1].asked) else "rephrase"
