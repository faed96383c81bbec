"""Answers as JSON: the shapes of docs/api.md, each made from the store's record of the same thing.

Instants are RFC 3339 in UTC, days ISO 8601, spans half-open; what is not known is null, never absent.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import (
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    StrictBool,
    WithJsonSchema,
)

from api.parameters import MAX_BACKLOG, Text, json_whole_number
from store import health, records
from store.corrections import DidYouMean
from store.facets import FacetValue
from store.suggestions import Suggestion, SuggestionKind
from store.trends import Interval, Mover, Movers, Trend


def _rfc3339(value: dt.datetime) -> str:
    return value.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")


Instant = Annotated[
    AwareDatetime,
    PlainSerializer(_rfc3339, return_type=str, when_used="json"),
    WithJsonSchema({"type": "string", "format": "date-time"}, mode="serialization"),
]
Id = Annotated[str, Field(json_schema_extra={"format": "uuid"})]
Count = Annotated[int, Field(ge=0)]
Offset = Annotated[int, Field(ge=0, description="in code points of the field")]
Probability = Annotated[float, Field(ge=0, le=1)]
NextPage = Annotated[str, Field(json_schema_extra={"format": "uri"})]
# Its values are those that the application is built with: api/description.py names them.
EventTypeName = Annotated[str, Field(json_schema_extra={"x-event-type": True})]
TimexType = Annotated[str, Field(json_schema_extra={"enum": ["DATE", "TIME", "DURATION", "SET"]})]
PublishedPrecision = Annotated[str, Field(json_schema_extra={"enum": ["second", "minute", "day"]})]
FieldName = Literal["title", "text"]
Status = Literal["happened", "planned", "cancelled"]
Kind = Literal["product", "organization", "tld"]


class NamedEntityOut(BaseModel):
    """An entity that a post names. `salient`: the post is about it."""

    slug: str
    name: str
    salient: bool

    @classmethod
    def from_record(cls, record: records.NamedEntity) -> NamedEntityOut:
        return cls(slug=record.slug, name=record.name, salient=record.salient)


class EventLabelOut(BaseModel):
    """An event that a post tells of; `date` is a TIMEX3 value."""

    type: EventTypeName
    status: Status
    date: str | None
    subjects: list[str]


class PostOut(BaseModel):
    """A post in a list. `highlight` is escaped text with <mark> round the hits of `q`.

    `source` and `source_id` are null once its source was removed.
    """

    id: Id
    url: str | None
    title: str
    author: str | None
    source: str | None
    source_id: Id | None
    published: Instant | None
    published_precision: PublishedPrecision | None
    first_seen: Instant
    summary: str | None
    highlight: str | None
    products: Sequence[NamedEntityOut]
    organizations: Sequence[NamedEntityOut]
    tlds: Sequence[NamedEntityOut]
    events: list[EventLabelOut]

    @classmethod
    def from_summary(cls, post: records.PostSummary) -> PostOut:
        return cls(
            id=post.id,
            url=post.url,
            title=post.title,
            author=post.author,
            source=post.source_name or None,
            source_id=post.source_id or None,
            published=post.published,
            published_precision=post.published_precision,
            first_seen=post.first_seen,
            summary=post.summary,
            highlight=post.highlight,
            products=[NamedEntityOut.from_record(entity) for entity in post.products],
            organizations=[NamedEntityOut.from_record(entity) for entity in post.organizations],
            tlds=[NamedEntityOut.from_record(entity) for entity in post.tlds],
            events=[
                EventLabelOut(type=event.type, status=event.status, date=event.date, subjects=list(event.subjects))
                for event in post.events
            ],
        )


class MentionOut(BaseModel):
    """Where a post names an entity: code points of the field, end exclusive."""

    kind: Kind
    slug: str
    name: str
    field: FieldName
    start: Offset
    end: Offset
    text: str


class TimexOut(BaseModel):
    """A date expression: its TIMEX3 type and value, and the half-open days that it denotes."""

    field: FieldName
    start: Offset
    end: Offset
    text: str
    type: TimexType
    value: str | None
    begin: dt.date | None
    end_date: dt.date | None


class SpanOut(BaseModel):
    """A stretch of a field, in code points, with what stands there."""

    field: FieldName
    start: Offset
    end: Offset
    text: str


class EventMentionOut(BaseModel):
    """One post's statement that something happens."""

    type: EventTypeName
    status: Status
    date: str | None
    begin: dt.date | None
    end_date: dt.date | None
    subjects: list[str]
    evidence: SpanOut
    confidence: Probability


