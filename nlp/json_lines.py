"""Posts in and analyses out as JSON, the shape that `hostwire tag` and `POST /tag` speak."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from datetime import UTC, date, datetime
from itertools import islice
from typing import TypeVar

from nlp.annotations import Analysis, EventMention, Mention, PostText, TaggedEntity, Timex
from nlp.errors import PostFormatError
from nlp.explanations import (
    Explanation,
    Provenance,
    explain_event,
    explain_mention,
    explain_salience,
    explain_timex,
)
from nlp.one_by_one import TagsPosts, tag_each

T = TypeVar("T")
Json = dict[str, object]
BATCH = 64
TAGGING_FAILED = "this post could not be tagged: that is a fault in Hostwire, and its log says where"


def parse_line(line: str) -> PostText:
    """The post that a line of JSON holds.

    Raises:
        PostFormatError: the line is no object with "title", "text" and "published" as they must be; it says
            which and carries the object's "id" as `post_id` where there is one.
    """
    if not line.strip():
        raise PostFormatError('an empty line; send {"id", "title", "text", "published"} on it')
    try:
        found = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise PostFormatError(f"not JSON: {error}") from error
    if not isinstance(found, dict):
        raise PostFormatError(f'not a JSON object but {_kind(found)}; send {{"id", "title", "text", "published"}}')
    return parse_post(found)


def parse_post(found: Json) -> PostText:
    """The post that a JSON object holds; keys it does not know are ignored.

    Raises:
        PostFormatError: see `parse_line`.
    """
    post_id = found.get("id")
    title = _string(found, "title", post_id)
    text = _string(found, "text", post_id)
    if found.get("title") is None and found.get("text") is None:
        raise PostFormatError('neither "title" nor "text" is there to tag', post_id=post_id)
    return PostText(title, text, _published(found.get("published"), post_id))


def tag_lines(
    tagger: TagsPosts, lines: Iterable[bytes | str], *, batch: int = BATCH, explained: Provenance | None = None
) -> Iterator[Json]:
    """An answer a line, in order: the analysis, or what is wrong with the line. Blank lines at the end have none.

    Lines are read as they are needed, `batch` at a time. Beside the analysis an answer names its "anchor", the day
    that relative dates were counted from: null says that they have no value because the post has no publishing day.
    `explained`: every tag says why it is there, and every analysis what made it.
    """
    numbered = ((line, _parsed(_decoded(line))) for line in _without_blank_end(lines))
    yield from _answers(tagger, ((post_id_of(_decoded(line)), post) for line, post in numbered), batch, explained)


def _without_blank_end(lines: Iterable[bytes | str]) -> Iterator[bytes | str]:
    blank: list[bytes | str] = []
    for line in lines:
        if line.strip():
            yield from blank
            blank.clear()
            yield line
        else:
            blank.append(line)


def tag_objects(
    tagger: TagsPosts, posts: Iterable[Json], *, batch: int = BATCH, explained: Provenance | None = None
) -> Iterator[Json]:
    """As `tag_lines`, of JSON objects that are already read."""
    yield from _answers(tagger, ((found.get("id"), _attempt(parse_post, found)) for found in posts), batch, explained)


def _decoded(line: bytes | str) -> str:
    return line.decode("utf-8", "replace").lstrip("\ufeff") if isinstance(line, bytes) else line


def _parsed(line: str) -> PostText | PostFormatError:
    return _attempt(parse_line, line)


def _attempt(parse: Callable[[T], PostText], given: T) -> PostText | PostFormatError:
    try:
        return parse(given)
    except PostFormatError as error:
        return error


def _answers(
    tagger: TagsPosts,
    posts: Iterable[tuple[object, PostText | PostFormatError]],
    batch: int,
    explained: Provenance | None,
) -> Iterator[Json]:
    waiting = iter(posts)
    while chunk := list(islice(waiting, batch)):
        good = [(post_id, post) for post_id, post in chunk if isinstance(post, PostText)]
        analyses = iter(tag_each(tagger, [post for _, post in good], [post_id for post_id, _ in good]))
        for post_id, post in chunk:
            if not isinstance(post, PostText):
                yield error_to_json(post_id, str(post))
            elif (analysis := next(analyses)) is not None:
                answer = analysis_to_json(post_id, analysis, explained)
                yield {**answer, "anchor": post.anchor and post.anchor.isoformat()}
            else:
                yield error_to_json(post_id, TAGGING_FAILED)


def post_id_of(line: str) -> object:
    """The "id" of a line that may be anything; None when there is none to be had."""
    try:
        found = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return found.get("id") if isinstance(found, dict) else None


def analysis_to_json(post_id: object, analysis: Analysis, explained: Provenance | None = None) -> Json:
    """The object of one post: entities of one slug stand together with all their mentions.

    With `explained`, what made the analysis, it and each of its tags have an "explain".
    """
    explain = explained is not None
    shown: Json = {
        "id": post_id,
        "products": [_entity(entity, explain=explain) for entity in analysis.products],
        "organizations": [_entity(entity, explain=explain) for entity in analysis.organizations],
        "tlds": [_entity(entity, explain=explain) for entity in analysis.tlds],
        "timexes": [_timex(timex) | (_why(explain_timex(timex)) if explain else {}) for timex in analysis.timexes],
        "events": [_event(event) | (_why(explain_event(event)) if explain else {}) for event in analysis.events],
        "error": None,
    }
    return shown if explained is None else {**shown, "explain": asdict(explained)}


def _why(explanation: Explanation) -> Json:
    return {"explain": {"rule": explanation.rule, "why": explanation.why, "facts": dict(explanation.facts)}}


def error_to_json(post_id: object, message: str) -> Json:
    """What stands in place of an analysis for a line that is no post."""
    return {"id": post_id, "error": message}


def _string(found: Json, key: str, post_id: object) -> str:
    value = found.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise PostFormatError(f'"{key}" must be a string, not {_kind(value)}', post_id=post_id)
    # A lone surrogate is no character and could not be written out again.
    return value.encode("utf-8", "replace").decode("utf-8") if _has_surrogate(value) else value


def _has_surrogate(value: str) -> bool:
    return any("\ud800" <= character <= "\udfff" for character in value)


def _published(value: object, post_id: object) -> date | datetime | None:
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise PostFormatError(f'"published" must be an ISO date or instant, not {_kind(value)}', post_id=post_id)
    try:
        if len(value) <= len("2010-08-25"):
            return date.fromisoformat(value)
        instant = datetime.fromisoformat(value)
    except ValueError as error:
        raise PostFormatError(
            f'"published" is {value!r}; give an ISO date like 2010-08-25 or an instant like 2010-08-25T09:00:00Z',
            post_id=post_id,
        ) from error
    return instant if instant.tzinfo else instant.replace(tzinfo=UTC)


def _kind(value: object) -> str:
    names = {
        bool: "a boolean",
        int: "a number",
        float: "a number",
        str: "a string",
        list: "a list",
        dict: "an object",
    }
    return names.get(type(value), "null")


def _entity(entity: TaggedEntity, *, explain: bool) -> Json:
    shown: Json = {"name": entity.name, "slug": entity.slug, "salient": entity.salient}
    if entity.kind != "tld":
        shown["known"] = entity.known
    shown["mentions"] = [
        _mention(mention) | (_why(explain_mention(entity, mention)) if explain else {}) for mention in entity.mentions
    ]
    return shown | _why(explain_salience(entity)) if explain else shown


def _mention(mention: Mention) -> Json:
    return {"field": mention.field, "start": mention.start, "end": mention.end, "text": mention.text}


def _timex(timex: Timex) -> Json:
    return {
        "field": timex.field,
        "start": timex.start,
        "end": timex.end,
        "text": timex.text,
        "type": timex.type,
        "value": timex.value,
        "begin": _day(timex.begin),
        "end_date": _day(timex.end_date),
    }


def _event(event: EventMention) -> Json:
    evidence = event.evidence
    return {
        "type": event.type,
        "status": event.status,
        "date": event.date,
        "subjects": list(event.subjects),
        "evidence": {
            "field": evidence.field,
            "start": evidence.start,
            "end": evidence.end,
            "text": evidence.text,
        },
        "confidence": round(event.confidence, 4),
    }


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
