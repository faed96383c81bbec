"""What the README shows is what happens."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_example_prints_what_it_says() -> None:
    match = re.search(r"```python\n(?P<code>.+?)```\n\nprints\n\n(?P<output>(?: {4}[^\n]+\n)+)", README, re.DOTALL)
    assert match
    done = subprocess.run([sys.executable, "-c", match["code"]], capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.stdout.splitlines() == [line.strip() for line in match["output"].splitlines()], done.stderr


def test_every_file_that_the_documents_point_to_is_there() -> None:
    for document in (ROOT / "README.md", ROOT / "CONTRIBUTING.md", *(ROOT / "docs").glob("*.md")):
        text = document.read_text(encoding="utf-8")
        for target in re.findall(r"\]\(([^)#:]+)\)", text):
            assert (document.parent / target).exists(), f"{document.name} points to {target}"
        for path in re.findall(
            r"`((?:ingest|nlp|store|api|hostwire|migrations|tests|docs|bench)/[\w./]+\.(?:py|toml|md))`", text
        ):
            assert (ROOT / path).exists(), f"{document.name} names {path}"


def test_there_is_one_test_command_and_one_that_runs_the_main_job() -> None:
    commands = re.findall(r"^python3 -m venv .+$", README, re.MULTILINE)
    assert len(commands) == 2
    assert commands[0].endswith("hostwire demo")
    assert commands[1].endswith("pytest")