class EnclosureOut(BaseModel):
    """A file that comes with a post: its media type and its length in bytes, as the source states them."""

    url: str
    type: str | None
    length: int | None


class RevisionOut(BaseModel):
    """An earlier title and text, and when their change was seen."""

    title: str
    text: str
    replaced: Instant


class PostLabelOut(BaseModel):
    """Another post of a story."""

    id: Id
    url: str | None
    title: str
    source: str | None
    source_id: Id | None
    published: Instant | None

    @classmethod
    def from_record(cls, post: records.PostLabel) -> PostLabelOut:
        return cls(
            id=post.id,
            url=post.url,
            title=post.title,
            source=post.source_name,
            source_id=post.source_id,
            published=post.published,
        )


class PostStoryOut(BaseModel):
    """The story of a post: its id, and the other posts that report the same news, the earliest first."""

    id: Id
    posts: list[PostLabelOut]

    @classmethod
    def from_record(cls, story: records.PostStory) -> PostStoryOut:
        return cls(id=story.id, posts=[PostLabelOut.from_record(post) for post in story.others])


class StoryOut(BaseModel):
    """Posts that report the same news. `title` is that of `earliest`, the post that told it first; `posts` are at most
    50 of `total`, in order of publishing; `sources` counts those that tell it.
    """

    id: Id
    title: str
    first_reported: Instant
    earliest: Id = Field(description="id of the post that told it first")
    sources: Count
    total: Count = Field(description="how many posts tell it")
    changed: Instant = Field(description="when a post last joined or left it")
    posts: list[PostOut]

    @classmethod
    def from_record(cls, story: records.StoryRecord) -> StoryOut:
        first = story.posts[0]
        return cls(
            id=story.id,
            title=first.title,
            first_reported=first.published or first.first_seen,
            earliest=first.id,
            sources=story.sources,
            total=story.total,
            changed=story.changed,
            posts=[PostOut.from_summary(post) for post in story.posts],
        )


class PostDetailOut(PostOut):
    """A post with everything known about it. `html` is clean; offsets count in `title` and `text` as given here.

    `story` is null while no other post reports the same news.
    """

    html: str | None
    text: str
    updated: Instant | None
    categories: list[str]
    enclosures: list[EnclosureOut]
    mentions: Sequence[MentionOut]
    timexes: Sequence[TimexOut]
    event_mentions: Sequence[EventMentionOut]
    revisions: list[RevisionOut]
    story: PostStoryOut | None

    @classmethod
    def from_detail(cls, post: records.PostDetail, story: records.PostStory | None = None) -> PostDetailOut:
        return cls(
            **dict(PostOut.from_summary(post.summary)),
            html=post.html,
            text=post.text,
            updated=post.updated,
            categories=list(post.categories),
            enclosures=[EnclosureOut(url=item.url, type=item.type, length=item.length) for item in post.enclosures],
            mentions=[
                MentionOut(
                    kind=found.kind,
                    slug=found.slug,
                    name=found.name,
                    field=found.field,
                    start=found.start,
                    end=found.end,
                    text=found.text,
                )
                for found in post.mentions
            ],
            timexes=[
                TimexOut(
                    field=timex.field,
                    start=timex.start,
                    end=timex.end,
                    text=timex.text,
                    type=timex.type,
                    value=timex.value,
                    begin=timex.begin,
                    end_date=timex.end_date,
                )
                for timex in post.timexes
            ],
            event_mentions=[
                EventMentionOut(
                    type=event.type,
                    status=event.status,
                    date=event.date,
                    begin=event.begin,
                    end_date=event.end_date,
                    subjects=[slug for _, slug in event.subjects],
                    evidence=SpanOut(field=event.field, start=event.start, end=event.end, text=event.quote),
                    confidence=event.confidence,
                )
                for event in post.event_mentions
            ],
            revisions=[
                RevisionOut(title=revision.title, text=revision.text, replaced=revision.replaced_at)
                for revision in post.revisions
            ],
            story=PostStoryOut.from_record(story) if story else None,
        )


