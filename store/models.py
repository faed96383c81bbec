"""The tables. Row ids of posts are given by us and run in time order; all else is the database's own."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Date,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from store.records import (
    ChatFormat,
    DateBasis,
    DatePrecision,
    DeliveryState,
    EntityKind,
    EventChange,
    Field,
    HubState,
    SourceKind,
    Status,
    TargetKind,
    Wanted,
)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware instant in UTC: naive values are refused on the way in, and SQLite's forgotten zone is restored."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"{value!r} has no zone: the store takes aware times only")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


SLOTS_PER_SECOND = 16  # so many row ids of posts has a second: ids run in time order, and one tells its post's time

# SQLite only numbers a column by itself when it is declared INTEGER.
RowId = BigInteger().with_variant(Integer, "sqlite")


# Compared byte by byte on both databases, so that the names with one beginning are a range of the index.
Bytewise = Text().with_variant(Text(collation="C"), "postgresql")


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(column_0_N_label)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


def _where(condition: str) -> dict[str, Any]:
    """Makes an index one of the rows of which the condition holds."""
    return {"sqlite_where": text(condition), "postgresql_where": text(condition)}


class Source(Base):
    __tablename__ = "source"
    # An id is never given again: posts of a removed source keep its token.
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012 - SQLAlchemy's own way of saying it

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(36), unique=True)
    url: Mapped[str] = mapped_column(Text, unique=True)
    kind: Mapped[SourceKind] = mapped_column(String(16))
    name: Mapped[str | None] = mapped_column(Text, comment="what the operator calls it")
    title: Mapped[str | None] = mapped_column(Text, comment="what it calls itself")
    site_url: Mapped[str | None] = mapped_column(Text)
    tags: Mapped[list[str]] = mapped_column(JSON)
    fallback_urls: Mapped[list[str]] = mapped_column(JSON, comment="tried in order when url fails")
    enabled: Mapped[bool] = mapped_column(Boolean)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    etag: Mapped[str | None] = mapped_column(Text, comment="exactly as received")
    last_modified: Mapped[str | None] = mapped_column(Text, comment="exactly as received")
    validator_url: Mapped[str | None] = mapped_column(Text, comment="the address that the validators came from")
    body_hash: Mapped[str | None] = mapped_column(String(64), comment="of the last body read")
    last_fetched_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_success_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_error: Mapped[str | None] = mapped_column(Text)
    last_error_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    failures: Mapped[int] = mapped_column(Integer, comment="in a row")
    next_fetch_at: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="null: due at every run")
    watched_since: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="the first success that was counted")
    visits: Mapped[int] = mapped_column(Integer, default=0, server_default="0", comment="successful ones since then")
    arrivals: Mapped[int] = mapped_column(
        Integer, default=0, server_default="0", comment="visits after the first that brought new posts"
    )
    usual_gap_days: Mapped[float | None] = mapped_column(Float, comment="between two arrivals")
    longest_gap_days: Mapped[float | None] = mapped_column(Float, comment="between two arrivals, fading")
    posts_per_week: Mapped[float] = mapped_column(
        Float, default=0.0, server_default="0", comment="recent weeks weigh more; as of the last success"
    )
    last_new_at: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="the last visit that brought new posts")
    empty_since: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="it answers, without entries")
    redirect_url: Mapped[str | None] = mapped_column(Text, comment="where it is redirected to for good")
    redirect_since: Mapped[datetime | None] = mapped_column(UtcDateTime)
    redirect_visits: Mapped[int] = mapped_column(
        Integer, default=0, server_default="0", comment="in a row, to that address"
    )
    redirect_kept: Mapped[str | None] = mapped_column(Text, comment="why url is not that address all the same")
    former_urls: Mapped[list[str] | None] = mapped_column(
        JSON(none_as_null=True), comment="addresses that redirects led away from, oldest first"
    )
    moved_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    record_path: Mapped[str | None] = mapped_column(Text, comment="of a page: the tags that lead to its posts")
    record_count: Mapped[int | None] = mapped_column(Integer, comment="posts on it")
    layout_warning: Mapped[str | None] = mapped_column(Text, comment="how these changed")
    layout_changed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)


class Backfill(Base):
    """How far the reading of a source's older posts has come."""

    __tablename__ = "backfill"

    source_id: Mapped[int] = mapped_column(
        RowId, ForeignKey("source.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    start: Mapped[str] = mapped_column(Text, comment="the source's address when it began")
    front: Mapped[str | None] = mapped_column(Text, comment="the page from which older ones are reached")
    method: Mapped[str | None] = mapped_column(String(16), comment="feed, pager, months or sitemap")
    waiting: Mapped[list[list[str]]] = mapped_column(JSON, comment="where to go on: [address, month] pairs, in order")
    archives: Mapped[list[list[str]]] = mapped_column(JSON, comment="month archives met so far, as in waiting")
    worked: Mapped[bool] = mapped_column(Boolean, comment="older posts were found")
    pages: Mapped[int] = mapped_column(Integer)
    found: Mapped[int] = mapped_column(Integer, comment="posts, those stored before included")
    new: Mapped[int] = mapped_column(Integer, comment="of these, stored by it")
    idle: Mapped[int] = mapped_column(Integer, comment="pages in a row that brought nothing older")
    at: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="the time of the last page's posts")
    reached: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="when the oldest post was published")
    ended: Mapped[str | None] = mapped_column(Text, comment="why there is no more to read")
    error: Mapped[str | None] = mapped_column(Text, comment="of the last page, if it failed")
    failures: Mapped[int] = mapped_column(Integer, comment="in a row, at one page")
    resume_at: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="not before")
    read_at: Mapped[datetime] = mapped_column(UtcDateTime, comment="when the last page was read")


