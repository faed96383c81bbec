"""Values that go into the store and come out of it. No SQL here; `store` functions take and return these."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Generic, Literal, TypeVar

T = TypeVar("T")
Day = date  # where a field called `date` stands beside

SourceKind = Literal["feed", "page", "sitemap"]
EntityKind = Literal["product", "organization", "tld"]
Field = Literal["title", "text"]
Status = Literal["happened", "planned", "cancelled"]
DatePrecision = Literal["day", "week", "month", "quarter", "season", "year", "decade", "other"]
DateBasis = Literal["text", "published"]
Show = Literal["coming", "slipped", "conflict"]
# offered: the source names a hub; pending: it was asked; live: it has confirmed; denied: it has refused;
# failed: it could not be asked
HubState = Literal["offered", "pending", "live", "denied", "failed"]
Wanted = Literal["posts", "timeline"]  # what a subscription is about
TargetKind = Literal["webhook", "email", "chat"]
ChatFormat = Literal["slack", "mattermost", "discord"]
EventChange = Literal["new", "status", "moved"]
# pending: to be sent, perhaps again; failed: given up, and sent again when its subscription is switched on again
DeliveryState = Literal["pending", "delivered", "failed"]

# -- sources --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SourceInput:
    """A source to crawl. `fallback_urls` are tried in order when `url` fails; `enabled=False` keeps it off."""

    url: str
    kind: SourceKind = "feed"
    name: str | None = None
    tags: tuple[str, ...] = ()
    site_url: str | None = None
    fallback_urls: tuple[str, ...] = ()
    enabled: bool = True


@dataclass(frozen=True, slots=True)
class SourceWatch:
    """What successful visits have shown of a source's ways since `watched_since`, the first of them.

    `arrivals` are the visits after that one that brought posts which the source did not have before, the gaps the days
    between them; `posts_per_week` weighs recent weeks more, and holds as of the last success. `redirect_visits` in a
    row since `redirect_since` were led to `redirect_url` by permanent redirects; `redirect_kept` says why that is not
    the source's address although it has proved itself.
    """

    watched_since: datetime | None = None
    visits: int = 0
    arrivals: int = 0
    usual_gap_days: float | None = None
    longest_gap_days: float | None = None
    posts_per_week: float = 0.0
    last_new_at: datetime | None = None
    empty_since: datetime | None = None
    redirect_url: str | None = None
    redirect_since: datetime | None = None
    redirect_visits: int = 0
    redirect_kept: str | None = None


@dataclass(frozen=True, slots=True)
class HubStanding:
    """How it stands with a source's hub, as everybody may know it. `error` is one line, None when all is well."""

    url: str
    state: HubState
    lease_until: datetime | None = None
    error: str | None = None


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """A stored source with its schedule, its cache validators (exactly as received) and its health."""

    id: int
    public_id: str
    url: str
    kind: SourceKind
    name: str | None
    title: str | None
    site_url: str | None
    tags: tuple[str, ...]
    fallback_urls: tuple[str, ...]
    enabled: bool
    created_at: datetime
    etag: str | None = None
    last_modified: str | None = None
    validator_url: str | None = None  # the address that the validators came from
    body_hash: str | None = None  # of the last body read: equal bytes need no parsing
    last_fetched_at: datetime | None = None
    last_success_at: datetime | None = None
    last_error: str | None = None
    last_error_at: datetime | None = None
    failures: int = 0  # in a row
    next_fetch_at: datetime | None = None  # None: due at every run
    record_path: str | None = None  # of a page: where its posts stood at the last visit, and how many
    record_count: int | None = None
    layout_warning: str | None = None  # how that changed, for some weeks after it did
    layout_changed_at: datetime | None = None
    posts: int = 0
    watch: SourceWatch = SourceWatch()
    former_urls: tuple[str, ...] = ()  # that it has moved away from, the last one last; not asked any more
    moved_at: datetime | None = None
    hub: HubStanding | None = None

    @property
    def label(self) -> str:
        return self.name or self.title or self.url


