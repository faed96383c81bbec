"""Statuses: those without a document, and what servers write beside them."""

from __future__ import annotations

from tests.ingest.factories import items, rss
from tests.ingest.hostile.farm import Case
from tests.servers import FEED_TYPE, Answer

FEED = rss(items(range(930_000, 930_002)))
RETRY_AFTER = {
    "of no time": "0",
    "below nothing": "-99",
    "of a century": "3155760000",
    "of five thousand digits": "9" * 5000,
    "of a fraction": "1.5e9",
    "in the year 9999": "Fri, 31 Dec 9999 23:59:59 GMT",
    "in the year 99999999999": "Fri, 31 Dec 99999999999 23:59:59 GMT",
    "before time": "Mon, 01 Jan 0001 00:00:00 +2359",
    "in a zone of nonsense": "Mon, 01 Jan 2026 00:00:00 +999999999999",
    "in words": "soon, I promise",
    "of nothing": "",
}
WITHOUT_DOCUMENT = {
    "204": "empty",
    "206": "HTTP 206",
    "226": "HTTP 226",
    "304": "304 Not Modified to a request that set no condition",
    "400": "HTTP 400",
    "401": "HTTP 401",
    "402": "HTTP 402",
    "403": "HTTP 403",
    "404": "HTTP 404",
    "407": "HTTP 407",
    "408": "HTTP 408",
    "410": "HTTP 410 Gone: the source says it has ended",
    "418": "HTTP 418",
    "421": "HTTP 421",
    "425": "HTTP 425",
    "429": "HTTP 429",
    "451": "HTTP 451",
    "500": "HTTP 500",
    "502": "HTTP 502",
    "503": "HTTP 503",
    "504": "HTTP 504",
    "599": "HTTP 599",
    "999": "HTTP 999",
}


def status_cases() -> list[Case]:
    return [
        *(
            Case(f"status {status}", {"/feed": Answer(FEED, status=int(status), content_type=FEED_TYPE)}, error=error)
            for status, error in WITHOUT_DOCUMENT.items()
        ),
        *(
            Case(
                f"status {status} with a Retry-After {what}",
                {"/feed": Answer(status=status, headers={"Retry-After": value})},
                error=f"HTTP {status}",
            )
            for status in (429, 503)
            for what, value in RETRY_AFTER.items()
        ),
        Case(
            "status 403 with a challenge of a megabyte",
            {"/feed": Answer(b"<html>Checking your browser" + b"<p>wait</p>" * 90_000, status=403)},
            error="HTTP 403",
        ),
        Case(
            "status 401 with a scheme",
            {"/feed": Answer(status=401, headers={"WWW-Authenticate": "Basic realm=x"})},
            error="HTTP 401",
        ),
        Case("status 203 of a proxy", {"/feed": Answer(FEED, status=203, content_type=FEED_TYPE)}, new=2),
    ]
