"""/posts: search and single posts."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from api.answers import NOT_FOUND, NOT_MODIFIED, PROBLEMS, answer, next_page
from api.context import Hostwire
from api.errors import NotFoundError
from api.parameters import PathId, PostView, SearchFilter
from api.schemas import DidYouMeanOut, ExplainedPostOut, FacetValueOut, PostDetailOut, PostOut, PostPage
from store.corrections import did_you_mean
from store.facets import facets
from store.search import search_posts
from store.stories import story_of
from store.views import get_post

router = APIRouter(tags=["posts"], responses=PROBLEMS)


@router.get("/posts", response_model=PostPage, responses=NOT_MODIFIED)
def list_posts(request: Request, hostwire: Hostwire, asked: SearchFilter) -> Response:
    """Search posts, newest or most relevant first."""
    query, wanted = asked.to_query(hostwire.config.event_types, hostwire.today()), asked.facet_names()
    with hostwire.database.read() as session:
        page = search_posts(session, query, limit=asked.limit, cursor=asked.place())
        counted = facets(session, query, wanted)
        first = asked.cursor is None
        meant = did_you_mean(session, hostwire.names, query, total=page.total, now=hostwire.now()) if first else None
    following = next_page(request, asked.following(page.next))
    items = [PostOut.from_summary(post) for post in page.items]
    shown = {name: [FacetValueOut.from_record(found) for found in values] for name, values in counted.items()}
    listed = PostPage(items=items, next=following, total=page.total, facets=shown if wanted else None)
    listed.did_you_mean = DidYouMeanOut.from_record(meant) if meant else None
    return answer(request, listed, following=following, feeds="posts")


@router.get(
    "/posts/{post_id}", response_model=PostDetailOut | ExplainedPostOut, responses={**NOT_FOUND, **NOT_MODIFIED}
)
def show_post(request: Request, hostwire: Hostwire, post_id: PathId, view: PostView) -> Response:
    """One post whole: clean HTML, text, mentions, timexes, event mentions, revisions, and who else reports it.

    With `explain=1` its tags say why they are there. They are then those that its text gets now, which differ from the
    stored ones where the catalogue, the model or the code have changed since: `explain.analysis_version` tells.
    """
    with hostwire.database.read() as session:
        post = get_post(session, post_id)
        story = story_of(session, post_id)
    if post is None:
        raise NotFoundError(f"there is no post {post_id}")
    shown = PostDetailOut.from_detail(post, story)
    if view.explain == "1":
        tags = hostwire.explain(post.summary.title, post.text, post.summary.published)
        shown = ExplainedPostOut.of(shown, tags, post.analysis_version)
    return answer(request, shown)