@dataclass(frozen=True, slots=True)
class FetchState:
    """What a successful exchange leaves behind for the next: stored in the transaction of its entries."""

    etag: str | None = None
    last_modified: str | None = None
    validator_url: str | None = None
    body_hash: str | None = None
    title: str | None = None
    site_url: str | None = None
    next_fetch_at: datetime | None = None
    record_path: str | None = None
    record_count: int | None = None
    layout_warning: str | None = None  # a change of these since the last visit


# -- hubs (WebSub) --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class HubRequest:
    """Something to ask of a hub. `id` is a source's for a subscription and the farewell's own to end one."""

    mode: Literal["subscribe", "unsubscribe"]
    id: int
    hub_url: str
    topic_url: str
    callback_url: str | None = field(repr=False)  # None: none was ever given to the hub
    failures: int = 0


@dataclass(frozen=True, slots=True)
class HubCallback:
    """What stands behind a callback's token: a subscription, or one that is being ended (`mode`)."""

    mode: Literal["subscribe", "unsubscribe"]
    id: int
    topic_url: str
    secret: str | None = field(default=None, repr=False)


# -- subscriptions --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SubscriptionInput:
    """A query to be saved, its parameters as the API takes them, and where it is to push what is new."""

    what: Wanted
    query: Mapping[str, object]
    kind: TargetKind
    address: str
    format: ChatFormat | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class SubscriptionRecord:
    """A subscription without its secrets. `waiting` counts its messages that are still to be sent, `failures` the
    attempts in a row that came to nothing.
    """

    id: int
    public_id: str
    name: str | None
    what: Wanted
    query: Mapping[str, object]
    kind: TargetKind
    address: str
    format: ChatFormat | None
    enabled: bool
    disabled_reason: str | None
    created_at: datetime
    last_delivered_at: datetime | None
    failures: int
    waiting: int


@dataclass(frozen=True, slots=True)
class DeliveryRecord:
    """A message and what became of it. By `id` its receiver knows it again; `last_status` is one of HTTP or SMTP."""

    id: str
    type: str
    items: int
    state: DeliveryState
    attempts: int
    created_at: datetime
    next_at: datetime | None
    last_status: int | None
    last_error: str | None
    delivered_at: datetime | None


@dataclass(frozen=True, slots=True)
class DueDelivery:
    """A message to be sent by whoever holds its `lease`. `attempts` counts those before; the first of `secrets` is the
    present one. By `unsubscribe_token` whoever gets it can end the subscription.
    """

    row_id: int
    lease: str
    id: str
    type: str
    payload: str = field(repr=False)
    attempts: int
    subscription: str
    name: str | None
    kind: TargetKind
    address: str = field(repr=False)
    format: ChatFormat | None
    secrets: tuple[str, ...] = field(repr=False)
    unsubscribe_token: str = field(repr=False)


# -- posts ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class EnclosureRecord:
    url: str
    type: str | None = None
    length: int | None = None


@dataclass(frozen=True, slots=True)
class PostInput:
    """An entry ready to be stored: canonical URL, clean HTML, plain text, aware UTC times.

    `entry_id` is unique in its source. `urls` are all addresses by which the post is known (canonical first).
    `guid` is set when the source's id is globally unique (an absolute URL, tag: or urn:), so that it may match
    the same post met elsewhere. `content_hash` is of title and text without white space, and ignores the rest.
    `digest`, 64 characters, is of all that the source states of it, where that was read from a statement. The text
    of an entry that `is_beginning` is no edit of a longer one.
    """

    entry_id: str
    title: str
    text: str
    content_hash: str
    url: str | None = None
    urls: tuple[str, ...] = ()
    guid: str | None = None
    author: str | None = None
    published: datetime | None = None
    published_precision: str | None = None
    updated: datetime | None = None
    summary: str | None = None
    html: str | None = None
    categories: tuple[str, ...] = ()
    enclosures: tuple[EnclosureRecord, ...] = ()
    digest: str | None = None
    is_beginning: bool = False


@dataclass(frozen=True, slots=True)
class SaveResult:
    """What storing one source's entries did: counts, and the row ids of posts that now want analysis.

    `first_met` counts the posts that the source did not have before, also those known from other sources.
    """

    new: int
    updated: int
    post_ids: tuple[int, ...] = ()
    first_met: int = 0