class BackfillMet(Base):
    """What a backfill under way has met, so that a walk in a circle ends."""

    __tablename__ = "backfill_met"

    source_id: Mapped[int] = mapped_column(
        RowId, ForeignKey("backfill.source_id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    key: Mapped[str] = mapped_column(String(32), primary_key=True, comment="hash of a page, month or post")


class Post(Base):
    __tablename__ = "post"

    id: Mapped[int] = mapped_column(
        BigInteger, primary_key=True, autoincrement=False, comment="epoch second x 16 + n: runs in time order"
    )
    public_id: Mapped[str] = mapped_column(String(36), unique=True)
    source_id: Mapped[int | None] = mapped_column(
        ForeignKey("source.id", ondelete="SET NULL"), index=True, comment="the source whose word counts"
    )
    owner_rank: Mapped[int] = mapped_column(Integer, comment="how much that word counts; see store/posts.py")
    url: Mapped[str | None] = mapped_column(Text, comment="canonical")
    title: Mapped[str] = mapped_column(Text)
    author: Mapped[str | None] = mapped_column(Text)
    published_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    published_precision: Mapped[str | None] = mapped_column(String(8), comment="second, minute or day")
    updated_at: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="as the source states it")
    first_seen_at: Mapped[datetime] = mapped_column(UtcDateTime)
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime, comment="when we last changed anything of it")
    summary: Mapped[str | None] = mapped_column(Text)
    html: Mapped[str | None] = mapped_column(Text, comment="cleaned on the way in")
    text: Mapped[str] = mapped_column(Text)
    categories: Mapped[list[str]] = mapped_column(JSON)
    enclosures: Mapped[list[dict[str, Any]]] = mapped_column(JSON)
    content_hash: Mapped[str] = mapped_column(String(64), index=True)
    analysis_version: Mapped[str | None] = mapped_column(Text, index=True, comment="null: to be analysed")
    tag_tokens: Mapped[str] = mapped_column(Text, comment="words of the full-text index; see store/tokens.py")


class Sighting(Base):
    """An entry of a source that is this post. The first and the later meetings of one post are all here."""

    __tablename__ = "sighting"
    __table_args__ = (
        UniqueConstraint("source_id", "entry_id"),
        Index("ix_sighting_post_id_source_id", "post_id", "source_id"),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("source.id", ondelete="CASCADE"))
    entry_id: Mapped[str] = mapped_column(String(64), comment="hash of the source's own id for it")
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id", ondelete="CASCADE", onupdate="CASCADE"))
    entry_hash: Mapped[str] = mapped_column(String(64), comment="of all that the source states of it")
    first_seen_at: Mapped[datetime] = mapped_column(UtcDateTime)


class PostKey(Base):
    """What a post is known by beyond one source: addresses, and ids that are unique in the world."""

    __tablename__ = "post_key"

    key: Mapped[str] = mapped_column(String(64), primary_key=True, comment="hash of the address or guid")
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id", ondelete="CASCADE", onupdate="CASCADE"), index=True)