class ExplanationOut(BaseModel):
    """Why a tag is there: the rule's stable name, a sentence, and what the rule went by (docs/explanations.md)."""

    rule: str
    why: str
    facts: dict[str, str]


class ExplainedEntityOut(NamedEntityOut):
    """An entity that a post names, and why the post is about it or is not."""

    explain: ExplanationOut


class ExplainedMentionOut(MentionOut):
    """Where a post names an entity, and why that is taken for its name."""

    explain: ExplanationOut


class ExplainedTimexOut(TimexOut):
    """A date expression, and how it was read."""

    explain: ExplanationOut


class ExplainedEventMentionOut(EventMentionOut):
    """One post's statement that something happens, and why it is taken for one."""

    explain: ExplanationOut


class ExplainedTags(BaseModel):
    """All tags of a post with their reasons, and what made them: the tagger's version and the parts of it."""

    products: Sequence[ExplainedEntityOut]
    organizations: Sequence[ExplainedEntityOut]
    tlds: Sequence[ExplainedEntityOut]
    events: list[EventLabelOut]
    mentions: Sequence[ExplainedMentionOut]
    timexes: Sequence[ExplainedTimexOut]
    event_mentions: Sequence[ExplainedEventMentionOut]
    version: str
    code_version: str
    catalogue_version: str
    model: str | None


class AnalysisVersionOut(BaseModel):
    """What tagged a post: as it is stored (null while nothing has) and as it is explained. `hostwire retag` makes them
    one."""

    stored: str | None
    now: str


class PostExplanationOut(BaseModel):
    """What made the tags that are explained; `model` is null where rules decided alone."""

    analysis_version: AnalysisVersionOut
    code_version: str
    catalogue_version: str
    model: str | None


class ExplainedPostOut(PostDetailOut):
    """A post whose tags say why they are there: those of its text as it would be tagged now, stored nowhere."""

    products: Sequence[ExplainedEntityOut]
    organizations: Sequence[ExplainedEntityOut]
    tlds: Sequence[ExplainedEntityOut]
    mentions: Sequence[ExplainedMentionOut]
    timexes: Sequence[ExplainedTimexOut]
    event_mentions: Sequence[ExplainedEventMentionOut]
    explain: PostExplanationOut

    @classmethod
    def of(cls, post: PostDetailOut, tags: ExplainedTags, stored_version: str | None) -> ExplainedPostOut:
        tagged = dict(tags)
        versions = AnalysisVersionOut(stored=stored_version, now=tagged.pop("version"))
        made = {name: tagged.pop(name) for name in ("code_version", "catalogue_version", "model")}
        return cls(**(dict(post) | tagged), explain=PostExplanationOut(analysis_version=versions, **made))


class EntityOut(BaseModel):
    """A product, organization or TLD with its counts over posts, those of its descendants included.

    `known`: it is in the catalogue; otherwise it was discovered in posts.
    """

    kind: Kind
    slug: str
    name: str
    known: bool
    parent: str | None
    vendor: str | None
    posts: Count
    first_seen: Instant | None
    last_seen: Instant | None
    aliases: list[str]
    children: list[str]

    @classmethod
    def from_record(cls, entity: records.EntityRecord) -> EntityOut:
        return cls(
            kind=entity.kind,
            slug=entity.slug,
            name=entity.name,
            known=entity.known,
            parent=entity.parent,
            vendor=entity.vendor,
            posts=entity.posts,
            first_seen=entity.first_seen,
            last_seen=entity.last_seen,
            aliases=list(entity.aliases),
            children=list(entity.children),
        )