@dataclass(frozen=True, slots=True)
class PostForAnalysis:
    """What the tagger reads; `content_hash` says later whether the post is still that one."""

    id: int
    public_id: str
    title: str
    text: str
    published: datetime | None
    content_hash: str


@dataclass(frozen=True, slots=True)
class NamedEntity:
    """An entity as a post's list shows it."""

    kind: EntityKind
    slug: str
    name: str
    salient: bool


@dataclass(frozen=True, slots=True)
class EventLabel:
    """An event mention as a post's list shows it."""

    type: str
    status: Status
    date: str | None
    subjects: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PostSummary:
    """A post in a list. `highlight` is HTML-escaped text with <mark> round the hits, None without a query."""

    row_id: int
    id: str
    url: str | None
    title: str
    author: str | None
    source_id: str
    source_name: str
    published: datetime | None
    published_precision: str | None
    first_seen: datetime
    changed: datetime
    summary: str | None
    highlight: str | None
    products: tuple[NamedEntity, ...] = ()
    organizations: tuple[NamedEntity, ...] = ()
    tlds: tuple[NamedEntity, ...] = ()
    events: tuple[EventLabel, ...] = ()
    html: str | None = None  # this and the next are filled only where asked for (feeds)
    text: str | None = None
    enclosures: tuple[EnclosureRecord, ...] = ()


@dataclass(frozen=True, slots=True)
class Revision:
    """An earlier title and text, and when the source's change to them was seen."""

    title: str
    text: str
    replaced_at: datetime


@dataclass(frozen=True, slots=True)
class PostDetail:
    """A post with everything known about it. `analysis_version` is what tagged it, None while nothing has."""

    summary: PostSummary
    html: str | None
    text: str
    updated: datetime | None
    categories: tuple[str, ...]
    enclosures: tuple[EnclosureRecord, ...]
    mentions: tuple[StoredMention, ...]
    timexes: tuple[TimexRecord, ...]
    event_mentions: tuple[EventMentionRecord, ...]
    revisions: tuple[Revision, ...]
    analysis_version: str | None = None


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """One page of a list. `next` is an opaque cursor, None at the end; `total` None where it was not counted."""

    items: tuple[T, ...]
    next: str | None = None
    total: int | None = None


# -- analysis: what ingest writes for a post ------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class EntityInput:
    """An entity to be there: `ancestors` are slugs of the same kind, family first, each given as an EntityInput."""

    kind: EntityKind
    slug: str
    name: str
    known: bool = True
    parent: str | None = None
    vendor: str | None = None
    aliases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class MentionRecord:
    field: Field
    start: int
    end: int
    text: str
    rule: str = ""


@dataclass(frozen=True, slots=True)
class PostEntityInput:
    """That a post names an entity, where, and whether it is about it."""

    kind: EntityKind
    slug: str
    salient: bool
    mentions: tuple[MentionRecord, ...]


@dataclass(frozen=True, slots=True)
class StoredMention:
    """A mention with the entity it names."""

    kind: EntityKind
    slug: str
    name: str
    salient: bool
    field: Field
    start: int
    end: int
    text: str
    rule: str = ""


@dataclass(frozen=True, slots=True)
class TimexRecord:
    field: Field
    start: int
    end: int
    text: str
    type: str
    value: str | None
    begin: date | None
    end_date: date | None
    rule: str = ""


@dataclass(frozen=True, slots=True)
class EventMentionRecord:
    """One post's statement of an event; `subjects` are (kind, slug); `quote` equals the field's slice."""

    type: str
    status: Status
    date: str | None
    begin: Day | None
    end_date: Day | None
    subjects: tuple[tuple[EntityKind, str], ...]
    field: Field
    start: int
    end: int
    quote: str
    confidence: float
    rule: str = ""


@dataclass(frozen=True, slots=True)
class AnalysisInput:
    """All that is written for a post in the transaction that moves its analysis version.

    `entities` holds every entity named below and their ancestors, parents before children.
    """

    entities: tuple[EntityInput, ...] = ()
    post_entities: tuple[PostEntityInput, ...] = ()
    timexes: tuple[TimexRecord, ...] = ()
    event_mentions: tuple[EventMentionRecord, ...] = ()


