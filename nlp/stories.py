"""Which posts report the same news: a sketch of each, the decision on two, and how pairs become stories.

Text in, values out. Posts are compared by their *shingles*, runs of three words (Broder, "On the resemblance and
containment of documents", 1997). Candidates share a key of their sketches; what two candidates are to each other is
decided on all of their shingles, so that a sketch can only miss, never mistake. Languages do not matter: words are runs
of letters, or single characters where a script puts no space between words.

Who tells the same news in words of his own shares no shingles. Such posts are known by their news: the one event that
each of them is mainly about.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from hashlib import blake2b
from typing import Literal

from nlp.annotations import PostText
from nlp.identifying_facts import IdentifyingFacts, identifying_facts

RESEMBLANCE = 0.5  # Jaccard similarity of two posts that report the same
CONTAINMENT = 0.8  # share of the smaller one that stands in the larger one: a teaser in its article
SHORT_WORDS = 20  # a shorter text has too few shingles to tell by them alone
COPIED_WORDS = 50  # a text of so many words that comes again word for word is the same news however much later
SHORT_APART = timedelta(days=3)  # short notices return; so does the same title over another text
READ_CHARACTERS = 100_000  # of a text; what is longer is a book
KEYS = 24  # smallest shingles of a text: a teaser of a third of it shares eight of them
LEAD = 24  # shingles with which a text begins
LEAD_KEYS = 4  # smallest of these: the teaser of a very long text begins as it does

_MASK = (1 << 63) - 1  # keys are columns of databases, which count to here
_PRIME = 0x9E3779B97F4A7C15
_ASCII_WORD = re.compile(r"[a-z0-9]+")
_WORD = re.compile(r"[^\W_]+")
# Han, kana, Thai, Lao, Khmer and Burmese are written without spaces.
_UNSPACED = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_HAS_UNSPACED = re.compile(f"[{_UNSPACED}]")
_WORD_OR_CHARACTER = re.compile(f"[{_UNSPACED}]|(?:(?![{_UNSPACED}])[^\\W_])+")
# What WordPress puts under each teaser of a feed: of a short one it is a fifth.
_FEED_FOOTER = re.compile(
    r"\b(?:the post|der beitrag|l[’']article|la entrada|il post|het bericht|o post)\b[^\n]{1,300}"
    r"\b(?:appeared first on|first appeared on|erschien zuerst auf|est apparu en premier sur|se publicó primero en"
    r"|proviene da|verscheen eerst op|apareceu primeiro em)\b[^\n]{1,120}\Z",
    re.IGNORECASE,
)
_FOOTER_CHARACTERS = 500  # at the end of a text, in which it is looked for
# What a product is called before it is finished.
_STAGES = frozenset({"alpha", "beta", "rc", "preview", "candidate", "prerelease", "snapshot", "nightly"})


@dataclass(frozen=True, slots=True)
class Sketch:
    """What of a post tells whether another one reports the same.

    `keys`, 63-bit numbers, find candidates: two posts that are the same news share one, nearly always several.
    """

    published: date | None
    title: tuple[str, ...]  # its words
    text: tuple[str, ...]
    words: frozenset[str]  # of both
    shingles: frozenset[int]  # of the text
    lead: frozenset[int]  # those it begins with
    facts: IdentifyingFacts
    keys: tuple[int, ...]

    @property
    def is_short(self) -> bool:
        return len(self.text) < SHORT_WORDS

    @property
    def is_copyable(self) -> bool:
        """Is an exact copy of it the same news at any distance in time?"""
        return len(self.text) >= COPIED_WORDS


def sketch(post: PostText) -> Sketch:
    """The sketch of a post, of whose text the first `READ_CHARACTERS` are read."""
    text_read = _without_footer(post.text[:READ_CHARACTERS])
    title, text = _words(post.title), _words(text_read)
    shingles = _shingles(text)
    lead = shingles[:LEAD]
    keys = {*sorted(set(shingles))[:KEYS], *sorted(lead)[:LEAD_KEYS]}
    if len(title) >= 3:
        keys.add(_word_hash("title " + " ".join(title)) & _MASK)
    return Sketch(
        published=post.anchor,
        title=title,
        text=text,
        words=frozenset((*title, *text)),
        shingles=frozenset(shingles),
        lead=frozenset(lead),
        facts=identifying_facts(post.title, text_read),
        keys=tuple(sorted(keys)),
    )


def _without_footer(text: str) -> str:
    footer = _FEED_FOOTER.search(text, max(0, len(text) - _FOOTER_CHARACTERS))
    return text if footer is None else text[: footer.start()]


def _words(text: str) -> tuple[str, ...]:
    if text.isascii():
        return tuple(_ASCII_WORD.findall(text.lower()))
    folded = unicodedata.normalize("NFKC", text).casefold()
    return tuple((_WORD_OR_CHARACTER if _HAS_UNSPACED.search(folded) else _WORD).findall(folded))


@lru_cache(maxsize=1 << 16)
def _word_hash(word: str) -> int:
    return int.from_bytes(blake2b(word.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")


def _shingles(words: Sequence[str]) -> list[int]:
    """A number for each run of three words, in their order; of fewer words one for all of them."""
    hashes = [_word_hash(word) for word in words]
    if len(hashes) < 3:
        return [_word_hash(" ".join(words)) & _MASK] if words else []
    # The last word's hash is uniform, and so is the sum; the products tell the order of the words.
    return [
        ((first * _PRIME + second) * _PRIME + third) & _MASK
        for first, second, third in zip(hashes, hashes[1:], hashes[2:], strict=False)
    ]


# -- two posts ----------------------------------------------------------------------------------------------------


def similarity(a: Sketch, b: Sketch) -> float | None:
    """How much alike two reports of the same news are, in (0, 1]; None when they are not of the same news.

    The order of the two does not matter.
    """
    alike = _likeness(a, b)
    return None if alike is None or differ(a, b) else max(alike, LEAST_ALIKE)


def _likeness(a: Sketch, b: Sketch) -> float | None:
    """Whether the words are those of one report, whatever it is about."""
    if a.is_short or b.is_short:
        return _short_likeness(a, b)
    shared = len(a.shingles & b.shingles)
    jaccard = shared / (len(a.shingles) + len(b.shingles) - shared)
    contained = shared / min(len(a.shingles), len(b.shingles))
    agree = _titles_agree(a, b)
    # What a site puts under all of its posts is much of a short one: half of the words alone is not enough then.
    if jaccard >= RESEMBLANCE and (agree or jaccard >= 0.9 or _begin_alike(a, b)):
        return jaccard
    # A round-up holds the teasers of many posts and is none of them.
    if contained >= CONTAINMENT and agree:
        return max(jaccard, contained / 2)
    if (
        (jaccard >= RETOLD or contained >= 2 * RETOLD)
        and _titles_are_one(a, b)
        and _published_within(a, b, SHORT_APART)
    ):
        return jaccard
    return None


LEAST_ALIKE = 0.1  # of two posts by their words; below it is what is alike by its news
RETOLD = 0.25  # Jaccard similarity of two texts under one title within days: written anew in part, or a teaser of it


def _short_likeness(a: Sketch, b: Sketch) -> float | None:
    """Of texts too short to go by alone: they are nearly equal with their titles, or one is the other's teaser."""
    if not _published_within(a, b, SHORT_APART):
        return None
    all_a, all_b = (*a.title, *a.text), (*b.title, *b.text)
    if min(len(all_a), len(all_b)) >= 6:
        shingles_a, shingles_b = set(_shingles(all_a)), set(_shingles(all_b))
        shared = len(shingles_a & shingles_b)
        jaccard = shared / (len(shingles_a) + len(shingles_b) - shared)
        if jaccard >= 0.8 and (set(a.title) <= b.words or set(b.title) <= a.words):
            return jaccard
    contained = len(a.shingles & b.shingles) / max(min(len(a.shingles), len(b.shingles)), 1)
    if min(len(a.text), len(b.text)) >= 8 and contained >= 0.9 and len(a.title) >= 3 and a.title == b.title:
        return contained / 2
    return None


