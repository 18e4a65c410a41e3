"""A finding of the import in words, in English and Chinese."""

from __future__ import annotations

from dataclasses import dataclass

from knowledge.text import Lang


@dataclass(frozen=True, slots=True)
class Message:
    """A finding in words; pairs are (problem, mend), with ``{placeholders}``."""

    error: bool
    en: tuple[str, str]
    zh: tuple[str, str]

    def in_language(self, lang: Lang) -> tuple[str, str]:
        return self.zh if lang == "zh" else self.en


def error(problem: str, mend: str, problem_zh: str, mend_zh: str) -> Message:
    """Return the message of what was not taken."""
    return Message(True, (problem, mend), (problem_zh, mend_zh))


def warning(problem: str, mend: str, problem_zh: str, mend_zh: str) -> Message:
    """Return the message of what was taken, and should be looked at."""
    return Message(False, (problem, mend), (problem_zh, mend_zh))