# -- events and timelines -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class EventMentionRow:
    """A stored event mention as the resolver reads it."""

    id: int
    post_id: int
    post_public_id: str
    source_id: int
    content_hash: str
    published: datetime | None
    first_seen: datetime
    type: str
    status: Status
    date: str | None
    begin: Day | None
    end_date: Day | None
    subjects: tuple[tuple[EntityKind, str], ...]
    confidence: float
    names: tuple[str, ...] = ()  # of the subjects, in their order
    copies: tuple[str, ...] = ()  # public ids of posts that have nearly the words of this one
    version: bool = False  # the main subject is a version of another product
    event_id: int | None = None  # row id of the event it belongs to; None: of none, or of one that lost a mention


@dataclass(frozen=True, slots=True)
class MentionWindow:
    """Event mentions of a type and parties that share a day with `first` to `last` and were reported from `since` to
    `until`: ordinals of the calendar, all inclusive. An undated one is about the day of its post.

    `dated` and `happened` say which of them, None that it does not matter.
    """

    type: str
    parties: tuple[tuple[EntityKind, str], ...]
    first: int
    last: int
    dated: bool | None
    happened: bool | None
    since: int
    until: int


@dataclass(frozen=True, slots=True)
class MentionCopies:
    """Event mentions of a type and parties in posts of that content, or in those of these public ids."""

    type: str
    parties: tuple[tuple[EntityKind, str], ...]
    content_hash: str
    posts: frozenset[str]


@dataclass(frozen=True, slots=True)
class EventDate:
    """An event's date: a TIMEX3 value with the half-open interval it denotes.

    `basis` is "text" where a sentence states it and "published" where the publishing day stands in.
    """

    value: str | None
    begin: date | None
    end: date | None
    precision: DatePrecision | None
    basis: DateBasis


@dataclass(frozen=True, slots=True)
class DateChange:
    """A date that an event was reported to have: when it was reported and by which post.

    `moved_days` is by how much it differs from the one before, None where both may be the same day; `source` is the
    name of the post's source, filled in where events are shown.
    """

    value: str | None
    reported: datetime
    post_id: str
    moved_days: int | None = None
    source: str = ""


@dataclass(frozen=True, slots=True)
class ConflictSide:
    """What some posts say of an event where others contradict them; `posts` are public ids, the earliest first."""

    value: str | None
    begin: date | None
    end: date | None
    status: Status
    posts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EventInput:
    """A resolved event as it is to be stored; `public_id` is stable under re-resolution. `revisions` counts the reports
    by which its date or status changed.
    """

    public_id: str
    type: str
    status: Status
    title: str
    date: EventDate
    subjects: tuple[tuple[EntityKind, str], ...]
    confidence: float
    sources: int
    first_reported: datetime
    mention_ids: tuple[int, ...]
    history: tuple[DateChange, ...] = ()
    last_reported: datetime | None = None  # None: it was reported once
    slipped_days: int | None = None
    conflict: tuple[ConflictSide, ...] = ()
    revisions: int = 0


# The events that mentions tell of together, as far as these mentions go.
Resolve = Callable[[Sequence[EventMentionRow]], Sequence[EventInput]]


@dataclass(frozen=True, slots=True)
class EventEvidence:
    """A sentence that states an event; `field`, `start`, `end` say where it stands in the post."""

    post: str
    url: str | None
    title: str
    source: str
    quote: str
    field: Field
    start: int
    end: int
    published: datetime | None


@dataclass(frozen=True, slots=True)
class EventRecord:
    """An event of a timeline. `revision` rises whenever its date, status or title changes, and never falls.

    `evidence` holds the first of its sentences and some of every side of a contradiction; `reports` says how many
    there are. `slipped_days` is by how much it is later (negative: earlier) than was planned at first.
    """

    id: str
    type: str
    status: Status
    title: str
    date: EventDate
    subjects: tuple[NamedEntity, ...]
    confidence: float
    sources: int
    first_reported: datetime
    changed: datetime
    revision: int
    evidence: tuple[EventEvidence, ...]
    history: tuple[DateChange, ...] = ()
    reports: int = 0
    slipped_days: int | None = None
    conflict: tuple[ConflictSide, ...] = ()


