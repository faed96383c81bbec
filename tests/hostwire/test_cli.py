"""The command's manners: help everywhere, data on stdout, one line of error, and exit codes."""

from __future__ import annotations

import json
import socket
from pathlib import Path

import click
import pytest

from hostwire.cli import COMMANDS, command
from tests.hostwire.conftest import Run, one_line

ROOT = Path(__file__).resolve().parents[2]


def leaves(group: click.Group, path: tuple[str, ...] = ()) -> list[tuple[tuple[str, ...], click.Command]]:
    context = click.Context(group)
    found: list[tuple[tuple[str, ...], click.Command]] = []
    for name in group.list_commands(context):
        inner = group.get_command(context, name)
        assert inner is not None
        found += leaves(inner, (*path, name)) if isinstance(inner, click.Group) else [((*path, name), inner)]
    return found


@pytest.mark.parametrize(
    ("path", "leaf"), leaves(command), ids=lambda value: " ".join(value) if isinstance(value, tuple) else ""
)
def test_every_command_and_option_says_what_it_is_for(path: tuple[str, ...], leaf: click.Command) -> None:
    assert leaf.help, f"{path} has no help"
    silent = [p.name for p in leaf.params if isinstance(p, click.Option) and not p.help and p.name != "limit"]
    assert silent == []


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_its_place_in_the_readme(name: str) -> None:
    assert f"`hostwire {name}" in (ROOT / "README.md").read_text()


@pytest.mark.parametrize(
    "words",
    [
        pytest.param(("nonsense",), id="unknown command"),
        pytest.param(("ingest", "--nonsense"), id="unknown option"),
        pytest.param(("inspect",), id="missing argument"),
        pytest.param(("search", "x", "--limit", "0"), id="number out of range"),
        pytest.param(("source", "add", "http://a.example/", "--kind", "blog"), id="unknown kind"),
        pytest.param(("source", "import", "missing.opml"), id="missing file"),
        pytest.param(("search", "colour:red"), id="unknown query field"),
        pytest.param(("search", '"open'), id="unended phrase"),
        pytest.param(("source", "add", "notaurl"), id="no address"),
        pytest.param(("source", "add", "ftp://files.example/"), id="another scheme"),
        pytest.param(("inspect", "x.html", "--base-url", "notaurl"), id="no base address"),
    ],
)
def test_wrong_words_are_one_line_and_exit_2(hostwire: Run, words: tuple[str, ...]) -> None:
    done = hostwire(*words)
    assert done.returncode == 2, done.stderr
    assert done.stdout == ""
    assert one_line(done.stderr).startswith("hostwire: ")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        pytest.param(("source", "add", "http://127.0.0.1:1/"), "127.0.0.1", id="a private address"),
        pytest.param(
            ("source", "remove", "http://unknown.example/"),
            "unknown.example",
            id="a source that is not there",
        ),
        pytest.param(
            ("ingest", "--source", "http://unknown.example/"),
            "unknown.example",
            id="ingest of an unknown source",
        ),
        pytest.param(("timeline", "Nothing of the kind"), "Nothing of the kind", id="an entity nobody named"),
    ],
)
def test_what_cannot_be_done_is_one_line_and_exit_1(hostwire: Run, words: tuple[str, ...], said: str) -> None:
    done = hostwire(*words)
    assert done.returncode == 1, done.stderr
    assert said in one_line(done.stderr)


@pytest.mark.parametrize(
    "url",
    [
        pytest.param("sqlit:///x.db", id="a typo in the name"),
        pytest.param("hostwire.db", id="no URL at all"),
        pytest.param("postgresql://nobody@127.0.0.1:1/none", id="nobody answers"),
        pytest.param("sqlite:////proc/nowhere/x.db", id="a folder that cannot be made"),
    ],
)
def test_a_database_that_cannot_be_used_is_one_line(hostwire: Run, url: str) -> None:
    done = hostwire("source", "list", HOSTWIRE_DATABASE_URL=url)
    assert done.returncode == 1
    assert one_line(done.stderr).startswith("hostwire: ")


def test_a_bad_setting_is_one_line(hostwire: Run) -> None:
    done = hostwire("source", "list", HOSTWIRE_HOST_DELAY="soon")
    assert done.returncode == 1
    assert "HOSTWIRE_HOST_DELAY" in one_line(done.stderr)


@pytest.mark.parametrize("name", [".env", "hostwire.toml"])
def test_a_settings_file_that_is_no_text_is_one_line(hostwire: Run, tmp_path: Path, name: str) -> None:
    (tmp_path / "cwd").mkdir()
    (tmp_path / "cwd" / name).write_bytes(b"\xff\xfe=\n")
    done = hostwire("source", "list")
    assert done.returncode == 1
    assert "UTF-8" in one_line(done.stderr)


