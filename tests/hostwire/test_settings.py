"""Settings come from the environment, a .env or a hostwire.toml, and bad ones are said in one line."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from hostwire.assembly import visit_spacing
from hostwire.errors import SettingsError
from hostwire.settings import Settings, load_settings
from ingest.schedule import Spacing
from tests.conftest import SHARED

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def _empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "cwd"
    folder.mkdir()
    monkeypatch.chdir(folder)


def test_the_database_is_a_file_in_the_data_directory(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOSTWIRE_DATA_DIR", str(tmp_path / "here"))
    assert load_settings().effective_database_url == f"sqlite:///{tmp_path}/here/hostwire.db"


def test_an_empty_variable_is_an_unset_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOSTWIRE_DATABASE_URL", "")
    monkeypatch.setenv("HOSTWIRE_API_KEY", "")
    settings = load_settings()
    assert settings.database_url is None
    assert settings.api_key is None


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param("", frozenset(), id="none"),
        pytest.param("127.0.0.1:80", frozenset({("127.0.0.1", 80)}), id="one"),
        pytest.param(
            "127.0.0.1:80, Intra.example:8080,",
            frozenset({("127.0.0.1", 80), ("intra.example", 8080)}),
            id="two",
        ),
        pytest.param("[::1]:81", frozenset({("::1", 81)}), id="IPv6"),
    ],
)
def test_fetch_allow_is_a_list_of_host_and_port(
    monkeypatch: pytest.MonkeyPatch, value: str, expected: frozenset[tuple[str, int]]
) -> None:
    monkeypatch.setenv("HOSTWIRE_FETCH_ALLOW", value)
    assert load_settings().fetch_allow == expected


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("HOSTWIRE_FETCH_ALLOW", "localhost"),
        ("HOSTWIRE_FETCH_ALLOW", "localhost:99999"),
        ("HOSTWIRE_HOST_DELAY", "-1"),
        ("HOSTWIRE_HOST_DELAY", "slow"),
        ("HOSTWIRE_FETCH_CONCURRENCY", "0"),
        ("HOSTWIRE_EXCHANGE_TIMEOUT", "0"),
        ("HOSTWIRE_MAX_BODY", "ten"),
        ("HOSTWIRE_BASE_URL", "news.example"),
        ("HOSTWIRE_ADAPTIVE_INTERVAL", "often"),
        ("HOSTWIRE_LONGEST_INTERVAL", "60"),
        ("HOSTWIRE_LONGEST_INTERVAL", "604801"),
        ("HOSTWIRE_SHORTEST_INTERVAL", "-1"),
        ("HOSTWIRE_SPACY_MODEL", ""),
    ],
)
def test_a_value_that_cannot_be_used_names_its_variable(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(SettingsError, match=f"^{name}: "):
        load_settings()


def test_visits_are_spaced_as_the_settings_say(monkeypatch: pytest.MonkeyPatch) -> None:
    assert visit_spacing(load_settings()) == Spacing(timedelta(minutes=30), timedelta(hours=20))
    monkeypatch.setenv("HOSTWIRE_SHORTEST_INTERVAL", "60")
    monkeypatch.setenv("HOSTWIRE_LONGEST_INTERVAL", "60")
    assert visit_spacing(load_settings()) == Spacing(timedelta(minutes=1), timedelta(minutes=1))
    monkeypatch.setenv("HOSTWIRE_ADAPTIVE_INTERVAL", "false")
    assert visit_spacing(load_settings()) is None


def test_the_environment_comes_before_dotenv_and_that_before_toml(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("hostwire.toml").write_text('host_delay = 3\nmax_body = 2048\ncontact = "toml"\n')
    Path(".env").write_text("HOSTWIRE_HOST_DELAY=4\nHOSTWIRE_MAX_BODY=4096\n")
    monkeypatch.setenv("HOSTWIRE_HOST_DELAY", "5")
    settings = load_settings()
    assert (settings.host_delay, settings.max_body, settings.contact) == (5, 4096, "toml")


def test_a_misspelt_name_in_the_file_is_said() -> None:
    Path("hostwire.toml").write_text("host_dely = 3\n")
    with pytest.raises(SettingsError, match="host_dely"):
        load_settings()


def test_a_file_that_is_no_toml_is_said() -> None:
    Path("hostwire.toml").write_text("host_delay: 3\n")
    with pytest.raises(SettingsError, match=r"hostwire\.toml"):
        load_settings()


def test_no_secret_is_shown_by_printing_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOSTWIRE_API_KEY", "hush-hush")
    monkeypatch.setenv("HOSTWIRE_DATABASE_URL", "postgresql://wire:hush-hush@localhost/wire")
    assert "hush-hush" not in repr(load_settings())


def test_every_setting_has_its_line_in_the_docs() -> None:
    documented = (ROOT / "docs" / "operations.md").read_text()
    assert [name for name in Settings.model_fields if f"`HOSTWIRE_{name.upper()}`" not in documented] == []


def test_the_labelled_material_is_never_inside_the_checkout() -> None:
    assert ROOT not in SHARED.parents
