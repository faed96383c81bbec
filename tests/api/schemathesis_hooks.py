"""What `st run` loads beside its own checks, named in schemathesis.toml. Not imported by any test."""

from __future__ import annotations

import json
from urllib.parse import urlencode

import schemathesis

# Parameters whose values a JSON Schema cannot judge, and why: what is refused of a request that keeps to the schema
# must be one of these. A parameter of a new name belongs here only if its schema cannot be made to say what it takes.
LONGEST_QUERY = 30_000  # bytes
BEYOND_A_SCHEMA = {
    "q": "a grammar: brackets and quotes must be closed, a word must be there",
    "after": "days that there are, of years within bounds",
    "before": "as of `after`",
    "when": "as of `after`, and a range must not end before it begins",
    "from": "as of `after`",
    "to": "as of `after`",
    "as_of": "as of `after`",
    "feed": "the address of a feed of ours, whose own parameters it holds",
    "query": "the parameters of a list, as the list itself takes them",
    "address": "what the kind of target takes: an address of the web, or of mail",
    "format": "of chats alone",
    "backlog": "a whole number that is written as one: to a schema 45.0 is whole as well",
    "rotate_secret": "of webhooks alone, which have one",
    "kind": "goes with the address",
}


@schemathesis.hook
def before_call(_: schemathesis.HookContext, case: schemathesis.Case, **__: object) -> None:
    """Takes away a cursor that was made up: it belongs to no query and is refused before anything else is looked at.

    The tests of each list follow real ones. A value that no cursor has is still sent, to be refused.
    """
    if case.meta is not None and case.meta.generation.mode.is_positive and case.query:
        case.query.pop("cursor", None)
        _keep_within_a_head(case.query)


def _keep_within_a_head(query: dict[str, object]) -> None:
    """Fewer values of one filter where all of them make a head that the server refuses before any route is asked."""
    for name, values in query.items():
        if isinstance(values, list) and len(urlencode({name: values}, doseq=True)) > LONGEST_QUERY:
            query[name] = values[:1]


@schemathesis.check
def refuses_only_what_a_schema_cannot_judge(
    _: schemathesis.CheckContext, response: schemathesis.Response, case: schemathesis.Case
) -> None:
    """A request that keeps to the schema is refused for nothing else: the schemas are as tight as they can be."""
    if response.status_code != 422 or case.meta is None or not case.meta.generation.mode.is_positive:
        return
    named = {error["parameter"].partition(".")[0] for error in json.loads(response.content).get("errors", ())}
    assert named, "a 422 that names no parameter"
    unforeseen = ", ".join(sorted(named - set(BEYOND_A_SCHEMA)))
    assert not unforeseen, f"refused although it keeps to its schema: {unforeseen} (see BEYOND_A_SCHEMA)"
