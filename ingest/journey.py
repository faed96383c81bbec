"""The way of one exchange from hop to hop: redirects, cookies and validators. Rules only, no I/O."""

from __future__ import annotations

from dataclasses import dataclass

import httpx

from ingest.errors import BadResponseError, BadUrlError, TooManyRedirectsError

MAX_URL_CHARS = 8000
PERMANENT_REDIRECTS = frozenset({301, 308})

RawHeaders = list[tuple[bytes, bytes]]


def parse_url(url: str) -> httpx.URL:
    """An address that can be asked, without its fragment.

    Raises:
        BadUrlError: not http or https, no host, or not readable as a URL.
    """
    try:
        parsed = httpx.URL(url)
        port_ok = parsed.port is None or 0 < parsed.port < 65536
        host = parsed.host  # which is looked at for international names
    except (httpx.InvalidURL, ValueError) as error:
        raise BadUrlError(url[:200], "no address that can be read") from error
    if parsed.scheme not in {"http", "https"}:
        named = f"{parsed.scheme[:20]}: addresses" if parsed.scheme else "addresses without http:// or https://"
        raise BadUrlError(url[:200], f"{named} are not fetched")
    if not host or not port_ok or len(url) > MAX_URL_CHARS:
        raise BadUrlError(url[:200], "no address that can be read")
    if parsed.userinfo:
        raise BadUrlError(f"{parsed.scheme}://{host}", "addresses that carry a user name are not fetched")
    return parsed.copy_with(fragment=None) if "#" in url else parsed


def origin_of(url: httpx.URL) -> tuple[str, int]:
    """Host (as it is asked for: international names in ASCII) and port, the default one filled in."""
    return url.raw_host.decode("ascii"), url.port or (443 if url.scheme == "https" else 80)


@dataclass(frozen=True, slots=True)
class Validators:
    """What an earlier answer said of its version, sent back exactly as it was received.

    `url` is the address they came from: only it gets to see them, so that no other address's 304 is taken for
    its own. None: every hop does.
    """

    etag: str | None = None
    last_modified: str | None = None
    url: str | None = None

    def headers_for(self, url: httpx.URL) -> RawHeaders:
        if self.url is not None and self.url != str(url):
            return []
        pairs = ((b"If-None-Match", self.etag), (b"If-Modified-Since", self.last_modified))
        return [(name, value.encode("latin-1", "replace")) for name, value in pairs if value]


@dataclass(frozen=True, slots=True)
class Posted:
    """What is posted: its bytes and the headers that go with them. `name` is what an error calls it; `is_private` says
    that the address may be a secret, so that no error repeats one that the receiver makes of it.
    """

    body: bytes
    content_type: bytes
    headers: tuple[tuple[bytes, bytes], ...] = ()
    name: str = "a form"
    is_private: bool = False

    def all_headers(self) -> RawHeaders:
        length = b"%d" % len(self.body)
        return [(b"Content-Type", self.content_type), (b"Content-Length", length), *self.headers]


class Journey:
    """Where one exchange has come to. Raises BadUrlError when it cannot even begin.

    `here` is the address to ask now, `redirects` those asked before it, `permanent_url` where an unbroken row
    of permanent redirects led, `seconds_left` what remains of the deadline. `posted` is what is sent there; None for
    a GET.
    """

    def __init__(self, url: str, *, seconds: float, max_redirects: int, posted: Posted | None = None) -> None:
        self.here = parse_url(url)
        self.redirects: list[str] = []
        self.permanent_url: str | None = None
        self.seconds_left = seconds
        self.posted = posted
        self._max_redirects = max_redirects
        self._cookies: httpx.Cookies | None = None  # of this exchange alone
        self._seen = {self.here}

    def cookie_headers(self) -> RawHeaders:
        """The Cookie header for `here`: some sites redirect in a circle until theirs comes back."""
        if self._cookies is None:
            return []
        request = httpx.Request("GET", self.here)
        self._cookies.set_cookie_header(request)
        return [(name, value) for name, value in request.headers.raw if name.lower() == b"cookie"]

    def follow(self, status: int, location: str, raw_headers: RawHeaders) -> None:
        """Move on to where a redirect leads.

        Raises:
            BadUrlError: it leads to what is no http or https address.
            TooManyRedirectsError: it is one too many, or leads back without having changed anything.
            BadResponseError: something was posted, which is nobody else's to read.
        """
        if self.posted is not None:
            where = "" if self.posted.is_private else f" to {location[:200]!r}"
            raise BadResponseError(
                str(self.here), f"HTTP {status}: it redirects{where}, and {self.posted.name} is not sent on"
            )
        try:
            target = parse_url(str(self.here.join(_percent_encoded(location))))
        except httpx.InvalidURL as error:
            raise BadUrlError(
                location[:200], f"redirected to {location[:200]!r}, no address that can be read"
            ) from error
        except BadUrlError as error:
            raise BadUrlError(location[:200], f"redirected to {location[:200]!r}: {error.reason}") from error
        got_cookie = self._take_cookies(status, raw_headers)
        if target in self._seen and not got_cookie:
            raise TooManyRedirectsError(str(target), f"redirects in a circle, back to {target}")
        if len(self.redirects) >= self._max_redirects:
            raise TooManyRedirectsError(str(target), f"more than {self._max_redirects} redirects (max_redirects)")
        if status in PERMANENT_REDIRECTS and self.permanent_url == (str(self.here) if self.redirects else None):
            self.permanent_url = str(target)
        self.redirects.append(str(self.here))
        self._seen.add(target)
        self.here = target

    def _take_cookies(self, status: int, raw_headers: RawHeaders) -> bool:
        if not any(name.lower() == b"set-cookie" for name, _ in raw_headers):
            return False
        jar = self._cookies if self._cookies is not None else httpx.Cookies()
        before = dict(jar)
        jar.extract_cookies(httpx.Response(status, headers=raw_headers, request=httpx.Request("GET", self.here)))
        self._cookies = jar
        return dict(jar) != before


def _percent_encoded(location: str) -> str:
    """Header values come as Latin-1 text; a server that puts bare UTF-8 there means its bytes."""
    return "".join(c if "!" <= c <= "~" else f"%{ord(c):02X}" for c in location.strip())
