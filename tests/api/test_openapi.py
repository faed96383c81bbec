"""The description for programs: valid, whole, and every example in it true to its schema.

A new route, parameter or answer without an example or a description fails here by its name; api/examples.py says how
one is added.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import feedparser
import icalendar
import jsonschema
import pytest
from lxml import etree
from openapi_spec_validator import OpenAPIV31SpecValidator

from api import examples
from api.app import ApiConfig, create_app
from api.description import LINKS
from ingest.events import resolve_rows
from store.database import Database
from tests.api.conftest import TODAY, TYPES, Service, echo_tag, explain_nothing, find_feed

Object = dict[str, Any]
BODYLESS = {"204", "304"}
# Clients are generated with these names: a route that is published keeps its own.
PUBLISHED = {
    "list_posts", "list_suggestions", "show_post", "show_stories", "show_timeline", "list_products",
    "show_product", "list_organizations", "show_organization", "list_tlds", "show_tld", "show_sources",
    "show_source", "add_source", "change_source", "remove_source", "tag", "posts_feed", "timeline_feed", "healthz",
    "readyz", "metrics",
}  # fmt: skip


def described(folder: Path, **config: Any) -> Object:
    """The description of an application over a database that nobody asks."""
    database = Database(f"sqlite:///{folder / 'unused.db'}")
    settings = ApiConfig(version="1", event_types=TYPES, **config)
    app = create_app(
        settings,
        database,
        tag=echo_tag,
        explain=explain_nothing,
        discover=find_feed,
        now=lambda: TODAY,
        resolve=resolve_rows,
    )
    database.close()
    return app.openapi()


@pytest.fixture(scope="module")
def description(tmp_path_factory: pytest.TempPathFactory) -> Object:
    return described(tmp_path_factory.mktemp("description"))


def operations(description: Object) -> Iterator[tuple[str, Object]]:
    """Each operation with what it is called in a failure."""
    for path, methods in description["paths"].items():
        for method, operation in methods.items():
            yield f"{method.upper()} {path} ({operation['operationId']})", operation


def places(description: Object) -> Iterator[tuple[str, Object]]:
    """Everything that must have an example, with what it is called in a failure."""
    for name, operation in operations(description):
        for parameter in operation.get("parameters", ()):
            yield f"{name}: parameter {parameter['name']}", parameter
        for media_type, content in operation.get("requestBody", {}).get("content", {}).items():
            yield f"{name}: body as {media_type}", content
        for status, response in operation["responses"].items():
            for media_type, content in response.get("content", {}).items():
                yield f"{name}: {status} as {media_type}", content
    for name, header in description["components"]["headers"].items():
        yield f"header {name}", header


def examples_of(place: Object) -> list[Any]:
    """The examples given at a place itself, whatever its schema's own are."""
    return ([place["example"]] if "example" in place else []) + [
        shown["value"] for shown in place.get("examples", {}).values()
    ]


def test_it_is_valid(description: Object) -> None:
    assert description["openapi"].startswith("3.1")
    OpenAPIV31SpecValidator(description).validate()


def test_nothing_lacks_an_example(description: Object) -> None:
    lacking = [name for name, place in places(description) if not examples_of(place)]
    assert lacking == [], "api/examples.py says how to add them"


def test_every_answer_has_a_body_or_none_by_its_status(description: Object) -> None:
    for name, operation in operations(description):
        for status, response in operation["responses"].items():
            assert ("content" in response) == (status not in BODYLESS), (name, status)


def test_every_example_is_true_to_its_schema(description: Object) -> None:
    components = {"components": description["components"]}  # what the schemas point to
    wrong = []
    for name, place in places(description):
        validator = jsonschema.Draft202012Validator(
            place["schema"] | components, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
        )
        wrong += [
            f"{name}: {error.json_path} {error.message}"
            for example in examples_of(place)
            for error in validator.iter_errors(example)
        ]
    assert wrong == []


def test_no_example_is_of_something_that_is_not_there(description: Object) -> None:
    there = {operation["operationId"]: operation for _, operation in operations(description)}
    named = {f"{name} {found['name']}" for name, one in there.items() for found in one.get("parameters", ())}
    parameters = {name.rpartition(" ")[2] for name in named} | named
    assert set(examples.PARAMETERS) - parameters == set()
    assert set(examples.BODIES) - {name for name, one in there.items() if "requestBody" in one} == set()
    assert (set(examples.answers()) | set(examples.QUERIES) | set(LINKS)) - set(there) == set()


def test_everything_says_what_it_is(description: Object) -> None:
    silent = [name for name, operation in operations(description) if not operation.get("summary")]
    silent += [
        name
        for name, place in places(description)
        if "description" not in place and not {"content", "schema"} & {*place}
    ]
    silent += [
        f"{name}: {what}"
        for name, operation in operations(description)
        for what, said in (
            *((f"parameter {found['name']}", found.get("description")) for found in operation.get("parameters", ())),
            *((status, found["description"]) for status, found in operation["responses"].items()),
        )
        if not said or said == "Successful Response"
    ]
    silent += [name for name, model in description["components"]["schemas"].items() if not model.get("description")]
    assert silent == []


