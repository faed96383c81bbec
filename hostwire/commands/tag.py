"""`hostwire tag`: tags posts given as JSON lines, storing nothing."""

from __future__ import annotations

import sys
from typing import Any, BinaryIO

import click

from hostwire.output import out, print_json
from hostwire.settings import load_settings


@click.command()
@click.argument("file", type=click.File("rb"), default="-", metavar="[FILE.jsonl|-]")
@click.option("--json", "as_json", is_flag=True, help="JSON lines also on a terminal, where a summary is the default.")
@click.pass_context
def tag(ctx: click.Context, file: BinaryIO, *, as_json: bool) -> None:
    """Tag posts given as JSON lines {"id", "title", "text", "published"}; answers come in the same order.

    A line that is no such object is answered with its error, and the rest go on.
    """
    from hostwire.assembly import make_tagger
    from nlp.json_lines import TAGGING_FAILED, tag_lines

    tagger = make_tagger(load_settings())
    readable = not as_json and sys.stdout.isatty()
    failed = False
    for answer in tag_lines(tagger, file):
        failed = failed or answer["error"] == TAGGING_FAILED
        if readable:
            _print_summary(answer)
        else:
            print_json(answer)
    ctx.exit(1 if failed else 0)


def _print_summary(answer: dict[str, Any]) -> None:
    console = out()
    console.rule(str(answer["id"]))
    if answer["error"]:
        console.print(f"error: {answer['error']}")
        return
    for kind in ("products", "organizations", "tlds"):
        names = ", ".join(entity["name"] + ("*" if entity["salient"] else "") for entity in answer[kind])
        console.print(f"{kind}: {names or '-'}")
    for timex in answer["timexes"]:
        console.print(f"date: {timex['text']} = {timex['value']}")
    for event in answer["events"]:
        console.print(
            f"{event['status']} {event['type']} {event['date'] or '(no date)'}: {', '.join(event['subjects'])}"
        )
        console.print(f"    “{event['evidence']['text']}”")