@dataclass(frozen=True, slots=True)
class EntityRecord:
    """An entity with its counts over posts (its descendants' posts included)."""

    kind: EntityKind
    slug: str
    name: str
    known: bool
    parent: str | None
    vendor: str | None
    posts: int
    first_seen: datetime | None
    last_seen: datetime | None
    aliases: tuple[str, ...] = ()
    children: tuple[str, ...] = ()


# -- stories --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class StoryText:
    """A post as it is compared with others; `id` is its row id."""

    id: int
    public_id: str
    title: str
    text: str
    published: datetime | None


@dataclass(frozen=True, slots=True)
class StoryReport:
    """A post's statement of a resolved event, as row ids: `subjects` in their order, `in_title` those that the post
    names in its title; `is_salient`: the post is about one of them.
    """

    post_id: int
    event_id: int
    status: Status
    field: Field
    start: int
    subjects: tuple[int, ...]
    in_title: frozenset[int]
    is_salient: bool


@dataclass(frozen=True, slots=True)
class StoryGraph:
    """Posts that may become stories together: `post_ids` are all of them, `posts` those that are linked, the earliest
    first, `links` pairs of their row ids and how much alike they are, in (0, 1].
    """

    post_ids: tuple[int, ...]
    posts: tuple[StoryText, ...]
    links: tuple[tuple[int, int, float], ...]


@dataclass(frozen=True, slots=True)
class StoryRecord:
    """A story of a list: `total` posts of so many `sources`; `posts` are the first of them, in order of publishing."""

    id: str
    changed: datetime
    sources: int
    total: int
    posts: tuple[PostSummary, ...]


@dataclass(frozen=True, slots=True)
class PostLabel:
    """A post where another one points to it."""

    id: str
    url: str | None
    title: str
    source_id: str | None
    source_name: str | None
    published: datetime | None


@dataclass(frozen=True, slots=True)
class PostStory:
    """The story of a post, and the other posts of it."""

    id: str
    others: tuple[PostLabel, ...]


# -- what is asked --------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PostQuery:
    """A search. Entity filters are slugs or names and take descendants; times are half-open [after, before).

    Dates that the post talks about: `when_begin`/`when_end`, half-open days. `today` is the day that relative dates in
    `q` count from; without one they cannot be read.
    """

    q: str | None = None
    today: date | None = None
    products: tuple[str, ...] = ()
    organizations: tuple[str, ...] = ()
    tlds: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    after: datetime | None = None
    before: datetime | None = None
    when_begin: date | None = None
    when_end: date | None = None
    sort: Literal["relevance", "published"] = "published"

    @classmethod
    def about(cls, kind: EntityKind, slug: str) -> PostQuery:
        """Posts that name an entity."""
        names = (slug,)
        return {
            "product": cls(products=names),
            "organization": cls(organizations=names),
            "tld": cls(tlds=names),
        }[kind]


@dataclass(frozen=True, slots=True)
class TimelineQuery:
    """Which events. A `product`, `organization` or `tld` is a slug, or a name, which means all that share it; where
    several are given, of each. `begin`/`end` select by the event's own date, half-open; `as_of` by what was known on
    that day.

    `today` is the day that relative dates in `q` count from, without which they cannot be read. `show` selects what is
    planned and not over by then, what is later than planned at first or overdue by then, and what is told in
    contradictory ways.
    """

    product: str | None = None
    organization: str | None = None
    tld: str | None = None
    q: str | None = None
    today: date | None = None
    types: tuple[str, ...] = ()
    statuses: tuple[Status, ...] = ()
    begin: date | None = None
    end: date | None = None
    as_of: date | None = None
    show: Show | None = None  # goes by `today`, with `as_of` by that day

    @classmethod
    def about(cls, kind: EntityKind, name: str) -> TimelineQuery:
        """The events of an entity by its slug, or of all that share a name."""
        return {"product": cls(product=name), "organization": cls(organization=name), "tld": cls(tld=name)}[kind]


@dataclass(frozen=True, slots=True)
class Counts:
    """What the store holds, for doctor, demo and readiness."""

    sources: int = 0
    posts: int = 0
    analyzed: int = 0
    entities: dict[str, int] = field(default_factory=dict)
    events: int = 0
