"""GET /posts/{id}?explain=1: the tags of a post as it would be tagged now, each with its reason."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from hostwire.server import LazyTagger
from hostwire.settings import load_settings
from store.database import Database
from tests.api.conftest import Service, fill, running
from tests.api.test_problems import problem
from tests.store.factories import instant, make_entry, make_source, store_post


@pytest.fixture(scope="module")
def tagged(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """The library with the real tagger, which the stored tags, made by hand, are not from."""
    database = Database(f"sqlite:///{tmp_path_factory.mktemp('explain') / 'library.db'}")
    database.upgrade()
    fill(database)
    with database.write() as session:
        source = make_source(session, "http://new.example/feed", name="New")
        text = "The board of ICANN approved the top-level domain .xxx on Friday."
        vote = make_entry("vote", title="ICANN approves .xxx", text=text, published=instant("2010-06-26T21:27"))
        store_post(session, source, vote)
    tagger = LazyTagger(load_settings())
    with running(database, tag=tagger, explain=tagger.explain) as client:
        yield Service(client, database)
    database.close()


def path_of(service: Service, title: str) -> str:
    (item,) = [item for item in service.json("/api/v1/posts")["items"] if item["title"] == title]
    return f"/api/v1/posts/{item['id']}"


def test_every_tag_says_why_it_is_there(tagged: Service) -> None:
    post = tagged.json(path_of(tagged, "ICANN approves .xxx"), explain=1)
    (tld,) = post["tlds"]
    assert (tld["slug"], tld["salient"], tld["explain"]["rule"]) == ("xxx", True, "salience:subject")
    assert [mention["field"] for mention in post["mentions"]] == ["title", "title", "text", "text"]
    for found in (*post["mentions"], *post["timexes"]):
        assert post[found["field"]][found["start"] : found["end"]] == found["text"]
        assert found["explain"]["why"].endswith(".")
    (event,) = [event for event in post["event_mentions"] if event["type"] == "approval"]
    assert (event["begin"], event["end_date"]) == ("2010-06-25", "2010-06-26")
    assert event["explain"]["facts"]["trigger"] == "approved"
    assert event["explain"]["facts"]["date_text"] == "Friday"
    assert "on Friday" in event["evidence"]["text"]


def test_what_is_no_tag_is_as_without(tagged: Service) -> None:
    path = path_of(tagged, ".xxx approved")
    plain, full = tagged.json(path), tagged.json(path, explain=1)
    assert full.keys() - plain.keys() == {"explain"}
    tags = {"products", "organizations", "tlds", "events", "mentions", "timexes", "event_mentions"}
    assert {name: plain[name] for name in plain.keys() - tags} == {name: full[name] for name in plain.keys() - tags}
    assert "explain" not in plain["mentions"][0]


def test_the_stored_version_and_todays_stand_beside_each_other(tagged: Service) -> None:
    made = tagged.json(path_of(tagged, "A look at SP1"), explain=1)["explain"]
    versions = made["analysis_version"]
    assert versions["now"] == f"{made['code_version']}/{made['catalogue_version']}/{made['model']}"
    assert versions["stored"] not in {None, versions["now"]}


def test_a_post_that_nothing_has_tagged_yet_can_be_explained(tagged: Service) -> None:
    path = path_of(tagged, "ICANN approves .xxx")
    assert tagged.json(path)["organizations"] == []
    post = tagged.json(path, explain=1)
    assert post["explain"]["analysis_version"]["stored"] is None
    assert [organization["slug"] for organization in post["organizations"]] == ["icann"]


def test_explain_0_is_the_post_as_it_is(on_sqlite: Service) -> None:
    path = path_of(on_sqlite, ".xxx approved")
    assert on_sqlite.get(path, explain=0).content == on_sqlite.get(path).content


def test_an_answer_that_explains_has_its_own_validator(on_sqlite: Service) -> None:
    path = path_of(on_sqlite, ".xxx approved")
    plain, full = on_sqlite.get(path), on_sqlite.get(path, explain=1)
    assert plain.headers["etag"] != full.headers["etag"]
    again = on_sqlite.client.get(path, params={"explain": 1}, headers={"If-None-Match": full.headers["etag"]})
    assert again.status_code == 304


@pytest.mark.parametrize("value", ["2", "yes", ""])
def test_another_value_is_a_problem(on_sqlite: Service, value: str) -> None:
    body = problem(on_sqlite.get(path_of(on_sqlite, ".xxx approved"), explain=value), 422)
    (error,) = body["errors"]
    assert error["parameter"] == "explain"
    assert error["takes"] == "'0' or '1'"


def test_it_is_given_once(on_sqlite: Service) -> None:
    path = path_of(on_sqlite, ".xxx approved")
    body = problem(on_sqlite.client.get(f"{path}?explain=1&explain=0"), 422)
    assert body["errors"][0]["parameter"] == "explain"


def test_a_post_that_is_not_there_is_not_explained(on_sqlite: Service) -> None:
    problem(on_sqlite.get("/api/v1/posts/none", explain=1), 404)


def test_the_description_for_programs_has_both_shapes(on_sqlite: Service) -> None:
    described = on_sqlite.json("/openapi.json")
    route = described["paths"]["/api/v1/posts/{post_id}"]["get"]
    shapes = route["responses"]["200"]["content"]["application/json"]["schema"]["anyOf"]
    assert [shape["$ref"].rpartition("/")[2] for shape in shapes] == ["PostDetailOut", "ExplainedPostOut"]
    (parameter,) = [found for found in route["parameters"] if found["name"] == "explain"]
    assert parameter["schema"]["enum"] == ["0", "1"]
    mention = described["components"]["schemas"]["ExplainedMentionOut"]
    assert mention["properties"]["explain"]["$ref"].endswith("ExplanationOut")