def _published_within(a: Sketch, b: Sketch, bound: timedelta) -> bool:
    return a.published is None or b.published is None or abs(a.published - b.published) <= bound


def _begin_alike(a: Sketch, b: Sketch) -> bool:
    return 3 * len(a.lead & b.lead) >= min(len(a.lead), len(b.lead))


def _telling(words: Iterable[str]) -> set[str]:
    """Words that say something in most languages: longer ones, numbers, and what is written without spaces."""
    return {word for word in words if len(word) >= 4 or not word.isascii() or not word.isalpha()}


def _titles_agree(a: Sketch, b: Sketch) -> bool:
    """Half of the shorter title stands in the other; a post without one is not told by it."""
    in_a, in_b = _telling(a.title), _telling(b.title)
    return not in_a or not in_b or 2 * len(in_a & in_b) >= min(len(in_a), len(in_b))


def _titles_are_one(a: Sketch, b: Sketch) -> bool:
    in_a, in_b = _telling(a.title), _telling(b.title)
    return min(len(in_a), len(in_b)) >= 5 and len(in_a & in_b) >= 0.8 * len(in_a | in_b)


def differ(a: Sketch, b: Sketch) -> bool:
    """Whether the two cannot report the same news, however alike their words are.

    Their facts contradict each other ("Update Rollup 3", "Update Rollup 4"); the one is about a beta of which the other
    does not speak; or the same sentences are about something else ("New location: Madrid", "New location: Oslo").
    """
    return contradict(a, b) or (_has_subject_of_its_own(a, b) and _has_subject_of_its_own(b, a))


