"""Has posts compared with those that may report the same news, and the stories kept that they make together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from store.database import Transaction
from store.records import PostForAnalysis, StoryText
from store.stories import (
    Link,
    copies,
    posts_on,
    publishing,
    replace_stories,
    replace_story_links,
    save_story_keys,
    story_candidates,
    story_graph,
    story_reports,
    story_texts,
)

if TYPE_CHECKING:  # as in analysis.py: nlp is not waited for until it is needed
    from nlp.stories import News, Sketch

NEAREST_REPORTS = 20  # reports of one event that a post is compared with, to either side in time


class Desk:
    """Posts of a batch with their sketches, from when their words are compared until their stories are told."""

    def __init__(self, posts: Sequence[PostForAnalysis]) -> None:
        self.post_ids = tuple(post.id for post in posts)
        self.sketches: dict[int, Sketch] = {}
        self.read(posts)

    def read(self, posts: Iterable[PostForAnalysis | StoryText]) -> None:
        """Sketch the posts, each once."""
        from nlp.annotations import PostText
        from nlp.stories import sketch

        for post in posts:
            if post.id not in self.sketches:
                self.sketches[post.id] = sketch(PostText(post.title, post.text, post.published))


# -- by their words ------------------------------------------------------------------------------------------------


def compare(transaction: Transaction, posts: Sequence[PostForAnalysis]) -> Desk:
    """Find which posts have the words of these, in the caller's transaction; their stories are to be told with the desk
    that is returned.
    """
    from nlp.stories import LEAST_ALIKE

    desk = Desk(posts)
    if not posts:
        return desk
    save_story_keys(transaction, {post_id: desk.sketches[post_id].keys for post_id in desk.post_ids})
    candidates = _candidates(transaction, desk)
    found = {other for some in candidates.values() for other in some}
    desk.read(story_texts(transaction, found - desk.sketches.keys()))
    replace_story_links(transaction, desk.post_ids, _links_by_words(desk, candidates), least=LEAST_ALIKE)
    return desk


def _candidates(transaction: Transaction, desk: Desk) -> dict[int, set[int]]:
    near = story_candidates(transaction, desk.post_ids)
    copied = copies(transaction, [post_id for post_id in desk.post_ids if desk.sketches[post_id].is_copyable])
    return {post_id: {*near.get(post_id, ()), *copied.get(post_id, ())} for post_id in desk.post_ids}


def _links_by_words(desk: Desk, candidates: dict[int, set[int]]) -> list[Link]:
    """The pairs that are the same news, each once."""
    from nlp.stories import similarity

    pairs = {(min(post_id, other), max(post_id, other)) for post_id, some in candidates.items() for other in some}
    found = ((a, b, similarity(desk.sketches[a], desk.sketches[b])) for a, b in sorted(pairs))
    return [(a, b, alike) for a, b, alike in found if alike is not None]


# -- by their news, and both ---------------------------------------------------------------------------------------


def retell(transaction: Transaction, desk: Desk, around: Collection[int], *, now: datetime) -> None:
    """Find the stories of the desk's posts anew, and of all that they are or were linked to.

    In the transaction in which their words were compared and their events resolved; `around` are the posts of events
    that gained or lost a report by that. The outcome does not depend on which of the posts of a story came first, nor
    on how often this is done.
    """
    from nlp.stories import LEAST_ALIKE, group

    touched = {*desk.post_ids, *around}
    if not touched:
        return
    links = _links_by_news(transaction, touched)
    changed = replace_story_links(transaction, touched, links, below=LEAST_ALIKE)
    graph = story_graph(transaction, {*desk.post_ids, *changed})
    desk.read(graph.posts)
    ids = [post.id for post in graph.posts]
    place = {post_id: number for number, post_id in enumerate(ids)}
    news = _main_news(transaction, ids)
    groups = group(
        [desk.sketches[post_id] for post_id in ids],
        ((place[a], place[b], alike) for a, b, alike in graph.links),
        [news.get(post_id) for post_id in ids],
    )
    replace_stories(transaction, graph.post_ids, [[ids[number] for number in some] for some in groups], now=now)


def _links_by_news(transaction: Transaction, post_ids: Collection[int]) -> list[Link]:
    """The pairs that report the same news in whatever words, of which one at least is among the posts."""
    from nlp.stories import nearness

    news = _main_news(transaction, post_ids)
    events = {event for found in news.values() for event in found.status_of}
    news |= _main_news(transaction, posts_on(transaction, events) - set(post_ids))
    reports: dict[int, list[int]] = defaultdict(list)
    when = publishing(transaction, news)
    for post_id in sorted(news, key=lambda found: (news[found].published, when[found][1])):
        for event in events.intersection(news[post_id].status_of):
            reports[event].append(post_id)
    pairs = {
        (a, b)
        for some in reports.values()
        for number, a in enumerate(some)
        for b in some[number + 1 : number + 1 + NEAREST_REPORTS]
        if a in post_ids or b in post_ids
    }
    found = ((a, b, nearness(news[a], news[b])) for a, b in pairs)
    return [(a, b, alike) for a, b, alike in found if alike is not None]


def _main_news(transaction: Transaction, post_ids: Iterable[int]) -> dict[int, News]:
    """What each of the posts is mainly about, where it is about one thing."""
    from nlp.stories import Report, main_news

    stated = story_reports(transaction, post_ids)
    published = publishing(transaction, stated)
    found = {}
    for post_id, reports in stated.items():
        told = (Report(r.event_id, r.status, r.field, r.start, r.subjects, r.in_title, r.is_salient) for r in reports)
        news = main_news(told, published[post_id][0])
        if news is not None:
            found[post_id] = news
    return found
