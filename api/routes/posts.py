"""/posts: search and single posts."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from api.answers import NOT_FOUND, PROBLEMS, answer, next_page
from api.context import Hostwire
from api.errors import NotFoundError
from api.parameters import Nothing, PostFilter
from api.schemas import PostDetailOut, PostOut, PostPage
from store.search import search_posts
from store.views import get_post

router = APIRouter(tags=["posts"], responses=PROBLEMS)


@router.get("/posts", response_model=PostPage)
def list_posts(request: Request, hostwire: Hostwire, asked: PostFilter) -> Response:
    """Search posts, newest or most relevant first."""
    query = asked.to_query(hostwire.config.event_types)
    with hostwire.database.read() as session:
        page = search_posts(session, query, limit=asked.limit, cursor=asked.cursor)
    following = next_page(request, page.next)
    items = [PostOut.from_summary(post) for post in page.items]
    return answer(request, PostPage(items=items, next=following, total=page.total), following=following)


@router.get("/posts/{post_id}", response_model=PostDetailOut, responses=NOT_FOUND)
def show_post(request: Request, hostwire: Hostwire, post_id: str, _: Nothing) -> Response:
    """One post whole: clean HTML, text, mentions, timexes, event mentions and revisions."""
    with hostwire.database.read() as session:
        post = get_post(session, post_id)
    if post is None:
        raise NotFoundError(f"there is no post {post_id}")
    return answer(request, PostDetailOut.from_detail(post))
