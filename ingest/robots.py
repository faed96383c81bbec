"""robots.txt by RFC 9309: what a site lets us read, remembered for a day. Rules and memory; the client fetches."""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import cached_property
from pathlib import Path
from typing import Literal

import orjson
import structlog
from protego import Protego

from ingest.errors import FetchError, HttpStatusError, TooManyRedirectsError
from ingest.urls import MAX_LENGTH

MAX_ROBOTS_BYTES = 512_000  # RFC 9309, 2.5 wants 500 KiB read; the rest is left unread
MAX_ROBOTS_REDIRECTS = 5  # RFC 9309, 2.3.1.2
FRESH_S = 86_400.0  # RFC 9309, 2.4: not used for longer than a day
UNREACHABLE_S = 3_600.0  # a server that was down is asked sooner again
MAX_CRAWL_DELAY_S = 60.0  # some files ask for hours, which no nightly run has
TOO_MANY_REQUESTS = 429
MAX_SITEMAPS = 50  # that one file states
log = structlog.get_logger()
_OURS = "*"  # the one name that the reduced file has left
_AGENT_FIELDS = {"user-agent", "useragent"}
_RULE_FIELDS = {"allow", "disallow", "crawl-delay"}


@dataclass(frozen=True)
class Rules:
    """What a site's robots.txt says to us. `text` is our part of it; `fetched_at` is in seconds since 1970.

    `outcome` is "rules" where there is such a file, "missing" where there is none and all may be read, and
    "unreachable" where the server could not be asked and nothing may; `reason` says why. `sitemaps` are the
    addresses of the site's sitemaps as the file states them
    (https://www.sitemaps.org/protocol.html#submit_robots), to whomever.
    """

    outcome: Literal["rules", "missing", "unreachable"]
    fetched_at: float
    text: str = ""
    reason: str = ""
    sitemaps: tuple[str, ...] = ()

    def refusal(self, url: str) -> str | None:
        """Why `url` may not be read, in a line; None when it may."""
        if self.outcome == "unreachable":
            return f"its robots.txt cannot be had, which forbids all (RFC 9309): {self.reason}"
        if self.outcome == "rules" and not self._parsed.can_fetch(url, _OURS):
            return "the site's robots.txt forbids it"
        return None

    @property
    def crawl_delay_s(self) -> float:
        """The seconds between two requests that the site asks for, up to a minute; 0 when it does not."""
        return min(self._parsed.crawl_delay(_OURS) or 0.0, MAX_CRAWL_DELAY_S) if self.outcome == "rules" else 0.0

    def is_fresh(self, now: float) -> bool:
        """Not after `now`, either: a clock that was set back must not keep a file for ever."""
        lasts = UNREACHABLE_S if self.outcome == "unreachable" else FRESH_S
        return 0 <= now - self.fetched_at < lasts

    @cached_property
    def _parsed(self) -> Protego:
        return Protego.parse(self.text)


def rules_of(body: bytes, *, agent: str, now: float) -> Rules:
    """The rules in a robots.txt for the product token `agent`, else those for everybody."""
    text = body.decode("utf-8-sig", "replace")
    return Rules("rules", now, text=_own_part(text, agent.lower()), sitemaps=_sitemaps(text))


def rules_after(error: FetchError, *, now: float) -> Rules:
    """What follows when no robots.txt came: a 4xx or too many redirects allow all, anything else nothing."""
    if isinstance(error, TooManyRedirectsError):
        return Rules("missing", now)
    if isinstance(error, HttpStatusError) and 400 <= error.status < 500 and error.status != TOO_MANY_REQUESTS:
        return Rules("missing", now)
    return Rules("unreachable", now, reason=error.reason)


def _own_part(text: str, agent: str) -> str:
    """The groups that speak to us as one group for everybody.

    Cut down before Protego sees it, which gives every rule to every name of its group: half a megabyte of names and
    rules makes a hundred million.
    """
    groups: dict[str, list[str]] = {}
    current: set[str] = set()
    naming = False
    for line in text.splitlines():
        field, _, value = line.partition("#")[0].partition(":")
        field, value = field.strip().lower(), value.strip()
        if field in _AGENT_FIELDS:
            current = current if naming else set()
            naming = True
            name = value.partition("/")[0].strip().lower()
            if name in {agent, "*"}:
                current.add(name)
                groups.setdefault(name, [])
        elif field in _RULE_FIELDS:
            naming = False
            for name in current:
                groups[name].append(f"{field}: {value}")
    rules = groups.get(agent, groups.get("*", []))
    return "\n".join((f"user-agent: {_OURS}", *dict.fromkeys(rules)))


def _sitemaps(text: str) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for line in text.splitlines():
        field, _, value = line.partition(":")
        # a # may belong to an address, and begins a comment only after a blank
        address = re.split(r"\s", value.strip(), maxsplit=1)[0]
        if field.strip().lower() == "sitemap" and 0 < len(address) <= MAX_LENGTH and len(found) < MAX_SITEMAPS:
            found[address] = None
    return tuple(found)


class RobotsMemory:
    """The rules of sites as they were last fetched; with a `folder` also for the next run, where it can be written to.

    `clock` gives seconds since 1970.
    """

    def __init__(self, *, folder: Path | None = None, clock: Callable[[], float] = time.time) -> None:
        self.clock = clock
        self._folder = folder
        self._known: dict[str, Rules] = {}

    def get(self, site: str) -> Rules | None:
        """The rules of "scheme://host:port" while they are fresh."""
        rules = self._known.get(site) or self._load(site)
        return rules if rules is not None and rules.is_fresh(self.clock()) else None

    def put(self, site: str, rules: Rules) -> None:
        self._known[site] = rules
        if self._folder is None:
            return
        path = self._path(self._folder, site)
        draft = path.with_suffix(".new")
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            draft.write_bytes(orjson.dumps(asdict(rules)))
            draft.replace(path)  # whole or not at all, also when two runs meet
        except OSError as error:  # a full disk, say: the next run asks again, and this one goes on
            log.warning("robots_not_kept", site=site, error=str(error))

    def _load(self, site: str) -> Rules | None:
        if self._folder is None:
            return None
        try:
            stated = orjson.loads(self._path(self._folder, site).read_bytes())
            stored = Rules(**stated | {"sitemaps": tuple(stated.get("sitemaps", ()))})
        except (OSError, ValueError, TypeError, AttributeError):
            return None  # never asked, or a file that is not ours: asked again
        self._known[site] = stored
        return stored

    @staticmethod
    def _path(folder: Path, site: str) -> Path:
        return folder / f"{hashlib.sha256(site.encode()).hexdigest()[:32]}.json"
