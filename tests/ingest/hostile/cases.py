"""The table of cases, gathered from the modules that each hold one kind."""

from __future__ import annotations

from tests.ingest.hostile.documents import document_cases
from tests.ingest.hostile.farm import Case, Place
from tests.ingest.hostile.pages import page_cases
from tests.ingest.hostile.redirects import redirect_cases
from tests.ingest.hostile.robots import robots_cases
from tests.ingest.hostile.sitemaps import sitemap_cases
from tests.ingest.hostile.statuses import status_cases
from tests.ingest.hostile.transport import transport_cases


def all_cases(place: Place) -> list[Case]:
    return [
        *transport_cases(),
        *redirect_cases(place),
        *status_cases(),
        *document_cases(place),
        *page_cases(),
        *sitemap_cases(place),
        *robots_cases(place),
    ]
