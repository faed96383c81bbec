"""The command as a person runs it: a process of its own, with an environment of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def hostwire(tmp_path: Path) -> Run:
    """Runs `hostwire ARGS`, in an empty folder, with only the HOSTWIRE_* variables given."""

    def run(*args: str, stdin: str = "", timeout: float = 120, **variables: str) -> subprocess.CompletedProcess[str]:
        environment = {name: value for name, value in os.environ.items() if not name.startswith("HOSTWIRE_")}
        environment |= {"HOSTWIRE_DATA_DIR": str(tmp_path / "data"), "HOSTWIRE_HOST_DELAY": "0", **variables}
        folder = tmp_path / "cwd"
        folder.mkdir(exist_ok=True)
        return subprocess.run(
            [sys.executable, "-m", "hostwire", *args],
            input=stdin,
            capture_output=True,
            text=True,
            timeout=timeout,
            env=environment,
            cwd=folder,
            check=False,
        )

    return run


def one_line(text: str) -> str:
    """The one line that a message is; fails when it is more, as a traceback would be."""
    lines = text.strip().splitlines()
    assert len(lines) == 1, text
    return lines[0]
