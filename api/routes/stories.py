"""/stories: news, each with all posts that report it."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from api.answers import NOT_MODIFIED, PROBLEMS, answer, next_page
from api.context import Hostwire
from api.parameters import StoryFilter
from api.schemas import StoryOut, StoryPage
from store.stories import list_stories

router = APIRouter(tags=["stories"], responses=PROBLEMS)


@router.get("/stories", response_model=StoryPage, responses=NOT_MODIFIED)
def show_stories(request: Request, hostwire: Hostwire, asked: StoryFilter) -> Response:
    """News that two or more posts report, what was first told last at the top, each with its posts.

    The parameters are those of posts: a story is listed when one of its posts fits all of them.
    """
    query = asked.to_query(hostwire.config.event_types, hostwire.today())
    with hostwire.database.read() as session:
        page = list_stories(session, query, limit=asked.limit, cursor=asked.place())
    following = next_page(request, asked.following(page.next))
    items = [StoryOut.from_record(story) for story in page.items]
    return answer(request, StoryPage(items=items, next=following), following=following)
