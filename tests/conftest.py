"""What every test may use: databases, a loopback HTTP server, the labelled material where it is there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

SHARED = Path(os.environ.get("HOSTWIRE_SHARED", Path(__file__).resolve().parents[2] / "shared"))

pytest_plugins = ["tests.databases"]


@pytest.fixture(autouse=True)
def _no_settings_from_outside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Tests see no HOSTWIRE_* variable and write to a data directory of their own."""
    for name in [name for name in os.environ if name.startswith("HOSTWIRE_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOSTWIRE_DATA_DIR", str(tmp_path / "data"))


@pytest.fixture
def shared() -> Path:
    """The labelled material kept beside the checkout; tests that ask for it carry the `shared` mark."""
    if not SHARED.is_dir():
        pytest.skip(f"no labelled material at {SHARED}")
    return SHARED