class EventDateOut(BaseModel):
    """An event's date. `basis`: "text" where a sentence states it, "published" where the publishing day stands in."""

    value: str | None
    begin: dt.date | None
    end: dt.date | None
    precision: records.DatePrecision | None
    basis: Literal["text", "published"]


class SubjectOut(BaseModel):
    """Whom or what an event happens to."""

    kind: Kind
    slug: str
    name: str


class EvidenceOut(BaseModel):
    """A sentence that states the event; `quote` is the slice [start, end) of that field of the post."""

    post: Id
    url: str | None
    title: str
    source: str
    quote: str
    field: FieldName
    start: Offset
    end: Offset
    published: Instant | None


class DateChangeOut(BaseModel):
    """A date that the event was reported to have, when, and by which post of which source.

    `moved_days` is by how many days it is later (negative: earlier) than the date before it: between equally fine
    dates from beginning to beginning, else the least that lies between them; null for the first, and where both may be
    the same day.
    """

    value: str | None
    reported: Instant
    post: Id
    source: str
    moved_days: int | None


class ConflictSideOut(BaseModel):
    """What some posts say where others contradict them. The side that the event shows stands first."""

    value: str | None
    begin: dt.date | None
    end: dt.date | None
    status: Status
    posts: list[Id] = Field(description="ids of the posts that say so, the first 20 of them")


class EventOut(BaseModel):
    """An event of a timeline. `sources` counts those that report it in words of their own, `reports` all its sentences,
    of which `evidence` holds the first 50 and one at least of every side of a `conflict`.

    `slipped_days` is by how many days it is later (negative: earlier) than was planned at first, 0 where it stands,
    null where no day was planned. `conflict` is null unless posts contradict each other on when or whether it happened.
    """

    id: Id
    type: EventTypeName
    status: Status
    title: str
    date: EventDateOut
    subjects: list[SubjectOut]
    confidence: Probability
    sources: Count
    first_reported: Instant
    evidence: list[EvidenceOut]
    history: list[DateChangeOut]
    reports: int
    slipped_days: int | None
    conflict: list[ConflictSideOut] | None

    @classmethod
    def from_record(cls, event: records.EventRecord) -> EventOut:
        return cls(
            id=event.id,
            type=event.type,
            status=event.status,
            title=event.title,
            date=EventDateOut(
                value=event.date.value,
                begin=event.date.begin,
                end=event.date.end,
                precision=event.date.precision,
                basis=event.date.basis,
            ),
            subjects=[
                SubjectOut(kind=subject.kind, slug=subject.slug, name=subject.name) for subject in event.subjects
            ],
            confidence=event.confidence,
            sources=event.sources,
            first_reported=event.first_reported,
            evidence=[
                EvidenceOut(
                    post=found.post,
                    url=found.url,
                    title=found.title,
                    source=found.source,
                    quote=found.quote,
                    field=found.field,
                    start=found.start,
                    end=found.end,
                    published=found.published,
                )
                for found in event.evidence
            ],
            history=[
                DateChangeOut(
                    value=change.value,
                    reported=change.reported,
                    post=change.post_id,
                    source=change.source,
                    moved_days=change.moved_days,
                )
                for change in event.history
            ],
            reports=event.reports,
            slipped_days=event.slipped_days,
            conflict=[
                ConflictSideOut(
                    value=side.value, begin=side.begin, end=side.end, status=side.status, posts=list(side.posts)
                )
                for side in event.conflict
            ]
            or None,
        )


class HealthOut(BaseModel):
    """How the visits to a source went; `failures` counts those in a row, `next_fetch` is null where every run visits.

    What there is of posts is as the visits saw it: `posts_per_week` (null in the first week) weighs recent weeks more,
    `last_new` is when one last brought something new. `silence` says that more is missing than usual, `empty_since`
    that the source answers without entries, `moved_from` which addresses permanent redirects led it away from. `notes`
    are those and what else is worth knowing, in words.
    """

    last_fetched: Instant | None
    last_success: Instant | None
    last_error: str | None
    last_error_at: Instant | None
    failures: Count
    next_fetch: Instant | None
    posts_per_week: Annotated[float, Field(ge=0)] | None
    last_new: Instant | None
    silence: str | None
    empty_since: Instant | None
    moved_from: list[str]
    moved_at: Instant | None
    notes: list[str]


