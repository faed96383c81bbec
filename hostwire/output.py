"""Where the command's words go: data to stdout, progress and messages to stderr."""

from __future__ import annotations

import shlex
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import structlog
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn


def print_json(value: Any) -> None:
    """One JSON object on a line of stdout."""
    sys.stdout.buffer.write(orjson.dumps(value, option=orjson.OPT_APPEND_NEWLINE))
    sys.stdout.buffer.flush()


def out() -> Console:
    """Tables and text on stdout; wide enough for addresses when it is no terminal."""
    console = Console(highlight=False)
    return console if console.is_terminal else Console(highlight=False, width=140)


def say(message: str) -> None:
    """A line for the person at the keyboard, on stderr."""
    sys.stderr.write(f"{message}\n")
    sys.stderr.flush()


@contextmanager
def progress() -> Iterator[Progress]:
    """Progress bars on stderr, drawn on a terminal only."""
    console = Console(stderr=True)
    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    ) as bars:
        yield bars


def configure_logs(*, verbose: bool) -> None:
    """Log events to stderr: text on a terminal, JSON elsewhere; warnings and worse unless `verbose`."""
    terminal = sys.stderr.isatty()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.dev.ConsoleRenderer() if terminal else structlog.processors.format_exc_info,
            *([] if terminal else [structlog.processors.JSONRenderer()]),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(20 if verbose else 30),
        logger_factory=structlog.PrintLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=False,
    )


def called_as() -> str:
    """How the command was called, quoted for a shell: for words that are shown to be typed again."""
    called, installed = sys.argv[0], shutil.which("hostwire")
    if installed is not None and Path(installed).resolve() == Path(called).resolve():
        return "hostwire"
    return f"{shlex.quote(sys.executable)} -m hostwire" if called.endswith(".py") else shlex.quote(called)


def now() -> datetime:
    """The clock, read here at the edge and passed down from here."""
    return datetime.now(UTC)
