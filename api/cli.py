"""The command ``daogou``: one group, whose commands come from the packages' entry points."""

from __future__ import annotations

import sys
from importlib.metadata import entry_points
from pathlib import Path

import click
from pydantic import ValidationError
from sqlalchemy.exc import ArgumentError, DatabaseError

from assistant.migrations import upgrade
from knowledge.errors import DaogouError, Invalid, Unavailable
from knowledge.home import Home

GROUP = "daogou.commands"


class Commands(click.Group):
    """Finds the commands when they are asked for, so that each loads only what it needs."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(entry.name for entry in entry_points(group=GROUP))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        found = next((entry for entry in entry_points(group=GROUP) if entry.name == cmd_name), None)
        if found is None:
            return None
        try:
            command = found.load()
        except (ImportError, AttributeError) as missing:
            return _not_installed(cmd_name, missing)
        return command if isinstance(command, click.Command) else None


def _not_installed(name: str, missing: Exception) -> click.Command:
    """Stand in for a command whose package is not whole, so that the others and the help still work."""

    def tell(_context: click.Context) -> None:
        raise click.ClickException(f"The command {name} is not installed here: {missing}")

    tell_all = {"ignore_unknown_options": True, "allow_extra_args": True, "help_option_names": []}
    return click.Command(name, callback=click.pass_context(tell), context_settings=tell_all, hidden=True)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="daogou")
@click.pass_context
def cli(context: click.Context) -> None:
    """Daogou (导购): answers a shop's customers from what the shop has published."""
    context.obj = open_home


def open_home(path: Path | None) -> Home:
    """Open the installation at ``path``; the commands call this with their ``--home``.

    Raises:
        Unavailable: The folder cannot be made or used.
    """
    try:
        return Home.at(path, upgrade)
    except OSError as error:
        raise Unavailable(f"Cannot use the state folder {error.filename}: {error.strerror}.", code="no_home") from error


def main() -> None:
    """Run the command line. Exit codes: 0, 1 (the work failed), 2 (bad usage)."""
    try:
        sys.exit(cli.main(prog_name="daogou", standalone_mode=False) or 0)
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
    except ValidationError as error:
        if not error.title.endswith("Settings"):
            raise  # a mistake of ours: its traceback is wanted
        for one in error.errors():
            click.echo(f"daogou: setting {'.'.join(map(str, one['loc']))}: {one['msg']} (bad_setting)", err=True)
        sys.exit(2)
    except (ArgumentError, DatabaseError) as error:
        # Without the statement and its values, which the message of the library would show.
        reason = error.orig if isinstance(error, DatabaseError) else error
        click.echo(f"daogou: The database cannot be used: {reason} (database_unusable)", err=True)
        sys.exit(1)
