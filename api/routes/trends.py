"""/trends: how often something is talked about, and what is talked about more or less than before."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from api.answers import NOT_MODIFIED, PROBLEMS, answer
from api.context import Hostwire
from api.parameters import MoverFilter, TrendFilter
from api.schemas import MoverList, TrendOut
from store.trends import movers, movers_span, span_of, trend

router = APIRouter(tags=["trends"], responses=PROBLEMS)


@router.get("/trends", response_model=TrendOut, responses=NOT_MODIFIED)
def show_trend(request: Request, hostwire: Hostwire, asked: TrendFilter) -> Response:
    """Posts counted by day, week or month, and compared with the equally long time before.

    The parameters are those of posts. Without `after` and `before`, as parameters or in `q`, the last 30 days, 26 weeks
    or 24 months are counted, today included. A post without a date counts when it was first seen.
    """
    query = asked.to_query(hostwire.config.event_types, hostwire.today())
    span = span_of(query, asked.interval, now=hostwire.now())
    with hostwire.database.read() as session:
        counted = trend(session, query, asked.interval, span)
    return answer(request, TrendOut.from_record(counted))


@router.get("/trends/movers", response_model=MoverList, responses=NOT_MODIFIED)
def show_movers(request: Request, hostwire: Hostwire, asked: MoverFilter) -> Response:
    """Products, organizations and top-level domains whose mentions rose or fell most against the period before.

    What is compared are the last whole day, seven days or thirty days, or those up to `before`. Names of which few
    posts speak are left out; the first is the one whose change chance explains least.
    """
    span = movers_span(asked.interval, asked.end(hostwire.today()), now=hostwire.now())
    with hostwire.database.read() as session:
        moved = movers(session, asked.kind, asked.interval, span, limit=asked.limit, fewest=asked.fewest)
    return answer(request, MoverList.from_record(moved))
