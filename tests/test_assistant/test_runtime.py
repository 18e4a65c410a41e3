"""What every tool is given of its turn."""

from __future__ import annotations

from langchain_core.utils.function_calling import convert_to_openai_tool

from assistant.agent.tools import TOOLS


def test_no_schema_of_a_tool_describes_the_turn_that_it_is_handed() -> None:
    for tool in TOOLS:
        assert "TurnContext" not in repr(getattr(tool.args_schema, "__pydantic_core_schema__", "TurnContext")), (
            tool.name
        )


def test_no_model_is_told_of_the_turn() -> None:
    for tool in TOOLS:
        assert "runtime" not in convert_to_openai_tool(tool)["function"]["parameters"]["properties"], tool.name
