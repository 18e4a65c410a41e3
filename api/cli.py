"""The command ``daogou``: one group, whose commands come from the packages' entry points."""

from __future__ import annotations

import sys
from importlib.metadata import entry_points
from pathlib import Path

import click

from assistant.migrations import upgrade
from knowledge.errors import DaogouError, Invalid
from knowledge.home import Home

GROUP = "daogou.commands"


class Commands(click.Group):
    """Finds the commands when they are asked for, so that each loads only what it needs."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(entry.name for entry in entry_points(group=GROUP))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        found = next((entry for entry in entry_points(group=GROUP) if entry.name == cmd_name), None)
        command = found.load() if found else None
        return command if isinstance(command, click.Command) else None


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="daogou")
@click.pass_context
def cli(context: click.Context) -> None:
    """Daogou (导购): answers a shop's customers from what the shop has published."""
    context.obj = open_home


def open_home(path: Path | None) -> Home:
    """Open the installation at ``path``; the commands call this with their ``--home``."""
    return Home.at(path, upgrade)


def main() -> None:
    """Run the command line. Exit codes: 0, 1 (the work failed), 2 (bad usage)."""
    try:
        sys.exit(cli.main(standalone_mode=False) or 0)
    except click.exceptions.Exit as done:
        sys.exit(done.exit_code)
    except click.Abort:
        sys.exit(1)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except DaogouError as error:
        click.echo(f"daogou: {error.message} ({error.code})", err=True)
        sys.exit(2 if isinstance(error, Invalid) and error.code.startswith("usage") else 1)
