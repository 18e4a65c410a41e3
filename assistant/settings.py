"""Settings of the assistant, read once from the environment or ``.env``."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import AliasChoices, Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class AssistantSettings(BaseSettings):
    """Which mind answers, and within what time.

    Attributes:
        openai_api_key: Turns the LLM on, as does ``openai_base_url``.
        openai_base_url: Any OpenAI-compatible endpoint.
        chat_model: Name of the model at that endpoint.
        chat_max_tokens: Longest reply of that model; None leaves it to the endpoint.
        chat_stream_usage: Whether the endpoint is asked how many tokens a reply took. None asks
            OpenAI only: some other endpoints refuse a request that asks.
        chat_calls_tools: Whether the model looks up by itself. If not, code looks up and decides, and the model
            only words the answer: for small models, and servers that leave tool messages out of the prompt.
        chat_logprobs: Whether the endpoint is asked how likely it held each token, which lowers the
            confidence of what it hesitated over. One that refuses is not asked again.
        second_draft: Whether a model writes its answer twice, to see that it says the same: ``never``,
            ``unsure`` for answers that are near the shop's threshold, or ``always``. A second draft takes
            one more step of the same budgets.
        llm_budget_tokens: So many tokens, read and written, one turn may cost; where the endpoint does not
            tell them they are estimated. After them, as after `llm_budget_seconds`, the embedded mind answers.
        llm_budget_seconds: After this the embedded mind answers instead.
        turn_budget_seconds: After this a person is called.
        calibration: File of `daogou eval fit-confidence`; None takes the one that ships.
    """

    model_config = SettingsConfigDict(env_prefix="DAOGOU_", env_file=".env", extra="ignore", populate_by_name=True)

    openai_api_key: str | None = Field(default=None, validation_alias=AliasChoices("OPENAI_API_KEY", "openai_api_key"))
    openai_base_url: str | None = Field(
        default=None, validation_alias=AliasChoices("OPENAI_BASE_URL", "openai_base_url")
    )
    chat_model: str = "gpt-4.1-mini"
    chat_max_tokens: int | None = Field(default=None, gt=0)
    chat_stream_usage: bool | None = None
    chat_calls_tools: bool = True
    chat_logprobs: bool = True
    second_draft: Literal["never", "unsure", "always"] = "never"
    # Eight steps over a shop's longest pages stay below; a loop that reads everything anew does not.
    llm_budget_tokens: int = Field(default=60_000, gt=0)
    llm_budget_seconds: float = 12.0
    # Chinese marketplaces warn at 100 s and guides ask for 30 s; a shopper leaves after that.
    turn_budget_seconds: float = 20.0
    calibration: Path | None = None

    @property
    def has_llm(self) -> bool:
        return bool(self.openai_api_key or self.openai_base_url)
