"""What every tool is given of its turn, without being asked for it."""

from __future__ import annotations

from typing import Annotated, Any

from langchain.tools import ToolRuntime
from langchain_core.tools import InjectedToolArg
from pydantic import GetPydanticSchema, PlainSerializer
from pydantic_core.core_schema import any_schema

from assistant.agent.context import TurnContext

# Whatever it is, it is handed through. A schema of it would be one of everything that a turn holds, made
# anew for each tool: half of the seconds that the agent took to import. And LangChain dumps the arguments
# of each call, and keeps of that only their names: else the whole turn would be copied, messages and
# products included, which took 2 ms a call.
Runtime = Annotated[
    ToolRuntime[TurnContext, Any],
    InjectedToolArg(),
    GetPydanticSchema(lambda _source, _handler: any_schema()),
    PlainSerializer(lambda _: None),
]