class Revision(Base):
    __tablename__ = "revision"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id", ondelete="CASCADE", onupdate="CASCADE"), index=True)
    title: Mapped[str] = mapped_column(Text)
    text: Mapped[str] = mapped_column(Text)
    content_hash: Mapped[str] = mapped_column(String(64))
    replaced_at: Mapped[datetime] = mapped_column(UtcDateTime)


class Entity(Base):
    __tablename__ = "entity"
    __table_args__ = (UniqueConstraint("kind", "slug"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    kind: Mapped[EntityKind] = mapped_column(String(16))
    slug: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    known: Mapped[bool] = mapped_column(Boolean, comment="false: found in posts, not in the catalogue")
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("entity.id", ondelete="SET NULL"), index=True)
    vendor: Mapped[str | None] = mapped_column(Text, comment="slug of the organization behind a product")


class EntityAlias(Base):
    """A name of an entity, folded: looked up by equality and by prefix."""

    __tablename__ = "entity_alias"
    __table_args__ = (UniqueConstraint("entity_id", "folded"), Index("ix_entity_alias_folded", "folded"))

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    entity_id: Mapped[int] = mapped_column(ForeignKey("entity.id", ondelete="CASCADE"))
    folded: Mapped[str] = mapped_column(Bytewise)
    name: Mapped[str] = mapped_column(Text)


class PostEntity(Base):
    """That a post names an entity, or, where `direct` is false, only a descendant of it."""

    __tablename__ = "post_entity"
    __table_args__ = (Index("ix_post_entity_post_id_entity_id", "post_id", "entity_id"),)

    entity_id: Mapped[int] = mapped_column(ForeignKey("entity.id", ondelete="CASCADE"), primary_key=True)
    post_id: Mapped[int] = mapped_column(
        ForeignKey("post.id", ondelete="CASCADE", onupdate="CASCADE"), primary_key=True
    )
    salient: Mapped[bool] = mapped_column(Boolean)
    direct: Mapped[bool] = mapped_column(Boolean)


class Mention(Base):
    __tablename__ = "mention"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id", ondelete="CASCADE", onupdate="CASCADE"), index=True)
    entity_id: Mapped[int] = mapped_column(ForeignKey("entity.id", ondelete="CASCADE"), index=True)
    field: Mapped[Field] = mapped_column(String(8))
    start: Mapped[int] = mapped_column(Integer)
    end: Mapped[int] = mapped_column(Integer)
    text: Mapped[str] = mapped_column(Text)
    rule: Mapped[str] = mapped_column(Text)


class Timex(Base):
    __tablename__ = "timex"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id", ondelete="CASCADE", onupdate="CASCADE"), index=True)
    field: Mapped[Field] = mapped_column(String(8))
    start: Mapped[int] = mapped_column(Integer)
    end: Mapped[int] = mapped_column(Integer)
    text: Mapped[str] = mapped_column(Text)
    type: Mapped[str] = mapped_column(String(8))
    value: Mapped[str | None] = mapped_column(Text)
    begin: Mapped[date | None] = mapped_column(Date)
    end_date: Mapped[date | None] = mapped_column(Date)
    rule: Mapped[str] = mapped_column(Text)


class Event(Base):
    """Event mentions of one happening, resolved to one date."""

    __tablename__ = "event"
    __table_args__ = (
        Index("ix_event_place", "place", "id", "end"),  # all that a range of it is gone through for
        Index("ix_event_type_place", "type", "place", "id", "status", "end"),
        Index("ix_event_status_place", "status", "place", "id", "end"),
        Index("ix_event_last_reported_at_first_reported_at", "last_reported_at", "first_reported_at"),
        # few events are one of these, and an index of these alone is asked for them
        Index("ix_event_long", "place", **_where("is_long")),
        Index("ix_event_slipped", "place", **_where("slipped_days > 0")),
        Index("ix_event_disputed", "place", **_where("conflict is not null")),
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(36), unique=True)
    type: Mapped[str] = mapped_column(String(32))
    status: Mapped[Status] = mapped_column(String(16))
    title: Mapped[str] = mapped_column(Text)
    value: Mapped[str | None] = mapped_column(Text, comment="TIMEX3")
    begin: Mapped[date | None] = mapped_column(Date)
    end: Mapped[date | None] = mapped_column(Date, comment="exclusive")
    precision: Mapped[DatePrecision | None] = mapped_column(String(16))
    basis: Mapped[DateBasis] = mapped_column(String(16), comment="text, or published where that stands in")
    confidence: Mapped[float] = mapped_column(Float)
    sources: Mapped[int] = mapped_column(Integer)
    first_reported_at: Mapped[datetime] = mapped_column(UtcDateTime)
    last_reported_at: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="null: it was reported once")
    reports: Mapped[int] = mapped_column(Integer, server_default="0", comment="how many mentions")
    place: Mapped[int] = mapped_column(
        BigInteger, server_default="0", comment="where it stands on timelines; see store/places.py"
    )
    is_long: Mapped[bool] = mapped_column(
        Boolean, server_default=text("false"), comment="its date leaves more than a year open"
    )
    slipped_days: Mapped[int | None] = mapped_column(Integer, comment="later than first planned; negative: earlier")
    conflict: Mapped[list[dict[str, Any]] | None] = mapped_column(
        JSON(none_as_null=True), comment="the sides of the contradiction; null: nobody contradicts"
    )
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime)
    sequence: Mapped[int] = mapped_column(Integer, comment="how often the date moved")
    revision: Mapped[int] = mapped_column(
        Integer, server_default="0", comment="how often its date, status or title changed; never falls"
    )
    stale: Mapped[bool] = mapped_column(Boolean, index=True, comment="lost a mention: to be resolved again")