class HubOut(BaseModel):
    """The hub that tells of a source's news (WebSub): as long as it is live, until its lease ends, the source is asked
    once a day and whenever the hub says so.
    """

    url: str
    state: records.HubState
    lease_until: Instant | None
    error: str | None


class SourceOut(BaseModel):
    """Something crawled, with its health."""

    id: Id
    url: str
    kind: Literal["feed", "page", "sitemap"]
    name: str | None
    title: str | None
    site_url: str | None
    tags: list[str]
    enabled: bool
    created: Instant
    posts: Count
    health: HealthOut
    hub: HubOut | None

    @classmethod
    def from_record(cls, source: records.SourceRecord) -> SourceOut:
        return cls(
            id=source.public_id,
            url=source.url,
            kind=source.kind,
            name=source.name,
            title=source.title,
            site_url=source.site_url,
            tags=list(source.tags),
            enabled=source.enabled,
            created=source.created_at,
            posts=source.posts,
            health=HealthOut(
                last_fetched=source.last_fetched_at,
                last_success=source.last_success_at,
                last_error=source.last_error,
                last_error_at=source.last_error_at,
                failures=source.failures,
                next_fetch=source.next_fetch_at,
                posts_per_week=health.posts_per_week(source),
                last_new=source.watch.last_new_at,
                silence=health.silence(source),
                empty_since=source.watch.empty_since,
                moved_from=list(source.former_urls),
                moved_at=source.moved_at,
                notes=[note.text for note in health.notes(source)],
            ),
            hub=None
            if source.hub is None
            else HubOut(
                url=source.hub.url,
                state=source.hub.state,
                lease_until=source.hub.lease_until,
                error=source.hub.error,
            ),
        )


class SourceIn(BaseModel):
    """A source to crawl. Without `kind` its address is visited to find out what can be crawled there."""

    model_config = ConfigDict(extra="forbid")

    url: str = Field(
        min_length=1,
        description="an http or https address without user name and password",
        json_schema_extra={"format": "uri", "pattern": r"^[Hh][Tt][Tt][Pp][Ss]?://[^/@?#\s]+([/?#]\S*)?$"},
    )
    kind: Literal["feed", "page", "sitemap"] | None = None
    name: Text | None = Field(None, description="what to call it; otherwise its own title is used")
    tags: list[Text] = Field([], max_length=50)


class SourceChangesIn(BaseModel):
    """What to change of a source; what is left out stays as it is."""

    model_config = ConfigDict(extra="forbid")

    name: Text | None = Field(None, description="null: it goes by its own title")
    tags: list[Text] = Field(default_factory=list, max_length=50)
    enabled: StrictBool = Field(default_factory=lambda: True, description="whether it is crawled")


SAVED_QUERY = "parameters as GET /posts or GET /timeline takes them: a text each, or a list of texts where several go"


class SubscriptionOut(BaseModel):
    """A saved query and where it pushes what is new. Of `address` only what is no secret is shown: not the path of a
    chat's, not the query of a webhook's.

    `waiting` counts messages that are still to be sent, `failures` the attempts in a row that came to nothing.
    `disabled_reason` says why it was switched off where nobody did it here.
    """

    id: Id
    name: str | None
    what: records.Wanted
    query: dict[str, str | list[str]]
    kind: records.TargetKind
    address: str
    format: records.ChatFormat | None
    enabled: bool
    disabled_reason: str | None
    created: Instant
    last_delivered: Instant | None
    failures: int
    waiting: int

    @classmethod
    def from_record(cls, record: records.SubscriptionRecord) -> SubscriptionOut:
        return cls(
            id=record.public_id,
            name=record.name,
            what=record.what,
            query={name: value for name, value in record.query.items() if isinstance(value, str | list)},
            kind=record.kind,
            address=shown_address(record.kind, record.address),
            format=record.format,
            enabled=record.enabled,
            disabled_reason=record.disabled_reason,
            created=record.created_at,
            last_delivered=record.last_delivered_at,
            failures=record.failures,
            waiting=record.waiting,
        )