def contradict(a: Sketch, b: Sketch) -> bool:
    """Whether what the two state cannot be said of the same news, whichever words they use."""
    if a.facts.contradict(b.facts):
        return True
    return not (_STAGES.intersection(a.title) <= b.words and _STAGES.intersection(b.title) <= a.words)


def _has_subject_of_its_own(a: Sketch, b: Sketch) -> bool:
    """Does the title name what its text speaks of as well and the other post nowhere does, in no inflection?"""
    own = set(a.title).difference(b.words).intersection(a.text)
    if not own:
        return False
    instead = {word[:4] for word in b.words - a.words}
    return any(word[:4] not in instead for word in own)


# -- the same news in other words --------------------------------------------------------------------------------

LEAD_CHARACTERS = 400  # of a text: what it is about is said here
MOST_AT_ONCE = 2  # events of one subject that are one piece of news: "released" and "updated"
MOST_ASIDE = 3  # events of others that a post mentions beside its news; a round-up tells of more
MOST_ASIDE_UNNAMED = 1  # the same where the title does not name whom its news is about
DAYS_APART = timedelta(days=3)  # between reports of one news; what is said later is said of another occasion
TURN = timedelta(days=1)  # between "is about to" and "has", where both tell of the same day


@dataclass(frozen=True, slots=True)
class Report:
    """A post's statement of an event: where it stands, whom it happens to (the main subject first), which of these the
    post names in its title, and whether it is about any of them.
    """

    event: int
    status: str
    field: Literal["title", "text"]
    start: int
    subjects: tuple[int, ...]
    in_title: frozenset[int]
    is_salient: bool

    @property
    def place(self) -> tuple[bool, int, int]:
        return self.field != "title", self.start, self.event

    @property
    def is_prominent(self) -> bool:
        return self.is_salient and (self.field == "title" or self.start < LEAD_CHARACTERS)


@dataclass(frozen=True, slots=True)
class News:
    """What a post is mainly about: an event, or two of one subject, each with the status that it gives it."""

    published: datetime
    status_of: Mapping[int, str]


