"""One turn in a language model's words: streamed as they pass the checks, given up when it fails."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field, replace
from typing import Any, Final, cast

from langchain_core.messages import AIMessageChunk, BaseMessage
from langchain_core.tools import BaseTool

from assistant.agent.asked_odds import told_odds
from assistant.agent.budget import BudgetSpent, is_spent
from assistant.agent.claims import without_markers
from assistant.agent.composer import compose
from assistant.agent.context import TurnContext
from assistant.agent.draft import Draft
from assistant.agent.grounded_model import results_of
from assistant.agent.llm_draft import Evidence, checked_text, draft_from_text, is_question
from assistant.agent.minds import PROMPT_VERSION, llm_mind, messages_for
from assistant.agent.reasons import with_model_s
from assistant.agent.results import ChangeAnswered
from assistant.agent.second_draft import agreement
from assistant.agent.tools import TOOLS
from assistant.escalation import thresholds_of
from assistant.model_signals import ModelSignals
from assistant.reply import Action
from assistant.settings import AssistantSettings
from assistant.token_odds import odds_in
from assistant.turn import OnText, Written
from knowledge.text import sentence_spans

logger = logging.getLogger(__name__)

# So varied that a guess comes out differently the second time, and what was read does not.
SECOND_DRAFT_TEMPERATURE: Final = 0.7
# A confidence at most so far above the shop's threshold may fall below it; a second draft costs a step.
NEAR: Final = 0.15
# Some endpoints put the whole request into their complaint.
MOST_LOGGED: Final = 300


@dataclass(frozen=True, slots=True)
class LlmWords:
    """What a language model made of a turn.

    Attributes:
        draft: None when its words must not leave, and another mind has to write.
    """

    draft: Draft | None
    written: Written
    results: list[Any] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Begun:
    """What a model begins with.

    Attributes:
        messages: Rules, conversation and question.
        results: What was looked up in its place.
        draft: The answer that it is to word; None when it has to find one.
    """

    messages: Sequence[BaseMessage]
    results: Sequence[Any] = ()
    draft: Draft | None = None


class Left(Exception):
    """Another mind has to write; the argument says why."""


class LlmWriter:
    """Writes with the language model of the settings, which calls the tools itself.

    Attributes:
        prompt_version: Of the instructions that the model is given.
    """

    prompt_version = PROMPT_VERSION
    # Whether sentences are shown as they pass, or the whole once it has passed.
    streams = True

    def __init__(self, settings: AssistantSettings) -> None:
        from assistant.agent.chat_endpoint import chat_model  # its client takes a second to import

        self._settings = settings
        self._mind = llm_mind(settings)
        self._second = chat_model(settings, temperature=SECOND_DRAFT_TEMPERATURE)
        self._tools: Sequence[BaseTool] = TOOLS

    async def write(self, context: TurnContext, on_text: OnText) -> LlmWords:
        """Return the model's reply, or why it was left."""
        context.token_budget = self._settings.llm_budget_tokens
        written = Written("llm", self._settings.chat_model, self.prompt_version)
        ends_at = time.monotonic() + self._settings.llm_budget_seconds
        try:
            async with asyncio.timeout(self._settings.llm_budget_seconds):
                begun = await self._begun(context)
                messages = await self._stream(context, begun, on_text if self.streams else _hold_back)
            results = [*begun.results, *results_of(messages)]
            if any(isinstance(result, ChangeAnswered) for result in results):
                # What is asked or told of a change is bound to be what would be or was done.
                return LlmWords(compose(context, results), written, results)
            evidence = Evidence.of(context, results)
            draft = self._draft(evidence, begun, messages[-1].text)
            if draft is None:
                return _left(context, written, "not_supported")
            signals = await self._signals(evidence, draft, messages, ends_at)
        except Left as left:
            return _left(context, written, str(left))
        except Exception as error:
            reason = "budget" if isinstance(error, BudgetSpent | TimeoutError) else "failed"
            return _left(context, written, reason, error)
        finally:
            context.token_budget = None
        written = replace(written, signals=signals.as_json() if signals.told() else None)
        confidence = signals.lower(draft.confidence)
        if draft.action is Action.ANSWER and confidence < _threshold(context) <= draft.confidence:
            # The facts answer, and the model was not sure of its words: they are quoted instead.
            return _left(context, written, "unsure")
        if not self.streams:
            await on_text(without_markers(draft.text))
        reasons = with_model_s(draft.reasons, signals, context.understanding.lang)
        return LlmWords(replace(draft, confidence=confidence, reasons=reasons), written, results)

    async def _begun(self, context: TurnContext) -> Begun:
        """Return what the model begins with.

        Raises:
            Left: There is nothing for it to do.
        """
        return Begun(messages_for(context))

    def _draft(self, evidence: Evidence, begun: Begun, text: str) -> Draft | None:
        """Return the model's words as a draft; None when they must not leave."""
        del begun
        return draft_from_text(evidence, text)

    async def _stream(self, context: TurnContext, begun: Begun, on_text: OnText) -> list[BaseMessage]:
        """Run the model, handing on each sentence once it is whole and has passed the checks."""
        messages: list[BaseMessage] = []
        evidence = Evidence.of(context, begun.results)
        pending, speaking = "", None
        running = self._mind.astream(
            {"messages": list(begun.messages)}, context=context, stream_mode=["messages", "values"]
        )
        # Closed on every way out: a turn that is given up must not leave the endpoint writing.
        async with aclosing(cast("AsyncGenerator[tuple[str, Any], None]", running)) as stream:
            async for mode, part in stream:
                if mode == "values":
                    messages = part["messages"]
                    evidence = Evidence.of(context, [*begun.results, *results_of(messages)])
                    continue
                chunk, metadata = part
                if not isinstance(chunk, AIMessageChunk) or metadata.get("langgraph_node") != "model":
                    continue
                if metadata["langgraph_step"] != speaking:
                    # What was said before a tool call is no part of the reply.
                    pending, speaking = "", metadata["langgraph_step"]
                *whole, pending = _cut(pending + chunk.text)
                for sentence in whole:
                    await _hand_on(sentence, evidence, on_text)
        if pending.strip():
            await _hand_on(pending, evidence, on_text)
        return messages

    async def _signals(
        self, evidence: Evidence, draft: Draft, messages: Sequence[BaseMessage], ends_at: float
    ) -> ModelSignals:
        """Return what the model tells of its own answer: its odds, and whether it would say it again."""
        if draft.action is not Action.ANSWER:
            return ModelSignals()
        said = without_markers(draft.text)
        sentences = [said[start:end] for start, end in sentence_spans(said) if not is_question(said[start:end])]
        sure, figures = odds_in(sentences, told_odds(messages[-1]))
        signals = ModelSignals(sure, figures)
        if not self._wants_second(evidence.context, signals.lower(draft.confidence)):
            return signals
        # The tools are named, for some endpoints want those that stand in the messages, and not to be called.
        second = self._second.bind_tools(self._tools, tool_choice="none") if self._tools else self._second
        try:
            async with asyncio.timeout(ends_at - time.monotonic()):
                return replace(signals, agreement=await agreement(second, messages[:-1], draft, evidence))
        except Exception as error:
            # The first draft stands, as it does where no second is wished.
            logger.info("trace %s: no second draft (%r)", evidence.context.request.trace_id, error)
            return signals

    def _wants_second(self, context: TurnContext, confidence: float) -> bool:
        wish = self._settings.second_draft
        near = wish == "always" or (wish == "unsure" and confidence < _threshold(context) + NEAR)
        return near and not is_spent(context)


def _left(context: TurnContext, written: Written, reason: str, error: Exception | None = None) -> LlmWords:
    level = logging.INFO if error is None else logging.WARNING
    why = repr(error)[:MOST_LOGGED] if error is not None else ""
    logger.log(level, "trace %s: the LLM is left: %s %s; embedded mind", context.request.trace_id, reason, why)
    return LlmWords(None, replace(written, mind="embedded", left=reason))


def _threshold(context: TurnContext) -> float:
    return thresholds_of(context.request.shop.policy).answer


async def _hold_back(piece: str) -> None:
    del piece


async def _hand_on(sentence: str, evidence: Evidence, on_text: OnText) -> None:
    if not evidence.answers:
        return
    checked = checked_text(evidence, sentence)
    if checked.text:
        await on_text(checked.text + sentence[len(sentence.rstrip()) :])


def _cut(text: str) -> list[str]:
    """Cut a growing text into whole sentences and the rest, white space kept."""
    spans = list(sentence_spans(text))
    if len(spans) < 2:
        return [text]
    edges = [0, *(start for start, _ in spans[1:])]
    return [text[left:right] for left, right in zip(edges, [*edges[1:], len(text)], strict=True)]