def shown_address(kind: records.TargetKind, address: str) -> str:
    """An address without what lets others write to it."""
    if kind == "email":
        return address
    parts = urlsplit(address)
    if kind == "chat":
        return f"{parts.scheme}://{parts.netloc}/…"
    return f"{parts.scheme}://{parts.netloc}{parts.path}{'?…' if parts.query else ''}"


class NewSubscriptionOut(SubscriptionOut):
    """A subscription with the `secret` that its webhooks are signed with, shown when it is new and never again."""

    secret: str | None


class SubscriptionList(BaseModel):
    """All subscriptions, in the order in which they were added."""

    items: list[SubscriptionOut]


class SubscriptionIn(BaseModel):
    """A query to be saved, and where what is new to it is to be sent."""

    model_config = ConfigDict(extra="forbid")

    name: Text | None = Field(None, description="what to call it, in mails and chats as well")
    what: records.Wanted = Field("posts", description="posts, or events of a timeline")
    query: dict[str, Text | list[Text]] = Field({}, description=SAVED_QUERY)
    kind: records.TargetKind
    address: str = Field(
        min_length=1,
        max_length=4_096,
        description="an http or https address without user name and password; of kind email an address of a mailbox",
    )
    format: records.ChatFormat | None = Field(None, description="of a chat; slack unless it is given")
    backlog: Annotated[int, BeforeValidator(json_whole_number(0, MAX_BACKLOG))] = Field(
        0, ge=0, le=MAX_BACKLOG, description="how many of the newest posts are sent at the beginning"
    )


class SubscriptionChangesIn(BaseModel):
    """What to change of a subscription; what is left out stays as it is."""

    model_config = ConfigDict(extra="forbid")

    name: Text | None = Field(None, description="null: it has none")
    query: dict[str, Text | list[Text]] = Field(default_factory=dict, description=SAVED_QUERY)
    address: str = Field(default_factory=str, min_length=1, max_length=4_096, description="as when it was added")
    enabled: StrictBool = Field(default_factory=lambda: True, description="whether anything is sent")
    rotate_secret: StrictBool = Field(default=False, description="true: a webhook gets a new secret")


class DeliveryOut(BaseModel):
    """A message and what became of it. `id` is its receiver's `webhook-id`; `items` counts what it tells of.

    `failed`: it was given up; it is sent when the subscription is switched on again.
    """

    id: str
    type: str
    items: int
    state: records.DeliveryState
    attempts: int
    created: Instant
    next_attempt: Instant | None
    last_status: int | None
    last_error: str | None
    delivered: Instant | None

    @classmethod
    def from_record(cls, record: records.DeliveryRecord) -> DeliveryOut:
        return cls(
            id=record.id,
            type=record.type,
            items=record.items,
            state=record.state,
            attempts=record.attempts,
            created=record.created_at,
            next_attempt=record.next_at,
            last_status=record.last_status,
            last_error=record.last_error,
            delivered=record.delivered_at,
        )


class DeliveryList(BaseModel):
    """The last messages of a subscription, the newest first."""

    items: list[DeliveryOut]


class MessageSubscription(BaseModel):
    id: str
    name: str | None


class MessageData(BaseModel):
    subscription: MessageSubscription
    items: list[PostOut | EventOut]


class MessageOut(BaseModel):
    """What a webhook is sent. `type` is posts.new, events.new, events.status, events.moved or test; `items` are posts
    as `GET /posts` lists them, or events as `GET /timeline` does.
    """

    type: str
    timestamp: Instant
    data: MessageData


