"""``daogou bench retrieval``."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click

from evals.progress import progress
from knowledge.home import Home


def _sizes(_context: click.Context, _parameter: click.Parameter, value: str | None) -> tuple[int, ...]:
    if value is None:
        return ()
    try:
        sizes = tuple(int(part) for part in value.split(","))
    except ValueError:
        raise click.BadParameter(f"{value!r} is no list of numbers such as 1000,10000") from None
    if min(sizes) < 1:
        raise click.BadParameter("a shop has one product at least")
    return sizes


@click.command("retrieval")
@click.option("--products", default="1000,10000", show_default=True, callback=_sizes, help="Sizes of the shops.")
@click.option("--scale", is_flag=True, help="Measure how the index grows, alone, with synthetic vectors.")
@click.option("--passages", default=None, callback=_sizes, help="With --scale: sizes of shops of passages.")
@click.option("--plot", type=click.Path(dir_okay=False, path_type=Path), help="With --scale: an SVG file to write.")
@click.option("--languages", is_flag=True, help="Tell whether documents of another language hide the shop's own.")
@click.option("--data", type=click.Path(path_type=Path), help="Folder of public sets: measures chorus as well.")
@click.option("--home", "path", type=click.Path(file_okay=False, path_type=Path), help="Folder of the state.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
@click.pass_obj
def bench_retrieval_command(
    open_home: Callable[[Path | None], Home],
    products: tuple[int, ...],
    scale: bool,
    passages: tuple[int, ...],
    plot: Path | None,
    languages: bool,
    data: Path | None,
    path: Path | None,
    as_json: bool,
) -> None:
    """Time the search beside BM25, the bare encoder, their fusion and LangChain's ensemble, with its quality.

    The shops are synthetic, made of the demo shops. Without --home all is done in a temporary one.
    """
    if languages:
        _languages(open_home, path, as_json)
        return
    if scale:
        _scale(open_home, products, passages, plot, path, as_json)
        return
    if passages or plot:
        raise click.UsageError("--passages and --plot belong to --scale")
    from evals.benchmarks import retrieval, retrieval_report

    with progress("systems") as told:
        result: dict[str, Any]
        if path is None:
            result = asyncio.run(retrieval.in_temporary_home(open_home, products, data, told))
        else:
            result = asyncio.run(retrieval.bench_retrieval(open_home(path), products, data, told))
    click.echo(json.dumps(result, ensure_ascii=False) if as_json else retrieval_report.as_text(result))


def _scale(
    open_home: Callable[[Path | None], Home],
    products: Sequence[int],
    passages: Sequence[int],
    plot: Path | None,
    path: Path | None,
    as_json: bool,
) -> None:
    from evals.benchmarks import scale, scale_report

    with progress("sizes") as told:
        result: dict[str, Any]
        if path is None:
            result = asyncio.run(scale.in_temporary_home(open_home, products, passages, told))
        else:
            result = asyncio.run(scale.bench_scale(open_home(path), products, passages, told))
    if plot is not None:
        plot.write_text(scale_report.as_svg(result), "utf-8")
    click.echo(json.dumps(result, ensure_ascii=False) if as_json else scale_report.as_text(result))


def _languages(open_home: Callable[[Path | None], Home], path: Path | None, as_json: bool) -> None:
    from evals.benchmarks import languages, languages_report

    with TemporaryDirectory(prefix="daogou-bench-") as folder, progress("directions") as told:
        home = open_home(Path(folder) if path is None else path)
        result = asyncio.run(languages.bench_languages(home, told))
    click.echo(json.dumps(result, ensure_ascii=False) if as_json else languages_report.as_text(result))
