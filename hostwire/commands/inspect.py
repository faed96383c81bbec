"""`hostwire inspect`: what the crawler makes of an input, storing nothing."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import click

from hostwire.output import print_json, say
from hostwire.settings import Settings, load_settings


@click.command()
@click.argument("inputs", nargs=-1, required=True, metavar="FILE_OR_URL…")
@click.option("--base-url", help="The address that a file was saved from: relative links count from it.")
@click.pass_context
def inspect(ctx: click.Context, inputs: tuple[str, ...], base_url: str | None) -> None:
    """Print what the crawler makes of each input, a JSON line each; nothing is stored."""
    from ingest.urls import check_http_url

    if base_url is not None:
        base_url = check_http_url(base_url)
    failed = False
    settings = load_settings()
    for name in inputs:
        answer = _inspect(settings, name, base_url)
        print_json(answer)
        if answer["error"] is not None:
            failed = True
            reason = str(answer["error"]).removeprefix(f"{name}: ")
            say(f"hostwire: {name}: {reason}")
    ctx.exit(1 if failed else 0)


def _inspect(settings: Settings, name: str, base_url: str | None) -> dict[str, Any]:
    from ingest.errors import IngestError
    from ingest.inspection import document_to_json, error_to_json
    from ingest.readers import read_document

    try:
        if name.startswith(("http://", "https://")):
            body, url, content_type = asyncio.run(_fetch(settings, name))
            document = read_document(body, base_url or url, content_type=content_type)
        else:
            path = Path(name)
            document = read_document(path.read_bytes(), base_url or path.resolve().as_uri())
        return document_to_json(name, document)
    except IngestError as error:
        return error_to_json(name, str(error))
    except FileNotFoundError:
        what = "neither a file nor an http or https address" if "://" in name else "there is no such file"
        return error_to_json(name, what)
    except OSError as error:
        return error_to_json(name, f"cannot be read: {error.strerror or error}")


async def _fetch(settings: Settings, url: str) -> tuple[bytes, str, str | None]:
    from hostwire.assembly import fetch_limits
    from ingest.client import Client

    async with Client(fetch_limits(settings)) as client:
        response = await client.get(url)
    return response.body, response.url, response.content_type
