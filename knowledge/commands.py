"""The command ``daogou import``."""

from __future__ import annotations

import asyncio
import json
import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeRemainingColumn
from rich.table import Column, Table
from rich.text import Text

from knowledge.catalog import ShopId
from knowledge.database import Database
from knowledge.home import Home
from knowledge.importing.mapping import ColumnMap, read_mapping
from knowledge.importing.report import FileReport, ImportReport, Kind
from knowledge.importing.run import ImportProgress, ShopDefaults, import_paths
from knowledge.importing.shop_profile import is_currency, is_locale, is_timezone

_SHOP_ID: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
_ISSUES_SHOWN: Final = 20
_PIPE_WIDTH: Final = 160  # a pipe has no width, and 80 cuts file names off

Check = Callable[[click.Context, click.Parameter, str | None], str | None]


def _checked(accepts: Callable[[str], bool], problem: str) -> Check:
    def check(_context: click.Context, _parameter: click.Parameter, value: str | None) -> str | None:
        if value is not None and not accepts(value):
            raise click.BadParameter(f"{value!r} {problem}")
        return value

    return check


@click.command("import")
@click.argument(
    "shop", callback=_checked(lambda v: _SHOP_ID.fullmatch(v) is not None, "is not made of a-z, 0-9 and -, 63 at most")
)
@click.argument("paths", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--home", type=click.Path(file_okay=False, path_type=Path), help="State folder.")
@click.option(
    "--name", callback=_checked(lambda v: 0 < len(v.strip()) <= 200, "is empty or too long"), help="The shop's name."
)
@click.option("--locale", callback=_checked(is_locale, "is not a locale such as zh-CN"), help="Such as zh-CN or en-US.")
@click.option(
    "--currency", callback=_checked(is_currency, "is not an ISO 4217 code such as CNY"), help="Such as CNY or USD."
)
@click.option(
    "--timezone", callback=_checked(is_timezone, "is not a timezone such as Asia/Shanghai"), help="IANA name."
)
@click.option("--replace", is_flag=True, help="Remove what is not in the files, for each kind that is in them.")
@click.option("--accept-mapping", is_flag=True, help="Take what is guessed of columns that are not known.")
@click.option(
    "--mapping",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="JSON: which column holds which field.",
)
@click.option("--dry-run", is_flag=True, help="Tell what would happen, and write nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as one JSON object.")
@click.pass_context
def import_command(
    context: click.Context,
    shop: str,
    paths: tuple[Path, ...],
    home: Path | None,
    name: str | None,
    locale: str | None,
    currency: str | None,
    timezone: str | None,
    replace: bool,
    accept_mapping: bool,
    mapping: Path | None,
    dry_run: bool,
    as_json: bool,
) -> None:
    """Import catalogs, documents, size charts, orders and promotions into SHOP.

    What a file holds is found out by its content. What is there already is brought up to date; the
    shop is created when it is not there.
    """
    open_home: Callable[[Path | None], Home] = context.obj
    defaults = ShopDefaults(name, locale, currency, timezone)
    columns = read_mapping(mapping) if mapping is not None else None
    options = _Options(defaults, replace, accept_mapping, columns, dry_run)
    report = asyncio.run(_import(open_home(home), ShopId(shop), paths, options))
    if as_json:
        click.echo(json.dumps(report.as_json(), ensure_ascii=False))
    else:
        _print(report, Console(width=None if sys.stdout.isatty() else _PIPE_WIDTH))
    if not report.usable:
        context.exit(1)


@dataclass(frozen=True, slots=True)
class _Options:
    """How to import, as the command line says."""

    defaults: ShopDefaults
    replace: bool
    accept_mapping: bool
    mapping: ColumnMap | None
    dry_run: bool


async def _import(home: Home, shop_id: ShopId, paths: tuple[Path, ...], options: _Options) -> ImportReport:
    database = await home.open_database()
    try:
        with _progress() as progress:
            bar = progress.add_task("import", total=None)
            report = await import_paths(
                database,
                home.media,
                shop_id,
                paths,
                clock=home.clock,
                ids=home.ids,
                defaults=options.defaults,
                replace=options.replace,
                mapping=options.mapping,
                accept_mapping=options.accept_mapping,
                dry_run=options.dry_run,
                versions_kept=home.settings.versions_kept,
                on_progress=lambda p: _advance(progress, bar, p),
            )
            if report.usable and not options.dry_run:
                await _embed(home, database, shop_id, progress)
        return report
    finally:
        await database.close()


async def _embed(home: Home, database: Database, shop_id: ShopId, progress: Progress) -> None:
    """Compute the vectors now, so that the first question need not wait for them."""
    # Load the encoders, which a refused import never needs.
    from knowledge.retrieval.embedding import embed_missing
    from knowledge.retrieval.models import search_models

    bar = progress.add_task("embed", total=None)

    def show(done: int, total: int) -> None:
        progress.update(bar, completed=done, total=total)

    await embed_missing(database, shop_id, show, search_models(home.settings))


class _Rate(TextColumn):
    """Records per second."""

    def render(self, task: object) -> Text:
        speed = getattr(task, "finished_speed", None) or getattr(task, "speed", None)
        return Text("" if speed is None else f"{speed:,.0f}/s")


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        _Rate(""),
        TimeRemainingColumn(),
        console=Console(stderr=True),
    )


def _advance(progress: Progress, bar: TaskID, told: ImportProgress) -> None:
    where = f"{told.file} ({min(told.files_done + 1, told.files_total)}/{told.files_total})"
    progress.update(
        bar, description=Text(where, overflow="ellipsis").plain, completed=told.done, total=told.total or None
    )


def _print(report: ImportReport, console: Console) -> None:
    name = Column("file", overflow="fold")
    table = Table(name, "kind", "new", "changed", "same", "removed", "rejected", box=None, pad_edge=False)
    for file in report.files:
        counts = file.counts
        numbers = (counts.new, counts.changed, counts.unchanged, counts.removed, counts.rejected)
        table.add_row(Text(file.file), _kind(file), *(str(number or "") for number in numbers))
    console.print(table)
    for file in report.files:
        _print_issues(file, console)
    if not report.usable:
        console.print("\nNothing could be imported.", style="bold")
    elif report.dry_run:
        console.print("\nA dry run: nothing was written.", style="bold")


def _kind(file: FileReport) -> str:
    if file.kind is None:
        return "refused"
    return f"product ({file.format})" if file.kind is Kind.PRODUCT else file.kind.value


def _print_issues(file: FileReport, console: Console) -> None:
    if not file.issues:
        return
    # Errors first: what was not taken matters more than what was.
    ordered = sorted(file.issues, key=lambda issue: (issue.severity.value, issue.row or 0))
    console.print(Text(f"\n{file.file}", style="bold"))
    for issue in ordered[:_ISSUES_SHOWN]:
        place = f"row {issue.row}" if issue.row else "file"
        style = "red" if issue.severity.value == "error" else "yellow"
        line = Text.assemble(f"  {place}: ", (issue.severity.value, style), f" {issue.problem} {issue.mend}")
        if issue.value and issue.value not in issue.problem:
            line.append(f" [{issue.value}]", style="dim")
        console.print(line, soft_wrap=True)
    more = len(ordered) - _ISSUES_SHOWN + sum(file.left_out.values())
    if more > 0:
        console.print(f"  … and {more} more (all of them with --json)" if not file.left_out else f"  … and {more} more")
