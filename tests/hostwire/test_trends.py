"""`hostwire trends`: what /trends answers, in the terminal."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

from store.database import Database
from tests.hostwire.conftest import Run, one_line
from tests.store.factories import instant, make_entry, make_source, store_post


def test_counts_over_time_as_json_and_as_bars(hostwire: Run, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'counted.db'}"
    database = Database(url)
    database.upgrade()
    with database.write() as session:
        source = make_source(session)
        for number, day in enumerate(("2010-05-03", "2010-05-04", "2010-06-01", "2010-03-01")):
            store_post(session, source, make_entry(f"{number}", text="A mail server.", published=instant(day)))
    database.close()
    words = ("trends", "mail -name after:2010-05 before:2010-07")
    done = hostwire(*words, "--json", HOSTWIRE_DATABASE_URL=url)
    assert done.returncode == 0, done.stderr
    counted = json.loads(done.stdout)
    assert [(item["begin"], item["posts"]) for item in counted["items"]] == [
        ("2010-05-01T00:00:00Z", 2), ("2010-06-01T00:00:00Z", 1)
    ]  # fmt: skip
    assert (counted["total"], counted["before"]["total"], counted["change"]) == (3, 1, 2.0)
    drawn = hostwire(*words, HOSTWIRE_DATABASE_URL=url).stdout.splitlines()
    assert [line.split()[:2] for line in drawn[:2]] == [["2010-05-01", "2"], ["2010-06-01", "1"]]
    assert drawn[0].count("█") == 2 * drawn[1].count("█")
    assert drawn[2] == "3 posts; 1 in the time before (+200%)"
    wrong = hostwire("trends", "mail after:2010-07 before:2010-06", HOSTWIRE_DATABASE_URL=url)
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert "later than `after`" in one_line(wrong.stderr)
    for refused, said in (("type:relese", "no event type at position 6"), ("-", "holds no word")):
        done = hostwire("trends", refused, HOSTWIRE_DATABASE_URL=url)
        assert (done.returncode, done.stdout) == (2, "")
        assert said in one_line(done.stderr)
    lately = json.loads(hostwire("trends", "mail", "--interval", "day", "--json", HOSTWIRE_DATABASE_URL=url).stdout)
    assert (len(lately["items"]), lately["total"]) == (30, 0)
    assert datetime.fromisoformat(lately["to"]) > datetime.now(UTC)
