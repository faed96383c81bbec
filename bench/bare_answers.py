"""The least that FastAPI needs for the same bytes: `python -m bench.bare_answers FILE`

FILE is JSON: a list of {"status", "headers", "body"} (base64). It prints its port; GET /N is answered with the Nth.
"""

from __future__ import annotations

import base64
import json
import sys
from pathlib import Path

import uvicorn
from fastapi import FastAPI, Response

from hostwire.server import listen, uvicorn_config


def make_app(path: Path) -> FastAPI:
    """An application with one route."""
    answers = [
        (answer["status"], answer["headers"], base64.b64decode(answer["body"]))
        for answer in json.loads(path.read_text())
    ]
    app = FastAPI(openapi_url=None)

    @app.get("/{number}")
    async def answer(number: int) -> Response:
        status, headers, body = answers[number]
        return Response(body, status, headers)

    return app


def main() -> None:
    bound = listen("127.0.0.1", 0)
    print(bound.getsockname()[1], flush=True)
    uvicorn.Server(uvicorn_config(make_app(Path(sys.argv[1])))).run(sockets=[bound])


if __name__ == "__main__":
    main()
