"""The `hostwire` command: finds the subcommand, runs it, and turns errors into one line and an exit code."""

from __future__ import annotations

import importlib
import os
import sys
from typing import NoReturn

import click

from hostwire import __version__
from hostwire.errors import BadWordsError, HostwireError
from hostwire.output import configure_logs, say

# name → where it is defined. Loaded when called for, so that `--help` does not wait for spaCy or FastAPI.
COMMANDS = {
    "demo": "hostwire.commands.demo:demo",
    "init": "hostwire.commands.init:init",
    "source": "hostwire.commands.source:source",
    "ingest": "hostwire.commands.ingest:ingest",
    "inspect": "hostwire.commands.inspect:inspect",
    "tag": "hostwire.commands.tag:tag",
    "retag": "hostwire.commands.retag:retag",
    "subscription": "hostwire.commands.subscription:subscription",
    "deliver": "hostwire.commands.deliver:deliver",
    "catalogue": "hostwire.commands.catalogue:catalogue",
    "search": "hostwire.commands.search:search",
    "timeline": "hostwire.commands.timeline:timeline",
    "trends": "hostwire.commands.trends:trends",
    "serve": "hostwire.commands.serve:serve",
    "worker": "hostwire.commands.worker:worker",
    "doctor": "hostwire.commands.doctor:doctor",
}


class LazyGroup(click.Group):
    """A group that imports a subcommand only when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - the signature is click's
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        module, _, attribute = COMMANDS[cmd_name].partition(":")
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Settings come from HOSTWIRE_* variables, a .env or a hostwire.toml; docs/operations.md lists them.",
)
@click.version_option(__version__, prog_name="hostwire")
@click.option("-v", "--verbose", is_flag=True, help="Log what is done, not only what goes wrong.")
def command(*, verbose: bool) -> None:
    """The newswire of the web-hosting industry: what was released, approved, bought, broken or retired, and when."""
    configure_logs(verbose=verbose)


def main(argv: list[str] | None = None) -> NoReturn:
    """Run the command and leave: 0 it did what was asked, 1 it could not, 2 the words were wrong."""
    sys.exit(_run(argv))


def _run(argv: list[str] | None) -> int:
    try:
        result = command.main(args=argv, prog_name="hostwire", standalone_mode=False)
    except click.UsageError as error:
        where = error.ctx.command_path if error.ctx else "hostwire"
        say(f"hostwire: {_one_line(error.format_message())} (try '{where} --help')")
        return 2
    except click.ClickException as error:
        say(f"hostwire: {_one_line(error.format_message())}")
        return 1
    except (click.Abort, KeyboardInterrupt):
        say("hostwire: stopped")
        return 130
    except BrokenPipeError:
        # The reader of our output went away (`| head`): nothing to say, and nothing left to flush to.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except foreseen_errors() as error:
        say(f"hostwire: {_one_line(str(error))}")
        return 2 if isinstance(error, wrong_words()) else 1
    return result if isinstance(result, int) else 0


def foreseen_errors() -> tuple[type[Exception], ...]:
    """The root of each package's error tree: what is not in them is a bug and keeps its trace.

    A package that was never imported cannot have raised, and importing it here would slow down every error.
    """
    return (
        HostwireError,
        *_loaded("store.errors:StoreError", "ingest.errors:IngestError", "nlp.errors:NlpError"),
    )


def wrong_words() -> tuple[type[Exception], ...]:
    """Errors that mean exit 2: what was typed, not what was met."""
    return (
        BadWordsError,
        *_loaded("store.errors:QuerySyntaxError", "store.errors:CursorError", "store.errors:SpanError"),
        *_loaded("ingest.urls:BadAddressError"),
    )


def _loaded(*names: str) -> list[type[Exception]]:
    found = []
    for name in names:
        module, _, attribute = name.partition(":")
        if module in sys.modules:
            found.append(getattr(sys.modules[module], attribute))
    return found


def _one_line(text: str) -> str:
    return " ".join(text.split())