def main_news(reports: Iterable[Report], published: datetime | None) -> News | None:
    """What a post is mainly about, by all that it says of events. None for one that tells of many things or of nothing
    in particular, and for one of which nobody knows when it was published.
    """
    told = sorted(reports, key=lambda report: report.place)
    prominent = [report for report in told if report.is_prominent]
    if published is None or not prominent:
        return None
    first = next((report for report in prominent if report.field == "title" or report.in_title), prominent[0])
    same = [first, *(report for report in prominent if report.subjects[:1] == first.subjects[:1])]
    events = list(dict.fromkeys(report.event for report in same))[:MOST_AT_ONCE]
    about = {subject for report in told if report.event in events for subject in report.subjects}
    aside = [report for report in told if about.isdisjoint(report.subjects[:1])]
    if any(report.in_title.intersection(report.subjects[:1]) for report in aside):
        return None  # the title announces several things
    if len({report.event for report in aside}) > (MOST_ASIDE if first.in_title else MOST_ASIDE_UNNAMED):
        return None
    return News(published, {report.event: report.status for report in reversed(same) if report.event in events})


def nearness(a: News, b: News) -> float | None:
    """How sure it is that two posts report the same news in other words, below what two are alike by their words; None
    when they do not. The order of the two does not matter.
    """
    apart = abs(a.published - b.published)
    shared = a.status_of.keys() & b.status_of.keys()
    part = len(shared) / len(a.status_of.keys() | b.status_of.keys())
    if apart > DAYS_APART or part < 0.5:
        return None
    if not all(_statuses_agree(a.status_of[event], b.status_of[event], apart) for event in shared):
        return None
    return part * LEAST_ALIKE / 2 / (1 + apart / timedelta(days=1))


def _statuses_agree(one: str, other: str, apart: timedelta) -> bool:
    return one == other or ("cancelled" not in {one, other} and apart <= TURN)


# -- many posts ---------------------------------------------------------------------------------------------------


def group(
    posts: Sequence[Sketch], links: Iterable[tuple[int, int, float]], news: Sequence[News | None] = ()
) -> tuple[tuple[int, ...], ...]:
    """The stories that pairs of posts make, as places in `posts`, each of two or more, in the order of their first.

    `links` are pairs of places and how much alike they are, by words or by news; `news` are those of each post. The
    most alike come together first, and no two groups do of which any two posts differ: a teaser that fits two articles
    joins the one that it is more like. By their news alone groups come together that began within days of each other.
    The outcome depends on the posts and their order alone, which should be that of publishing, not on that of `links`.
    """
    ordered = sorted((-alike, min(a, b), max(a, b)) for a, b, alike in links)
    told = {place: news[place] for less, a, b in ordered if -less < LEAST_ALIKE for place in (a, b) if news}
    group_of = {place: [place] for place in range(len(posts))}
    for less, first, second in ordered:
        one, other = group_of[first], group_of[second]
        if one is other:
            continue
        if -less < LEAST_ALIKE:
            if not _of_one_news(one, other, posts, told):
                continue
        elif any(differ(posts[a], posts[b]) for a in one for b in other):
            continue
        joined = sorted([*one, *other])
        for place in joined:
            group_of[place] = joined
    found = {places[0]: tuple(places) for places in group_of.values() if len(places) > 1}
    return tuple(found[first] for first in sorted(found))


def _of_one_news(
    one: Sequence[int], other: Sequence[int], posts: Sequence[Sketch], news: Mapping[int, News | None]
) -> bool:
    """Whether all that two groups tell may be one news, which both began to tell within days of each other."""
    begun = [min((posts[place].published or date.max) for place in places) for places in (one, other)]
    if abs(begun[0] - begun[1]) > DAYS_APART:
        return False
    return not any(
        contradict(posts[a], posts[b]) or _are_other_news(news.get(a), news.get(b)) for a in one for b in other
    )


def _are_other_news(a: News | None, b: News | None) -> bool:
    return a is not None and b is not None and a.status_of.keys().isdisjoint(b.status_of)
