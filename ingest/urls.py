"""Addresses: resolved, checked, and in the one form under which a post is known."""

from __future__ import annotations

import re
from urllib.parse import SplitResult, quote, urljoin, urlsplit, urlunsplit

from ingest.errors import IngestError

MAX_LENGTH = 4_096
DEFAULT_PORTS = {"http": 80, "https": 443}
# Parameters that say where a reader came from, not what is read.
TRACKING = re.compile(
    r"(?:utm_\w+|fbclid|gclid|dclid|msclkid|yclid|twclid|igshid|mc_[ce]id|_hs(?:enc|mi)|mkt_tok|cmpid|ncid|"
    r"ref_src|wt\.mc_id|s_cid|vero_id|oly_(?:anon|enc)_id|__s|rss_?id|from_rss)\Z",
    re.IGNORECASE,
)
# A visit's own number, which every visit gets another of. Short names are that only where the value looks like one.
_SESSION = re.compile(
    r"(?:PHPSESSID|JSESSIONID|ASPSESSIONID\w*|ASP\.NET_SessionId|session_?id|sessid|CFID|CFTOKEN|jsession)(?:=.*)?\Z|"
    r"(?:s|sid|osCsid|zenid|session)=(?:[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-z]{26})\Z",
    re.IGNORECASE,
)
_SESSION_PATH = re.compile(r";jsessionid=[^/?;]*|/\((?:[A-Z]\([0-9a-zA-Z_-]{16,}\))+\)(?=/)", re.IGNORECASE)
GLOBAL_ID = re.compile(r"(?:https?://[^/\s]+/\S+|tag:[^,\s]+,\d{4}\S*:\S+|urn:[\w-]+:\S+)\Z", re.IGNORECASE)
# Absolute addresses that resolving, and being made canonical, leave as they are: nearly all that feeds state.
_PLAIN_PATH = r"(?:/[\w.~!$&'()*+,=:@%-]*+)++"
_PLAIN = re.compile(rf"https?://[\w-][\w.-]*(?::\d{{1,4}})?(?:{_PLAIN_PATH})?(?:\?[\w.~!$&'()*+,=:@%/-]+)?", re.ASCII)
_ROOTED = re.compile(r"/(?!/)[\w.~!$&'()*+,=:@%/-]*", re.ASCII)
_ORIGIN = re.compile(r"https?://[\w-][\w.-]*(?::\d{1,4})?(?=/|\Z)", re.ASCII)
_CANONICAL = re.compile(rf"https?://(?:[a-z0-9-]++\.)*+[a-z0-9-]++{_PLAIN_PATH}", re.ASCII)
_SCHEME_ALONE = re.compile(r"[a-z]+:/*", re.IGNORECASE)  # which urljoin takes for the base itself
_UNSAFE = re.compile(r"[\x00-\x20\x7f<>\"{}|\\^`\ud800-\udfff]")


class BadAddressError(IngestError):
    """What was given is no http or https address."""


def check_http_url(url: str) -> str:
    """The address as it will be asked for.

    Raises:
        BadAddressError: it is no http or https address; the text says what it is not.
    """
    cleaned = url.strip()
    parts = _split(cleaned)
    if parts is None or not parts.hostname:
        raise BadAddressError(f"{url!r} is no address: it looks like https://host/path")
    if parts.scheme not in DEFAULT_PORTS:
        raise BadAddressError(f"{url!r} is no http or https address")
    if parts.username is not None or parts.password is not None:
        raise BadAddressError(
            f"the address at {parts.hostname} carries a user name, which all who see the sources would see"
        )
    if len(cleaned) > MAX_LENGTH:
        raise BadAddressError(f"the address is longer than {MAX_LENGTH} characters")
    return _UNSAFE.sub(lambda match: quote(match.group(), errors="replace"), cleaned)


def is_http_url(url: str | None) -> bool:
    """Whether it is an http or https address with a host."""
    parts = _split(url) if url else None
    return parts is not None and parts.scheme in DEFAULT_PORTS and bool(parts.hostname)


def resolve(base: str, reference: str | None) -> str | None:
    """The absolute http(s) address that a reference in a document at `base` means; None when it means none."""
    if not reference or not (reference := reference.strip()) or _SCHEME_ALONE.fullmatch(reference):
        return None
    if len(reference) + len(base) <= MAX_LENGTH:
        if _PLAIN.fullmatch(reference) is not None:
            return reference
        if "/." not in reference and _ROOTED.fullmatch(reference) and (origin := _ORIGIN.match(base)) is not None:
            return origin[0] + reference
    try:
        url = urljoin(base, "".join(reference.splitlines()))
    except ValueError:
        return None
    if not is_http_url(url) or len(url) > MAX_LENGTH:
        return None
    return _UNSAFE.sub(lambda match: quote(match.group(), errors="replace"), url)


def canonical_url(url: str) -> str:
    """The address under which a post is known: the same for the spellings of one address, and itself again.

    Scheme and host in lower case, no default port, no fragment, no tracking parameters, no session's number; all else
    as it is, since a path's case, its final slash and the order of its parameters may matter to the server.
    """
    if _CANONICAL.fullmatch(url) is not None and "/(" not in url:
        return url
    parts = _split(url.strip())
    if parts is None or not parts.hostname:
        return url
    try:
        port = parts.port
    except ValueError:
        return url
    host = parts.hostname.rstrip(".")
    if not host:
        return url
    if ":" in host:
        host = f"[{host}]"
    if port is not None and port != DEFAULT_PORTS.get(parts.scheme):
        host = f"{host}:{port}"
    if parts.username:
        host = f"{parts.netloc.rpartition('@')[0]}@{host}"
    path = _SESSION_PATH.sub("", parts.path) if ";" in parts.path or "/(" in parts.path else parts.path
    query = "&".join(
        item
        for item in parts.query.split("&")
        if item and not TRACKING.match(item.partition("=")[0]) and not _SESSION.match(item)
    )
    return urlunsplit((parts.scheme, host, path or "/", query, "")).strip()


def without_session(url: str) -> str:
    """The address without a session's number, in the query or in the path (Java's and ASP.NET's way)."""
    parts = _split(url)
    if parts is None or not parts.hostname:
        return url
    query = "&".join(item for item in parts.query.split("&") if not _SESSION.match(item))
    return urlunsplit(parts._replace(path=_SESSION_PATH.sub("", parts.path), query=query))


def is_global_id(guid: str) -> bool:
    """Whether an id is unique in the world by its scheme: an address with a path, tag: or urn:."""
    return GLOBAL_ID.match(guid) is not None


def host_of(url: str | None) -> str | None:
    """The host of an address without `www.`, in lower case; None when it has none."""
    parts = _split(url) if url else None
    return parts.hostname.removeprefix("www.") if parts is not None and parts.hostname else None


def _split(url: str) -> SplitResult | None:
    try:
        parts = urlsplit(url)
        _ = parts.hostname, parts.port
    except ValueError:
        return None
    return parts
