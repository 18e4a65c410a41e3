"""Whom the questions are put to: the assistant in this process, a server that runs, any chat endpoint."""

from __future__ import annotations

from evals.targets.in_process import InProcess, started_responder
from evals.targets.openai_compatible import PREFIX, OpenAICompatible, parsed
from evals.targets.over_http import REPLY_WAIT_SECONDS, OverHttp
from evals.targets.target import BESIDES_WORDS, Answered, Said, Talk, Target, tool_json, untold_by
from evals.targets.warm_up import warm_up
from knowledge.errors import Invalid


def check_target(address: str | None) -> type[OverHttp | OpenAICompatible] | None:
    """Return the kind of target at an address: ``http://HOST`` or ``openai:http://HOST/v1#MODEL``; None for None.

    Raises:
        Invalid: It is neither (``usage_bad_target``).
    """
    if address is None:
        return None
    if address.startswith(PREFIX):
        parsed(address)
        return OpenAICompatible
    if not address.startswith(("http://", "https://")):
        problem = f"{address!r}: give http://HOST:PORT of a server of ours, or openai:http://HOST:PORT/v1#MODEL."
        raise Invalid(problem, code="usage_bad_target")
    return OverHttp


def remote_target(address: str) -> Target:
    """Return the target at an address; see `check_target`."""
    return OverHttp(address) if check_target(address) is OverHttp else OpenAICompatible(*parsed(address))


__all__ = [
    "BESIDES_WORDS",
    "REPLY_WAIT_SECONDS",
    "Answered",
    "InProcess",
    "OpenAICompatible",
    "OverHttp",
    "Said",
    "Talk",
    "Target",
    "check_target",
    "remote_target",
    "started_responder",
    "tool_json",
    "untold_by",
    "warm_up",
]
