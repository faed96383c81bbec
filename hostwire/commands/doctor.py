"""`hostwire doctor`."""

from __future__ import annotations

import click
from rich.text import Text

from hostwire.output import now, out, print_json
from hostwire.settings import load_settings


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object a check on a line.")
@click.pass_context
def doctor(ctx: click.Context, *, as_json: bool) -> None:
    """Check database, model, catalogue, sources and disk, and say what to do about what is wrong.

    Exit code 1 when something must be done before Hostwire can work.
    """
    from hostwire.checkup import examine

    marks = {"ok": ("ok  ", "green"), "warning": ("note", "yellow"), "error": ("FAIL", "red")}
    failed = False
    for finding in examine(load_settings(), now=now()):
        failed = failed or finding.level == "error"
        if as_json:
            print_json({"check": finding.check, "level": finding.level, "found": finding.found, "do": finding.advice})
        else:
            line = Text.assemble(marks[finding.level], f"  {finding.check:<10} {finding.found}")
            if finding.advice:
                line.append(f" -> {finding.advice}", style="bold")
            out().print(line, soft_wrap=True)
    ctx.exit(1 if failed else 0)