def test_operations_are_called_by_names_that_stay(description: Object) -> None:
    names = [operation["operationId"] for _, operation in operations(description)]
    assert len(set(names)) == len(names)
    assert all(name.isidentifier() and name == name.lower() for name in names)
    assert PUBLISHED - set(names) == set()


def test_every_tag_is_described_and_used(description: Object) -> None:
    used = {tag for _, operation in operations(description) for tag in operation["tags"]}
    assert {tag["name"] for tag in description["tags"]} == used
    assert all(tag["description"] for tag in description["tags"])


def test_links_lead_to_a_parameter_that_is_taken(description: Object) -> None:
    there = {operation["operationId"]: operation for _, operation in operations(description)}
    links = [
        link
        for operation in there.values()
        for response in operation["responses"].values()
        for link in response.get("links", {}).values()
    ]
    assert len(links) >= len(LINKS)
    for link in links:
        taken = {f"{found['in']}.{found['name']}" for found in there[link["operationId"]]["parameters"]}
        assert set(link["parameters"]) <= taken, link


@pytest.mark.parametrize("api_key", [None, "k"])
def test_keys_are_asked_for_where_they_are_needed(tmp_path: Path, api_key: str | None) -> None:
    reading = [{"key": []}, {"token": []}, {"password": []}] + ([] if api_key else [{}])
    for name, operation in operations(described(tmp_path, api_key=api_key)):
        method, path = name.split()[:2]
        if path in {"/healthz", "/readyz"}:
            expected: list[Object] = []
        elif path == "/api/v1/tag" or (method == "GET" and not path.startswith("/api/v1/subscriptions")):
            expected = reading
        else:
            expected = [{"key": []}, {"token": []}]
        assert operation["security"] == expected, name


def test_the_server_is_the_public_address(tmp_path: Path) -> None:
    assert described(tmp_path)["servers"][0]["url"] == "/"
    assert described(tmp_path, base_url="https://news.example/wire")["servers"][0]["url"] == "https://news.example/wire"


def test_answers_hold_nothing_that_is_not_described(description: Object) -> None:
    """Whatever an answer is made of is closed; what is sent says for itself whether it may hold more."""
    models = description["components"]["schemas"]
    assert {
        name for name, model in models.items() if "properties" in model and "additionalProperties" not in model
    } == set()
    assert models["EventOut"]["properties"]["type"]["enum"] == list(TYPES)
    assert "x-event-type" not in str(models)


def test_headers_are_described_where_they_are_sent(description: Object) -> None:
    sent = {
        f"{operation['operationId']} {status}": set(response.get("headers", {}))
        for _, operation in operations(description)
        for status, response in operation["responses"].items()
    }
    assert sent["list_posts 200"] == {"ETag", "Cache-Control", "Link"}
    assert sent["show_post 200"] == sent["show_post 304"] == {"ETag", "Cache-Control"}
    assert sent["posts_feed 200"] == {"ETag", "Cache-Control", "Last-Modified", "Link"}
    assert sent["add_source 201"] == {"Location"}
    assert sent["list_posts 503"] == {"Retry-After"}
    assert sent["list_posts 401"] == {"WWW-Authenticate"}
    assert sent["list_posts 405"] == {"Allow"}


FEEDS = [
    pytest.param(media_type, example, id=f"{name}-{media_type}")
    for name in ("posts_feed", "timeline_feed")
    for media_type, example in examples.answers()[name].items()
]


@pytest.mark.parametrize(("media_type", "example"), FEEDS)
def test_an_example_of_a_feed_is_one(media_type: str, example: Any) -> None:
    if media_type.endswith("+json"):
        assert example["version"] == "https://jsonfeed.org/version/1.1"
        assert example["items"]
    elif media_type == "text/calendar":
        calendar = icalendar.Calendar.from_ical(example)
        assert [str(event["SUMMARY"]) for event in calendar.walk("VEVENT")] != []
    elif media_type == "text/csv":
        header, row = csv.reader(io.StringIO(example))
        assert len(header) == len(row)
    elif media_type == "text/x-opml":
        assert len(etree.fromstring(example.encode()).findall("body/outline")) == 1
    else:
        parsed = feedparser.parse(example.encode(), response_headers={"content-type": f"{media_type}; charset=utf-8"})
        assert (parsed.bozo, len(parsed.entries)) == (False, 1)


def test_the_page_for_people_shows_the_examples(on_sqlite: Service) -> None:
    page = on_sqlite.get("/docs").text
    for shown in (
        examples.POST_ID,
        "exchange+-beta",
        "release of microsoft exchange server 2010 sp1",
        "BEGIN:VCALENDAR",
    ):
        assert shown.lower() in page.lower(), shown