class EventMention(Base):
    __tablename__ = "event_mention"
    __table_args__ = (Index("ix_event_mention_post_id_type", "post_id", "type"),)

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id", ondelete="CASCADE", onupdate="CASCADE"))
    event_id: Mapped[int | None] = mapped_column(ForeignKey("event.id", ondelete="SET NULL"), index=True)
    type: Mapped[str] = mapped_column(String(32))
    status: Mapped[Status] = mapped_column(String(16))
    value: Mapped[str | None] = mapped_column(Text, comment="TIMEX3")
    begin: Mapped[date | None] = mapped_column(Date)
    end_date: Mapped[date | None] = mapped_column(Date)
    field: Mapped[Field] = mapped_column(String(8))
    start: Mapped[int] = mapped_column(Integer)
    end: Mapped[int] = mapped_column(Integer)
    quote: Mapped[str] = mapped_column(Text)
    confidence: Mapped[float] = mapped_column(Float)
    rule: Mapped[str] = mapped_column(Text)


class EventMentionSubject(Base):
    __tablename__ = "event_mention_subject"

    entity_id: Mapped[int] = mapped_column(ForeignKey("entity.id", ondelete="CASCADE"), primary_key=True)
    event_mention_id: Mapped[int] = mapped_column(
        ForeignKey("event_mention.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    position: Mapped[int] = mapped_column(Integer)


class EventMentionPlace(Base):
    """Where a mention stands among those of its type that the same happens to: by the days it is about, of undated ones
    the day of their post, so that the mentions of some days are a range of it.

    Days are ordinals of the calendar. One whose date is longer than a year stands there once for each.
    """

    __tablename__ = "event_mention_place"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 - SQLAlchemy's own way of saying it

    entity_id: Mapped[int] = mapped_column(
        ForeignKey("entity.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    other_id: Mapped[int] = mapped_column(
        BigInteger, primary_key=True, autoincrement=False, comment="the other party of a deal, the later one; else 0"
    )
    type: Mapped[str] = mapped_column(String(32), primary_key=True)
    day: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    event_mention_id: Mapped[int] = mapped_column(
        ForeignKey("event_mention.id", ondelete="CASCADE"), primary_key=True, autoincrement=False, index=True
    )
    end: Mapped[int] = mapped_column(Integer, comment="the day after the last")
    dated: Mapped[bool] = mapped_column(Boolean)
    happened: Mapped[bool] = mapped_column(Boolean)
    reported: Mapped[int] = mapped_column(Integer, comment="the day on which its post came out")


class EventSubject(Base):
    __tablename__ = "event_subject"

    entity_id: Mapped[int] = mapped_column(ForeignKey("entity.id", ondelete="CASCADE"), primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), primary_key=True, index=True)
    position: Mapped[int] = mapped_column(Integer)


class EventDateChange(Base):
    """A date that an event was reported to have."""

    __tablename__ = "event_date_change"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("event.id", ondelete="CASCADE"), index=True)
    position: Mapped[int] = mapped_column(Integer)
    value: Mapped[str | None] = mapped_column(Text)
    reported_at: Mapped[datetime] = mapped_column(UtcDateTime)
    post_public_id: Mapped[str] = mapped_column(String(36))
    moved_days: Mapped[int | None] = mapped_column(Integer, comment="since the date before it")


class EventPlace(Base):
    """Where an event stands on the timeline of an entity that it concerns, or of one above that.

    In the order of the timeline, with all that one is filtered by, so that a page is a range of it.
    """

    __tablename__ = "event_place"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 - SQLAlchemy's own way of saying it

    entity_id: Mapped[int] = mapped_column(
        ForeignKey("entity.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    place: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    event_id: Mapped[int] = mapped_column(
        ForeignKey("event.id", ondelete="CASCADE"), primary_key=True, autoincrement=False, index=True
    )
    end: Mapped[date | None] = mapped_column(Date)
    type: Mapped[str] = mapped_column(String(32))
    status: Mapped[Status] = mapped_column(String(16))
    is_late: Mapped[bool] = mapped_column(Boolean, comment="later than first planned")
    is_disputed: Mapped[bool] = mapped_column(Boolean)


class Story(Base):
    """Posts that report the same news, two or more."""

    __tablename__ = "story"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(36), unique=True)
    first_post_id: Mapped[int] = mapped_column(BigInteger, index=True, comment="row id of its earliest post")
    changed_at: Mapped[datetime] = mapped_column(UtcDateTime, comment="when a post last joined or left it")


class StoryPost(Base):
    """That a post belongs to a story. Beside the post, whose rows its full-text index would otherwise follow."""

    __tablename__ = "story_post"

    post_id: Mapped[int] = mapped_column(
        ForeignKey("post.id", ondelete="CASCADE", onupdate="CASCADE"), primary_key=True, autoincrement=False
    )
    story_id: Mapped[int] = mapped_column(ForeignKey("story.id", ondelete="CASCADE"), index=True)


class StoryKey(Base):
    """A key of a post's sketch: posts that may be of one story share some."""

    __tablename__ = "story_key"
    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 - SQLAlchemy's own way of saying it

    key: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    post_id: Mapped[int] = mapped_column(
        ForeignKey("post.id", ondelete="CASCADE", onupdate="CASCADE"),
        primary_key=True, autoincrement=False, index=True,
    )  # fmt: skip


class StoryLink(Base):
    """That two posts report the same news, and how much alike they are. A pair is there once, in either order."""

    __tablename__ = "story_link"

    post_id: Mapped[int] = mapped_column(
        ForeignKey("post.id", ondelete="CASCADE", onupdate="CASCADE"), primary_key=True, autoincrement=False
    )
    other_id: Mapped[int] = mapped_column(
        ForeignKey("post.id", ondelete="CASCADE", onupdate="CASCADE"),
        primary_key=True, autoincrement=False, index=True,
    )  # fmt: skip
    alike: Mapped[float] = mapped_column(Float)


class HubSubscription(Base):
    """The hub of a source (WebSub), and how far subscribing has come; see store/hubs.py."""

    __tablename__ = "hub_subscription"

    source_id: Mapped[int] = mapped_column(
        ForeignKey("source.id", ondelete="CASCADE"), primary_key=True, autoincrement=False
    )
    hub_url: Mapped[str] = mapped_column(Text, comment="as the source states it")
    topic_url: Mapped[str] = mapped_column(Text, comment="as the source states it")
    state: Mapped[HubState] = mapped_column(String(16))
    token: Mapped[str | None] = mapped_column(
        String(64), unique=True, comment="SHA-256 of what the callback's path ends with"
    )
    callback_url: Mapped[str | None] = mapped_column(Text, comment="a secret: who knows it can confirm and deny")
    secret: Mapped[str | None] = mapped_column(Text, comment="the key of the hub's signatures")
    requested_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    confirmed_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    ask_at: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="when the hub is to be asked next")
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    failures: Mapped[int] = mapped_column(Integer, comment="requests in a row that came to nothing")
    error: Mapped[str | None] = mapped_column(Text)
    last_ping_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    pinged_at: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="of a ping not yet followed by a visit")
    missed_at: Mapped[datetime | None] = mapped_column(
        UtcDateTime, comment="of a visit that found what no ping had told; null after the next ping"
    )


