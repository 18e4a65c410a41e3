"""What every tool is given of its turn, without being asked for it."""

from __future__ import annotations

from typing import Annotated, Any

from langchain.tools import ToolRuntime
from langchain_core.tools import InjectedToolArg
from pydantic import PlainSerializer

from assistant.agent.context import TurnContext

# LangChain dumps the arguments of each call, and keeps of that only their names: else the whole turn would
# be copied, messages and products included, which took 2 ms a call.
Runtime = Annotated[ToolRuntime[TurnContext, Any], InjectedToolArg(), PlainSerializer(lambda _: None)]
