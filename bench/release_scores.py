"""Release events of a vendor's posts against the release dates on record for one of its products.

A post *announces* a version when it was published within `ANNOUNCED_WITHIN` days of the recorded day, its title names
that version (its first number alone stands for an "x.0"), and the title names no preview of it. Titles are read by
their characters, never by the tagger that is judged. Days on record are those of the release notes or the download;
an announcement follows or precedes them by hours, seldom by a weekend: hence three days, and one for the event itself.

*Recall*: of the versions that are announced, those which one of the announcing posts tells as a release that happened,
with that version among its subjects and a day within `DATED_WITHIN` of the recorded one.

*Wrong*: of the release events about versions that can be judged, those with a wrong version or day. An event of any
post is judged when one of its subjects is a version on record, or a main version ("9") of which the record has
releases, the first of which counts; in a post that announces a version every version of that product is judged, also
one that was never recorded. A month or a year is right when it holds the recorded day; cancelled releases are left out.

An event without a date happened on its post's publishing day; a planned one without a date claims no day. Plans that
were published before the recorded day are not judged: a plan that slipped was no wrong reading.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from nlp.annotations import Analysis, EventMention, PostText

ANNOUNCED_WITHIN = timedelta(days=3)
DATED_WITHIN = timedelta(days=1)
_PREVIEW = re.compile(r"\b(?:alpha|beta|rc|release candidate|preview|testing)\b", re.IGNORECASE)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class WrongRelease:
    """A release event that the record contradicts: `reason` names the version and both days."""

    post: PostText
    event: EventMention
    reason: str


@dataclass(frozen=True, slots=True)
class ReleaseScores:
    """What was found of the versions that posts announce, and what was told that the record contradicts."""

    announced: tuple[str, ...]
    missed: tuple[str, ...]
    judged: int
    wrong: tuple[WrongRelease, ...]

    @property
    def recall(self) -> float:
        """Of the announced versions, those found; 1 where none is announced."""
        return 1 - len(self.missed) / len(self.announced) if self.announced else 1.0

    @property
    def wrong_share(self) -> float:
        """Of the judged events, those with a wrong version or day; 0 where none is judged."""
        return len(self.wrong) / self.judged if self.judged else 0.0


def score_releases(
    product: str, recorded: Mapping[str, date], tagged: Sequence[tuple[PostText, Analysis]]
) -> ReleaseScores:
    """Scores of the posts `tagged`, for `product` (a family's slug) and the days of its versions ("9.4")."""
    by_version: dict[str, list[int]] = {}
    for number, (post, _) in enumerate(tagged):
        for version in announced_versions(post, recorded):
            by_version.setdefault(version, []).append(number)
    missed = [
        version
        for version, numbers in by_version.items()
        if not any(_tells(product, version, recorded[version], *tagged[number]) for number in numbers)
    ]
    announcing = {number for numbers in by_version.values() for number in numbers}
    days = {**_first_of_main_versions(recorded), **recorded}
    judged, wrong = 0, []
    for number, (post, analysis) in enumerate(tagged):
        for event in analysis.events:
            told = _versions(product, event)
            if event.type != "release" or event.status == "cancelled" or not told:
                continue
            told = [version for version in told if not _was_plan(post, event, days.get(version))]
            known = [version for version in told if version in days]
            if not known and not (told and number in announcing):
                continue
            judged += 1
            reason = _contradiction(post, event, told if number in announcing else known, days)
            if reason:
                wrong.append(WrongRelease(post, event, reason))
    return ReleaseScores(tuple(by_version), tuple(missed), judged, tuple(wrong))


def announced_versions(post: PostText, recorded: Mapping[str, date]) -> list[str]:
    """The versions that `post` announces, see the top of this module."""
    published = post.anchor
    if published is None or _PREVIEW.search(post.title):
        return []
    return [
        version
        for version, day in recorded.items()
        if abs(published - day) <= ANNOUNCED_WITHIN and _names(post.title, version)
    ]


def _names(title: str, version: str) -> bool:
    short = version.removesuffix(".0")
    return any(re.search(rf"(?<![\d.]){re.escape(form)}(?!\.?\d)", title) for form in {version, short})


def _first_of_main_versions(recorded: Mapping[str, date]) -> dict[str, date]:
    first: dict[str, date] = {}
    for version, day in recorded.items():
        main = version.partition(".")[0]
        first[main] = min(day, first.get(main, day))
    return first


def _versions(product: str, event: EventMention) -> list[str]:
    numbered = re.compile(rf"{re.escape(product)}-(\d+(?:-\d+)*)")
    return [found[1].replace("-", ".") for slug in event.subjects if (found := numbered.fullmatch(slug))]


def _was_plan(post: PostText, event: EventMention, day: date | None) -> bool:
    return event.status == "planned" and day is not None and post.anchor is not None and post.anchor < day


def _interval(post: PostText, event: EventMention) -> tuple[date, date] | None:
    """The days that an event claims, half-open; None where it claims none."""
    if event.begin is not None and event.end_date is not None:
        return event.begin, event.end_date
    if event.date is None and event.status == "happened" and post.anchor is not None:
        return post.anchor, post.anchor + _DAY
    return None


def _tells(product: str, version: str, day: date, post: PostText, analysis: Analysis) -> bool:
    for event in analysis.events:
        if event.type != "release" or event.status != "happened" or version not in _versions(product, event):
            continue
        interval = _interval(post, event)
        if interval and interval[1] - interval[0] == _DAY and abs(interval[0] - day) <= DATED_WITHIN:
            return True
    return False


def _contradiction(
    post: PostText, event: EventMention, versions: Sequence[str], days: Mapping[str, date]
) -> str | None:
    interval = _interval(post, event)
    for version in versions:
        if version not in days:
            return f"{version} is not on record"
        day = days[version]
        if interval and not interval[0] - DATED_WITHIN <= day < interval[1] + DATED_WITHIN:
            return f"{version} was released on {day}, not on {event.date or interval[0]}"
    return None
