"""A replay environment: tools called by name over one task's state, and end states held against each other."""

from __future__ import annotations

import inspect
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, ValidationError, create_model

from evals.tau2.data import GoldAction, RetailDatabase
from evals.tau2.state import RetailState
from evals.tau2.tools import RetailTools
from knowledge.errors import DaogouError

TOOL_NAMES: Final = tuple(name for name, _ in inspect.getmembers(RetailTools, inspect.isfunction) if name[0] != "_")
TRANSFER: Final = "transfer_to_human_agents"
# The others only read; these are what can make an end state differ.
WRITING: Final = frozenset(n for n in TOOL_NAMES if n.startswith(("cancel_", "modify_", "return_", "exchange_")))


@dataclass(frozen=True, slots=True)
class ToolAnswer:
    """What a call came to.

    Attributes:
        content: The result, or why it was refused.
        error: Code of the refusal; None when it was done.
    """

    content: str
    error: str | None = None


@dataclass(frozen=True, slots=True)
class Replayed:
    """A sequence of actions, played.

    Attributes:
        errors: Number of the action and code, for each that was refused.
        digest: Of the end state.
    """

    errors: tuple[tuple[int, str], ...]
    digest: str


class RetailEnvironment:
    """One run's shop: it takes tool calls and knows the state they leave."""

    def __init__(self, database: RetailDatabase) -> None:
        self._state = RetailState(database)
        self._tools = RetailTools(self._state)

    def call(self, name: str, arguments: Mapping[str, Any]) -> ToolAnswer:
        """Call a tool; a refusal changes nothing and is an answer, as it is to an agent."""
        if name not in TOOL_NAMES:
            return ToolAnswer(f"There is no tool {name!r}.", "tool_not_found")
        try:
            checked = _arguments(name).model_validate(dict(arguments))
            return ToolAnswer(getattr(self._tools, name)(**checked.model_dump()))
        except ValidationError as error:
            problems = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
            return ToolAnswer(f"Bad arguments: {problems}", "bad_arguments")
        except DaogouError as error:
            return ToolAnswer(error.message, error.code)

    @property
    def state(self) -> RetailState:
        """The shop as it stands now."""
        return self._state

    def digest(self) -> str:
        """Return the hash of the state; see `RetailState.digest`."""
        return self._state.digest()


def replay(database: RetailDatabase, actions: Sequence[GoldAction]) -> Replayed:
    """Play actions over a fresh state; like tau2-bench go on after a refused one."""
    environment = RetailEnvironment(database)
    answers = [environment.call(action.name, action.arguments) for action in actions]
    errors = tuple((number, answer.error) for number, answer in enumerate(answers) if answer.error is not None)
    return Replayed(errors, environment.digest())


@cache
def _arguments(name: str) -> type[BaseModel]:
    """Return what checks a tool's arguments: every parameter is required, no other is taken."""
    parameters = inspect.signature(getattr(RetailTools, name), eval_str=True).parameters.values()
    fields: dict[str, Any] = {one.name: (one.annotation, ...) for one in parameters if one.name != "self"}
    return create_model(name, __config__=ConfigDict(extra="forbid", strict=True), **fields)


def tool_schemas() -> list[dict[str, Any]]:
    """Return the tools in the form in which OpenAI-compatible models take them."""
    return [
        {
            "type": "function",
            "function": {
                "name": name,
                "description": inspect.getdoc(getattr(RetailTools, name)),
                "parameters": _arguments(name).model_json_schema(),
            },
        }
        for name in TOOL_NAMES
    ]
