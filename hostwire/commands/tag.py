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
@click.option("--jobs", type=click.IntRange(1, 64), default=1, show_default=True, help="Processes that tag.")
@click.option("--explain", is_flag=True, help="Each tag says which rule and which words it is from.")
@click.pass_context
def tag(ctx: click.Context, file: BinaryIO, *, jobs: int, explain: bool, as_json: bool) -> None:
    """Tag posts given as JSON lines {"id", "title", "text", "published"}; answers come in the same order.

    A line that is no such object is answered with its error, and the rest go on.
    """
    from hostwire.assembly import open_tagger
    from nlp.explanations import Provenance
    from nlp.json_lines import BATCH, TAGGING_FAILED, tag_lines

    readable = not as_json and sys.stdout.isatty()
    failed = False
    with open_tagger(load_settings(), jobs) as tagger:
        explained = Provenance.of(tagger.version) if explain else None
        for answer in tag_lines(tagger, file, batch=BATCH * jobs, explained=explained):
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
        for entity in answer[kind]:
            _print_why(entity["name"], entity)
            for mention in entity["mentions"]:
                _print_why(f"“{mention['text']}”", mention)
    for timex in answer["timexes"]:
        console.print(f"date: {timex['text']} = {timex['value']}")
        _print_why("why", timex)
    for event in answer["events"]:
        console.print(
            f"{event['status']} {event['type']} {event['date'] or '(no date)'}: {', '.join(event['subjects'])}"
        )
        console.print(f"    “{event['evidence']['text']}”")
        _print_why("why", event)
    if "explain" in answer:
        made = answer["explain"]
        by = f"code {made['code_version']}, catalogue {made['catalogue_version']}, model {made['model'] or '-'}"
        console.print(f"tagged by {by}", markup=False)


def _print_why(what: str, tag: dict[str, Any]) -> None:
    """Why a tag is there, where that was asked for."""
    if "explain" in tag:
        out().print(f"    {what}: {tag['explain']['why']} [{tag['explain']['rule']}]", markup=False, soft_wrap=True)