class FacetValueOut(BaseModel):
    """A value as its filter takes it, its name, and how many of the hits have it."""

    value: str
    name: str
    posts: Count

    @classmethod
    def from_record(cls, found: FacetValue) -> FacetValueOut:
        return cls(value=found.value, name=found.name, posts=found.posts)


class MeantNameOut(BaseModel):
    """An entity that may be meant, and by which words of the query."""

    kind: Kind
    slug: str
    name: str
    instead_of: str


class DidYouMeanOut(BaseModel):
    """Names that a query may have meant; `q` is the query with them, null where only other parameters change."""

    q: str | None
    names: list[MeantNameOut]

    @classmethod
    def from_record(cls, meant: DidYouMean) -> DidYouMeanOut:
        names = [MeantNameOut(kind=n.kind, slug=n.slug, name=n.name, instead_of=n.instead_of) for n in meant.names]
        return cls(q=meant.q, names=names)


class SuggestionOut(BaseModel):
    """Something to search for: `matched` is its name that fits what was typed, `query` what finds its posts.

    `posts` is exact up to 10,000, null above, and for fields and event types, which are not counted.
    """

    kind: SuggestionKind
    slug: str
    name: str
    posts: Count | None
    matched: str
    query: str

    @classmethod
    def from_record(cls, found: Suggestion) -> SuggestionOut:
        return cls(
            kind=found.kind,
            slug=found.slug,
            name=found.name,
            posts=found.posts,
            matched=found.matched,
            query=found.query,
        )


class SuggestionList(BaseModel):
    """What a search box offers, best first."""

    items: list[SuggestionOut]


class PostPage(BaseModel):
    """One page of posts. `next` is the address of the next, null at the end; `total` null where there are many.

    `facets` are those that were asked for, each with its values, the most frequent first; null without `facets=`.
    `did_you_mean` is there when few posts were found and a misspelt name may be why.
    """

    items: list[PostOut]
    next: NextPage | None
    total: Count | None
    facets: dict[str, list[FacetValueOut]] | None = None
    did_you_mean: DidYouMeanOut | None = None


class EventPage(BaseModel):
    """One page of a timeline. `next` is the address of the next, null at the end."""

    items: list[EventOut]
    next: NextPage | None


class BucketOut(BaseModel):
    """A day, week or month, or what of it lies within the span, and how many posts are of it."""

    begin: Instant
    end: Instant
    posts: int


class PeriodOut(BaseModel):
    """A half-open time and how many posts are of it."""

    model_config = ConfigDict(serialize_by_alias=True)

    from_: Instant = Field(serialization_alias="from")
    to: Instant
    total: int


class TrendOut(BaseModel):
    """Counts over the time [from, to), in which no bucket is left out, and over the equally long time before.

    `change` is (total - before.total) / before.total, null where there was nothing before.
    """

    model_config = ConfigDict(
        serialize_by_alias=True,
        json_schema_extra={
            "example": {
                "interval": "month",
                "from": "2010-06-01T00:00:00Z",
                "to": "2010-08-01T00:00:00Z",
                "items": [
                    {"begin": "2010-06-01T00:00:00Z", "end": "2010-07-01T00:00:00Z", "posts": 9},
                    {"begin": "2010-07-01T00:00:00Z", "end": "2010-08-01T00:00:00Z", "posts": 3},
                ],
                "total": 12,
                "before": {"from": "2010-04-01T00:00:00Z", "to": "2010-06-01T00:00:00Z", "total": 8},
                "change": 0.5,
            }
        },
    )

    interval: Interval
    from_: Instant = Field(serialization_alias="from")
    to: Instant
    items: list[BucketOut]
    total: int
    before: PeriodOut
    change: float | None

    @classmethod
    def from_record(cls, trend: Trend) -> TrendOut:
        return cls(
            interval=trend.interval,
            from_=trend.span.begin,
            to=trend.span.end,
            items=[BucketOut(begin=found.begin, end=found.end, posts=found.posts) for found in trend.buckets],
            total=trend.total,
            before=PeriodOut(from_=trend.before.begin, to=trend.before.end, total=trend.total_before),
            change=trend.change,
        )