def test_doctor_names_a_misspelt_variable(hostwire: Run) -> None:
    findings = [json.loads(line) for line in hostwire("doctor", "--json", HOSTWIRE_HOST_DELY="1").stdout.splitlines()]
    assert [f["found"] for f in findings if f["check"] == "settings"] == ["HOSTWIRE_HOST_DELY is no setting"]


@pytest.mark.parametrize(
    "words", [("-exchange",), ("-exchange", "--limit", "5"), ("--json", "-exchange"), ("--", "-x")]
)
def test_a_query_may_begin_with_a_minus(hostwire: Run, words: tuple[str, ...]) -> None:
    done = hostwire("search", *words)
    assert done.returncode == 0, done.stderr


def test_what_changes_something_can_answer_in_json(hostwire: Run) -> None:
    assert json.loads(hostwire("init", "--json").stdout)["database"].startswith("sqlite")
    assert json.loads(hostwire("source", "defaults", "--json").stdout)["there"] == 0
    assert json.loads(hostwire("retag", "--json").stdout) == {"analyzed": 0, "failed": 0}
    assert hostwire("source", "add", "http://a.example/feed", "--kind", "feed").returncode == 0
    removed = json.loads(hostwire("source", "remove", "http://a.example/feed", "--json").stdout)
    assert removed["url"] == "http://a.example/feed"


def test_a_port_in_use_is_said_before_any_work(hostwire: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        for words in (("serve", "--port", port), ("demo", "--port", port)):
            done = hostwire(*words)
            assert done.returncode == 1
            assert f"port {port}" in one_line(done.stderr)


def test_sources_are_added_listed_exported_and_removed(hostwire: Run, tmp_path: Path) -> None:
    assert (
        hostwire("source", "add", "http://a.example/feed", "--kind", "feed", "--name", "A", "--tag", "mail").returncode
        == 0
    )
    assert hostwire("source", "add", "http://b.example/", "--kind", "page").returncode == 0
    again = hostwire("source", "add", "http://a.example/feed", "--kind", "feed")
    assert (again.returncode, "a.example" in one_line(again.stderr)) == (1, True)

    listed = [json.loads(line) for line in hostwire("source", "list", "--json").stdout.splitlines()]
    assert [(s["url"], s["kind"], s["name"], s["tags"]) for s in listed] == [
        ("http://a.example/feed", "feed", "A", ["mail"]),
        ("http://b.example/", "page", "http://b.example/", []),
    ]

    opml = tmp_path / "all.opml"
    opml.write_text(hostwire("source", "export").stdout)
    assert hostwire("source", "remove", "http://a.example/feed").returncode == 0
    assert "added 1 source, 1 were there" in hostwire("source", "import", str(opml)).stdout


def test_an_import_leaves_out_what_may_not_be_crawled(hostwire: Run, tmp_path: Path) -> None:
    opml = tmp_path / "feeds.opml"
    opml.write_text(
        '<opml version="2.0"><body><outline text="Private" xmlUrl="http://ann:secret@a.example/feed"/>'
        '<outline text="Open" xmlUrl="http://b.example/feed"/></body></opml>'
    )
    done = hostwire("source", "import", str(opml))
    assert (done.returncode, done.stdout.strip()) == (0, "added 1 source, 0 were there already")
    assert "Private" in one_line(done.stderr)
    assert "secret" not in done.stderr


def test_the_default_sources_are_added_once(hostwire: Run) -> None:
    first = hostwire("source", "defaults")
    assert first.returncode == 0, first.stderr
    assert hostwire("source", "defaults").stdout.startswith("added 0 sources")
    listed = [json.loads(line) for line in hostwire("source", "list", "--json").stdout.splitlines()]
    assert len(listed) >= 25
    assert all(source["tags"] and source["name"] for source in listed)


def test_init_makes_the_database_and_is_safe_to_repeat(hostwire: Run, tmp_path: Path) -> None:
    assert hostwire("init").returncode == 0
    assert (tmp_path / "data" / "hostwire.db").exists()
    assert hostwire("init").returncode == 0


def test_ingest_with_nothing_to_do_is_a_success(hostwire: Run) -> None:
    done = hostwire("ingest", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) | {"seconds": 0} == {
        "sources": 0, "ok": 0, "failed": 0, "new": 0, "updated": 0, "analyzed": 0, "seconds": 0,
    }  # fmt: skip


def test_doctor_says_what_to_do(hostwire: Run) -> None:
    done = hostwire("doctor", "--json")
    findings = {f["check"]: f for f in map(json.loads, done.stdout.splitlines())}
    assert done.returncode == 0, done.stdout
    assert findings["database"]["do"] == "run `hostwire init`"
    assert {"disk", "catalogue", "model", "database"} <= findings.keys()


def test_doctor_fails_for_a_model_that_is_not_there(hostwire: Run) -> None:
    done = hostwire("doctor", "--json", HOSTWIRE_SPACY_MODEL="en_core_web_nowhere")
    findings = {f["check"]: f for f in map(json.loads, done.stdout.splitlines())}
    assert (done.returncode, findings["model"]["level"]) == (1, "error")
