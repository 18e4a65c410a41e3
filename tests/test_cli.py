"""The contract of the command line: exit codes, what goes to stdout, and what every command offers."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from importlib.metadata import EntryPoint
from pathlib import Path

import click
import pytest

from api import cli
from tests.installation import ImportedShop, Process, daogou
from tests.kiln import RETURNS, SHOP

Result = tuple[int, str, str]
Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Run:
    """Run ``daogou`` within this process, in a folder without settings."""
    monkeypatch.chdir(tmp_path)

    def once(*arguments: str | Path) -> Result:
        monkeypatch.setattr("sys.argv", ["daogou", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        written = capsys.readouterr()
        return int(ended.value.code or 0), written.out, written.err

    return once


def commands() -> Iterator[tuple[str, click.Command]]:
    """Return every command that does something, those within groups too."""
    context = click.Context(cli.cli)
    for name in cli.cli.list_commands(context):
        command = cli.cli.get_command(context, name)
        assert command is not None, name
        if isinstance(command, click.Group):
            yield from ((f"{name} {inner}", one) for inner, one in command.commands.items())
        else:
            yield name, command


def test_the_commands_of_the_design_are_there() -> None:
    assert {"ask", "demo", "import", "serve"} <= {name.split()[0] for name, _ in commands()}


def test_every_command_says_what_it_does_and_takes_a_home() -> None:
    for name, command in commands():
        assert command.help, f"{name} is not whole"
        assert "--home" in {option for parameter in command.params for option in parameter.opts}, name


@pytest.mark.parametrize("name", ["demo", "serve"])
def test_a_server_takes_host_and_port_and_stays_on_this_machine_by_default(name: str) -> None:
    defaults = {one.name: one.default for one in dict(commands())[name].params}
    assert (defaults["host"], defaults["port"]) == ("127.0.0.1", 8000)


def test_help_and_version_succeed(run: Run) -> None:
    code, out, _ = run("--help")
    assert code == 0
    assert "import" in out
    code, out, _ = run("--version")
    assert (code, out.split()[0]) == (0, "daogou,")


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["frobnicate"],
        ["ask"],
        ["ask", "kiln"],
        ["ask", "kiln", "   "],
        ["ask", "kiln", "Hello", "--loud"],
        ["serve", "--port", "99999"],
        ["demo", "--port", "http"],
        ["import", "kiln", "not-there.csv"],
    ],
)
def test_bad_usage_is_2_and_says_so_on_stderr_alone(run: Run, arguments: list[str]) -> None:
    code, out, err = run(*arguments)
    assert (code, out) == (2, "")
    assert "Usage:" in err


def test_a_home_that_is_a_file_is_bad_usage(run: Run, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert run("ask", SHOP, "Hello", "--home", tmp_path / "file")[0] == 2


def test_a_shop_that_is_not_there_is_1_and_named(run: Run, tmp_path: Path) -> None:
    code, out, err = run("ask", "nowhere", "Hello", "--home", tmp_path / "home")
    assert (code, out) == (1, "")
    assert err == "daogou: There is no shop 'nowhere'. (shop_not_found)\n"


def test_a_product_that_is_not_there_is_1_and_named(run: Run, imported_shop: ImportedShop) -> None:
    code, _, err = run("ask", SHOP, "How much?", "--product", "unicorn", "--home", imported_shop.home)
    assert (code, "product_not_found" in err) == (1, True)


def test_what_cannot_be_used_is_told_in_a_line_and_without_a_traceback(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "daogou.db").write_text("this is no database, but somebody's text " * 200)
    code, _, err = run("ask", SHOP, "Hello", "--home", tmp_path / "home")
    assert (code, err.count("\n"), "database_unusable" in err) == (1, 1, True)
    monkeypatch.setenv("DAOGOU_DATABASE_URL", "secret-and-no-url")
    code, _, err = run("ask", SHOP, "Hello", "--home", tmp_path)
    assert (code, "database_unusable" in err, "secret" in err) == (1, True, False)
    monkeypatch.setenv("DAOGOU_CLOCK", "yesterday")
    code, _, err = run("ask", SHOP, "Hello", "--home", tmp_path)
    assert (code, "bad_clock" in err) == (1, True)


def test_a_command_whose_package_is_broken_leaves_the_others_alone(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = EntryPoint("broken", "no.such.module:command", cli.GROUP)
    whole = EntryPoint("ask", "assistant.commands:ask_command", cli.GROUP)
    monkeypatch.setattr(cli, "entry_points", lambda group: [broken, whole])
    code, out, _ = run("--help")
    assert (code, "ask" in out, "broken" in out) == (0, True, False)
    code, _, err = run("broken", "anything", "--at", "all")
    assert (code, "not installed" in err) == (1, True)


def test_json_is_one_object_on_stdout(imported_shop: ImportedShop, tmp_path: Path) -> None:
    assert json.loads(imported_shop.done.stdout)["shop_id"] == SHOP
    done = daogou("ask", SHOP, "How long may I return something?", "--json", "--home", imported_shop.home, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    reply = json.loads(done.stdout)
    assert reply["action"] == "answer"
    assert set(reply) == {
        "text", "lang", "action", "confidence", "reasons", "citations", "products", "size", "offer", "order",
        "comparison", "change", "handoff", "trace_id", "took_ms",
    }  # fmt: skip
    assert reply["citations"][0]["quote"] in RETURNS


def test_ask_prints_the_answer_with_its_sources(imported_shop: ImportedShop, tmp_path: Path) -> None:
    done = daogou("ask", SHOP, "How long may I return something?", "--home", imported_shop.home, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    text, _, rest = done.stdout.partition("\n\n")
    assert "45 days" in text
    assert "[1] documents/returns.md · Returns › How long may I return something?" in rest
    assert "(answer, confidence " in rest


def test_an_import_of_which_nothing_can_be_used_is_1(run: Run, tmp_path: Path) -> None:
    (tmp_path / "table.csv").write_text("a,b\n1,2\n")
    code, out, _ = run("import", SHOP, tmp_path / "table.csv", "--json", "--home", tmp_path / "home")
    assert (code, json.loads(out)["usable"]) == (1, False)


def test_demo_prints_the_addresses_to_open(demo: Process) -> None:
    lines = demo.printed.splitlines()
    assert lines[0] == f"Daogou listens on {demo.url}/"
    assert not demo.url.endswith(":0")
    for shop in ("harborlane", "lingxi"):
        assert f"  chat with {shop}: {demo.url}/chat/{shop}" in lines
    assert f"/desk#token={demo.tokens[0]}" in demo.printed
    assert len(set(demo.tokens)) == 2
