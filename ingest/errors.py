"""What can go wrong in ingest, as one tree under IngestError."""

from __future__ import annotations


class IngestError(Exception):
    """Something could not be read or fetched. The text is one line: what was wrong and what to do."""


class ReadError(IngestError):
    """The bytes behind an address are nothing that the readers can read; the text says why."""


# -- fetching ------------------------------------------------------------------------------------------------


class FetchError(IngestError):
    """An exchange that gave no document. `url` is the address asked for, `reason` one line of why not."""

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(url, reason)
        self.url = url
        self.reason = reason

    def __str__(self) -> str:
        return f"{self.url}: {self.reason}"


class BadUrlError(FetchError):
    """The address, or one that it redirects to, is no http or https URL."""


class DnsError(FetchError):
    """The host has no address."""


class BlockedAddressError(FetchError):
    """The host's addresses are not of the public internet, and no exception names it."""


class ConnectError(FetchError):
    """No connection, or one that broke: refused, reset, TLS not agreed on."""


class FetchTimeoutError(FetchError):
    """One of the deadlines passed; the reason names it."""


class TooLargeError(FetchError):
    """Header or body are larger than allowed; the reason names the limit."""


class TooManyRedirectsError(FetchError):
    """More redirects than `max_redirects`, or a circle of them."""


class BadResponseError(FetchError):
    """What came is no proper HTTP: not the length declared, a coding not asked for, no HTTP at all."""


class RobotsError(FetchError):
    """The site's robots.txt forbids it, or, as `RobotsUnreachableError`, could not be had."""


class RobotsUnreachableError(RobotsError):
    """The site's robots.txt could not be had: the answer may be another in an hour."""


class HttpStatusError(FetchError):
    """The server answered, with a status that brings no body. `retry_after` is its header as received."""

    def __init__(self, url: str, reason: str, status: int, retry_after: str | None = None) -> None:
        super().__init__(url, reason)
        self.status = status
        self.retry_after = retry_after


class MailError(IngestError):
    """A mail was not taken. `status` is the reply code of the operator's mail server, None where it gave none."""

    def __init__(self, reason: str, status: int | None = None) -> None:
        super().__init__(reason)
        self.status = status


# -- reading in a worker process -----------------------------------------------------------------------------


class SandboxError(IngestError):
    """A document could not be read within its bounds of time and memory; the text names the bound."""


class ReaderCrashedError(IngestError):
    """A reader raised what nobody foresaw: a fault of ours. `trace` is the worker's traceback."""

    def __init__(self, reason: str, trace: str) -> None:
        super().__init__(reason)
        self.trace = trace


# -- finding what to crawl -----------------------------------------------------------------------------------


class DiscoveryError(IngestError):
    """Nothing at the address can be crawled; the text says what was tried."""