class MoverOut(BaseModel):
    """An entity, the posts that named it or what is below it in a period, and those of the period before."""

    kind: Kind
    slug: str
    name: str
    posts: int
    before: int
    change: float | None

    @classmethod
    def from_record(cls, mover: Mover) -> MoverOut:
        return cls(
            kind=mover.kind,
            slug=mover.slug,
            name=mover.name,
            posts=mover.posts,
            before=mover.before,
            change=mover.change,
        )


class EarlierOut(BaseModel):
    """The time that comes just before, as long."""

    model_config = ConfigDict(serialize_by_alias=True)

    from_: Instant = Field(serialization_alias="from")
    to: Instant


class MoverList(BaseModel):
    """The entities whose mentions rose or fell most in [from, to), the least to be expected by chance first."""

    model_config = ConfigDict(
        serialize_by_alias=True,
        json_schema_extra={
            "example": {
                "interval": "week",
                "from": "2010-06-24T00:00:00Z",
                "to": "2010-07-01T00:00:00Z",
                "before": {"from": "2010-06-17T00:00:00Z", "to": "2010-06-24T00:00:00Z"},
                "items": [{"kind": "tld", "slug": "xxx", "name": ".xxx", "posts": 14, "before": 4, "change": 2.5}],
            }
        },
    )

    interval: Interval
    from_: Instant = Field(serialization_alias="from")
    to: Instant
    before: EarlierOut
    items: list[MoverOut]

    @classmethod
    def from_record(cls, moved: Movers) -> MoverList:
        return cls(
            interval=moved.interval,
            from_=moved.span.begin,
            to=moved.span.end,
            before=EarlierOut(from_=moved.before.begin, to=moved.before.end),
            items=[MoverOut.from_record(mover) for mover in moved.movers],
        )


class StoryPage(BaseModel):
    """One page of stories. `next` is the address of the next, null at the end."""

    items: list[StoryOut]
    next: NextPage | None


class EntityPage(BaseModel):
    """One page of entities. `next` is the address of the next, null at the end."""

    items: list[EntityOut]
    next: NextPage | None


class SourceList(BaseModel):
    """All sources, in the order in which they were added."""

    items: list[SourceOut]


class TaggedSpan(BaseModel):
    """Where a post names something: code points of the field as it was sent, end exclusive."""

    field: FieldName
    start: Offset
    end: Offset
    text: str


class TaggedEntity(BaseModel):
    """What a post names. `salient`: it is about it; `known`: it is in the catalogue (not said of TLDs)."""

    name: str
    slug: str
    salient: bool
    known: bool | None = None
    mentions: list[TaggedSpan]


class TaggedEvent(BaseModel):
    """A statement that something happens; `date` is a TIMEX3 value."""

    type: EventTypeName
    status: Status
    date: str | None
    subjects: list[str]
    evidence: TaggedSpan
    confidence: Probability


class TagAnswer(BaseModel):
    """What the tagger finds in a post; `anchor` is the day that its relative dates count from. One that cannot be read
    has `id` and `error` alone.
    """

    id: str | int | float | None
    products: list[TaggedEntity] = []
    organizations: list[TaggedEntity] = []
    tlds: list[TaggedEntity] = []
    timexes: list[TimexOut] = []
    events: list[TaggedEvent] = []
    error: str | None
    anchor: dt.date | None = None


class Health(BaseModel):
    """That all is well, and which release says so."""

    status: Literal["ok", "ready"]
    version: str | None = None


class ParameterProblem(BaseModel):
    """A parameter that was wrong: its name, what is wrong with it, and what it takes."""

    parameter: str
    detail: str
    takes: str


class Problem(BaseModel):
    """An error (RFC 9457); `errors` name each parameter that was wrong, and what it takes."""

    type: str = "about:blank"
    title: str
    status: Annotated[int, Field(ge=400, le=599)]
    detail: str
    instance: str
    errors: list[ParameterProblem] = []
