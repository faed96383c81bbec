"""Schemathesis asks the running service all that its description allows and forbids, on both databases.

It finds no error of ours, no answer outside the schema, no wrong header, no method, body or parameter that is taken
though it should not be, nothing open that needs the key. schemathesis.toml says what is checked.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from hostwire.server import LazyTagger
from hostwire.settings import load_settings
from store.database import Database
from tests.api.conftest import Service, fill, running

ROOT = Path(__file__).resolve().parents[2]
CONFIG = Path(__file__).with_name("schemathesis.toml")
SEEDS = (1,)
PHASES = ("examples", "coverage", "fuzzing", "stateful")


@pytest.fixture(scope="module")
def tagger() -> LazyTagger:
    """The real one, whose answers must fit as well, made before anybody waits for it."""
    made = LazyTagger(load_settings())
    made([{"text": "Nothing to tag."}])
    return made


@pytest.fixture
def asked(database: Database, tagger: LazyTagger) -> Iterator[Service]:
    """The service over the library, on both databases; what is written takes a key."""
    fill(database)
    with running(database, api_key="k", tag=tagger, explain=tagger.explain) as client:
        yield Service(client, database)


def asked_by_schemathesis(service: Service, folder: Path, *options: str) -> Any:
    """Runs it as a command; its report as JSON. Fails with its output, which has each request as a line of curl.

    What it keeps for itself it writes to `folder`.
    """
    report = folder / "report.json"
    ran = subprocess.run(
        [
            sys.executable, "-m", "schemathesis.cli", "--config-file", str(CONFIG),
            "run", f"{service.client.base_url}/openapi.json", "--report-json-path", str(report), *options,
        ],
        cwd=folder, env=os.environ | {"PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, f"{ran.stdout[-20_000:]}\n{ran.stderr[-5_000:]}"
    return json.loads(report.read_text(encoding="utf-8"))


def check_that_all_was_asked(report: Any, phases: Sequence[str] = PHASES) -> None:
    assert report["complete"]
    assert report["operations"]["tested"] == report["operations"]["total"] > 20
    assert {name for name, phase in report["phases"].items() if phase["status"] == "success"} == set(phases)
    # What needs no name of something there was also asked what it can answer.
    rates = report["valid_rates"]
    refused = {name for name, phases in rates.items() if not any(rate["accepted"] for rate in phases.values())}
    assert {name for name in refused if "{" not in name} == set(), rates


def test_the_service_keeps_to_its_description(asked: Service, tmp_path: Path) -> None:
    """The same requests at every run. Each bound of each parameter is tried where that is cheap, on SQLite: most such
    requests are refused before a database is asked. The long test tries them on both.
    """
    phases = PHASES if asked.database.engine.dialect.name == "sqlite" else ("examples", "fuzzing", "stateful")
    options = ("--generation-deterministic", "--max-examples", "5", "--phases", ",".join(phases))
    check_that_all_was_asked(asked_by_schemathesis(asked, tmp_path, *options), phases)


@pytest.mark.long
@pytest.mark.parametrize("seed", SEEDS)
def test_the_service_keeps_to_its_description_whatever_is_asked(asked: Service, tmp_path: Path, seed: int) -> None:
    options = ("--seed", str(seed), "--max-examples", "25")
    check_that_all_was_asked(asked_by_schemathesis(asked, tmp_path, *options))
