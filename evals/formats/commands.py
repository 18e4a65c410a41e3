"""``daogou eval export`` and ``daogou eval import``. What is heavy is imported when it is needed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from knowledge.errors import Invalid, NotFound
from knowledge.home import Home

if TYPE_CHECKING:
    from evals.cases import Case
    from evals.results import CaseResult

OpenHome = Callable[[Path | None], Home]

# As in `registry.FORMATS`, which a test holds against it: the help must not load them.
NAMES: Final = ("ragas", "promptfoo", "inspect", "deepeval", "openevals", "tau2")

_HOME = click.option("--home", "home", type=click.Path(file_okay=False, path_type=Path), help="Folder of the state.")
_FORMAT = click.option("--format", "format_name", required=True, type=click.Choice(NAMES), help="The framework.")


@click.command("export")
@click.argument("what")
@_FORMAT
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="The main file [STEM.FORMAT… here].")
@click.option("--base-url", default="http://127.0.0.1:8000/v1", show_default=True, help="Of the server to be asked.")
@click.option("--shop", help="Only this shop's cases; in a FILE the shop of cases that name none.")
@click.option("--cases", "cases_file", type=click.Path(dir_okay=False, path_type=Path), help="The cases of a RUN.")
@_HOME
@click.pass_obj
def export_command(
    open_home: OpenHome,
    what: str,
    format_name: str,
    out: Path | None,
    base_url: str,
    shop: str | None,
    cases_file: Path | None,
    home: Path | None,
) -> None:
    """Write a suite, a FILE of cases or a RUN with its replies as another framework's files.

    WHAT is looked up as a suite or FILE first, then as a run: its id, the beginning of it, `last`, or
    its folder. A run of a FILE keeps no proof of its cases; name the FILE with --cases to have it.
    """
    from evals.formats.case_format import Wanted
    from evals.formats.registry import FORMATS

    if not base_url.startswith(("http://", "https://")):
        raise click.BadParameter("is no http:// or https:// address", param_hint="--base-url")
    stem, cases, results = _found(open_home, home, what, shop, cases_file)
    chosen = FORMATS[format_name]
    named = out.name if out is not None else f"{stem}{_default_suffix(format_name, chosen.suffix)}"
    file_stem = named.removesuffix(chosen.suffix) if named.endswith(chosen.suffix) else Path(named).stem
    files = chosen.export(cases, Wanted(file_stem, base_url, {result.id: result for result in results}))
    folder = out.parent if out is not None else Path()
    for number, (name, content) in enumerate(files.items()):
        target = folder / (named if number == 0 else name)
        try:
            target.write_bytes(content)
        except OSError as error:
            raise Invalid(f"{target}: {error.strerror}", code="usage_not_writable") from error
        click.echo(str(target))
    click.echo(f"{len(cases)} cases{' with the replies of a run' if results else ''}", err=True)


@click.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(exists=True, dir_okay=False, path_type=Path))
@_FORMAT
@click.option("--shop", help="The shop of cases that name none.")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The file of cases, JSONL.")
@click.option("--home", expose_value=False, help="Folder of the state; nothing of it is read or written.")
def import_command(files: tuple[Path, ...], format_name: str, shop: str | None, out: Path) -> None:
    """Read another framework's FILES as cases that `daogou eval run` takes.

    What a case cannot judge is told on stderr, tagged `unmapped:…` and kept in the case's note.
    """
    from evals.formats.registry import FORMATS

    if out.suffix.lower() != ".jsonl":
        raise click.BadParameter("does not end in .jsonl", param_hint="--out")
    read = [(path, FORMATS[format_name].read(path, shop)) for path in files]
    cases: dict[str, Case] = {}
    for path, imported in read:
        for case in imported.cases:
            if cases.setdefault(case.id, case) is not case:
                raise Invalid(f"{path.name}: the id {case.id!r} is in another file too", code="usage_bad_cases")
        for remark in imported.remarks:
            click.echo(f"{path.name}: {remark}", err=True)
    lines = (json.dumps(c.model_dump(mode="json", exclude_unset=True), ensure_ascii=False) for c in cases.values())
    out.write_text("".join(line + "\n" for line in lines), "utf-8")
    click.echo(f"{len(cases)} cases in {out}", err=True)


def _default_suffix(format_name: str, suffix: str) -> str:
    """Return a suffix that tells the framework: four of them write .jsonl or .json."""
    return suffix if format_name in suffix else f".{format_name}{suffix}"


def _found(
    open_home: OpenHome, home: Path | None, what: str, shop: str | None, cases_file: Path | None
) -> tuple[str, tuple[Case, ...], list[CaseResult]]:
    """Return stem, cases and, for a run, its results."""
    from evals.cases import read_cases
    from evals.formats.answers import cases_of
    from evals.runs import RunStore
    from evals.suites import find, names

    if Path(what).suffix.lower() in (".jsonl", ".csv") or what in names():
        if cases_file is not None:
            raise click.BadParameter("goes with a RUN", param_hint="--cases")
        suite = find(what, shop)
        return suite.name, suite.cases, []
    try:
        record, results = RunStore(open_home(home).path / "evals").opened(what)
    except NotFound as error:
        problem = f"{what!r} is no suite, no .jsonl or .csv file, and no run; `daogou eval list` shows them."
        raise Invalid(problem, code="usage_no_suite") from error
    if cases_file is not None:
        known = read_cases(cases_file, shop)
    else:
        known = find(record.suite).cases if record.suite in names() else ()
    wanted = [result for result in results if result.turns and shop in (None, result.shop)]
    if not wanted:
        raise Invalid(f"{record.id} has no case{f' of the shop {shop!r}' if shop else ''}.", code="usage_no_cases")
    return record.id, cases_of(wanted, {case.id: case for case in known}), wanted