class HubFarewell(Base):
    """A subscription that is to be ended, kept until its hub has asked whether we mean it."""

    __tablename__ = "hub_farewell"

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    hub_url: Mapped[str] = mapped_column(Text)
    topic_url: Mapped[str] = mapped_column(Text)
    token: Mapped[str] = mapped_column(String(64), unique=True)
    callback_url: Mapped[str] = mapped_column(Text)
    ask_at: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="null: at the next run")
    failures: Mapped[int] = mapped_column(Integer)


class Arrival(Base):
    """The order in which posts became known with their tags: a post keeps the place that its first analysis gave it."""

    __tablename__ = "arrival"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012 - SQLAlchemy's own way of saying it

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    post_id: Mapped[int] = mapped_column(ForeignKey("post.id", ondelete="CASCADE", onupdate="CASCADE"), unique=True)


class EventTold(Base):
    """An event as it stood when its changes were last looked for."""

    __tablename__ = "event_told"

    public_id: Mapped[str] = mapped_column(String(36), primary_key=True)
    status: Mapped[Status] = mapped_column(String(16))
    sequence: Mapped[int] = mapped_column(Integer)
    gone_at: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="since when there is no such event")


class EventNews(Base):
    """What has changed of events, in the order in which it was noticed. No foreign key: ids of events stay."""

    __tablename__ = "event_news"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012 - SQLAlchemy's own way of saying it

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(36))
    change: Mapped[EventChange] = mapped_column(String(16), comment="new, status or moved")
    noted_at: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="null: before this was kept")


class Subscription(Base):
    """A saved query, where it pushes what is new, and how far it has come; see store/subscriptions.py."""

    __tablename__ = "subscription"
    __table_args__ = {"sqlite_autoincrement": True}  # noqa: RUF012 - SQLAlchemy's own way of saying it

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(36), unique=True)
    name: Mapped[str | None] = mapped_column(Text)
    what: Mapped[Wanted] = mapped_column(String(16), comment="posts or timeline")
    query: Mapped[dict[str, Any]] = mapped_column(JSON, comment="parameters as the API takes them")
    kind: Mapped[TargetKind] = mapped_column(String(16), comment="webhook, email or chat")
    address: Mapped[str] = mapped_column(Text, comment="a secret where the kind is chat")
    format: Mapped[ChatFormat | None] = mapped_column(String(16), comment="of a chat: see ingest/chats.py")
    secret: Mapped[str] = mapped_column(Text, comment="the key of signatures")
    former_secret: Mapped[str | None] = mapped_column(Text)
    former_until: Mapped[datetime | None] = mapped_column(UtcDateTime, comment="until then it signs as well")
    unsubscribe_token: Mapped[str] = mapped_column(
        String(32),
        server_default=text("''"),  # so written, alembic finds it the same
        comment="by which whoever gets its mails ends them; stays when the secret changes",
    )
    enabled: Mapped[bool] = mapped_column(Boolean)
    disabled_reason: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    since: Mapped[int] = mapped_column(BigInteger, comment="the last arrival or event_news looked at")
    last_delivered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    failures: Mapped[int] = mapped_column(Integer, comment="attempts in a row")


class Delivery(Base):
    """A message of a subscription: what is to be sent, and what became of it (a transactional outbox)."""

    __tablename__ = "delivery"
    __table_args__ = (
        Index("ix_delivery_order", "subscription_id", "state", "id"),
        Index("ix_delivery_due", "state", "next_at"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(RowId, primary_key=True)
    public_id: Mapped[str] = mapped_column(String(40), unique=True, comment="by which a receiver knows it again")
    subscription_id: Mapped[int] = mapped_column(ForeignKey("subscription.id", ondelete="CASCADE"))
    type: Mapped[str] = mapped_column(String(32))
    items: Mapped[int] = mapped_column(Integer, comment="how many posts or events it tells of")
    payload: Mapped[str | None] = mapped_column(Text, comment="JSON; null once it was delivered")
    state: Mapped[DeliveryState] = mapped_column(String(16), comment="pending, delivered or failed")
    attempts: Mapped[int] = mapped_column(Integer)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    next_at: Mapped[datetime] = mapped_column(UtcDateTime, comment="when it is to be tried")
    lease: Mapped[str | None] = mapped_column(String(32), comment="of whoever is sending it")
    lease_until: Mapped[datetime | None] = mapped_column(UtcDateTime)
    last_status: Mapped[int | None] = mapped_column(Integer, comment="of HTTP or SMTP")
    last_error: Mapped[str | None] = mapped_column(Text)
    delivered_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
