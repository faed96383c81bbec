"""`hostwire subscription …`: saved queries and where they push what is new."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

import click
from rich.table import Table
from rich.text import Text

from hostwire.errors import BadWordsError, HostwireError
from hostwire.output import now, out, print_json, say
from hostwire.settings import load_settings
from store.records import ChatFormat, SubscriptionInput, TargetKind, Wanted

if TYPE_CHECKING:
    from api.schemas import SubscriptionOut


@click.group()
def subscription() -> None:
    """Add, list and remove saved queries that push what is new."""


@subscription.command()
@click.argument("address")
@click.option(
    "--kind",
    type=click.Choice(get_args(TargetKind)),
    default="webhook",
    show_default=True,
    help="What the address is: for signed JSON, a mailbox, or the incoming webhook of a chat.",
)
@click.option("--format", "format_", type=click.Choice(get_args(ChatFormat)), help="The chat; slack unless given.")
@click.option(
    "--what", type=click.Choice(get_args(Wanted)), default="posts", show_default=True, help="Posts, or a timeline."
)
@click.option("--q", "q", help="The query, in the language of `hostwire search`.")
@click.option("--filter", "filters", multiple=True, metavar="NAME=VALUE", help="A parameter of the API's list as well.")
@click.option("--name", help="What to call it, in mails and chats as well.")
@click.option("--json", "as_json", is_flag=True, help="Print what was stored as JSON.")
def add(
    address: str,
    kind: TargetKind,
    format_: ChatFormat | None,
    what: Wanted,
    q: str | None,
    filters: tuple[str, ...],
    name: str | None,
    *,
    as_json: bool,
) -> None:
    """Send what is new to ADDRESS from now on. The secret that webhooks are signed with is shown once."""
    from fastapi.exceptions import RequestValidationError

    from api.errors import ParameterError
    from api.problems import described
    from api.saved_queries import read_saved
    from api.schemas import SubscriptionIn
    from api.targets import checked_target
    from hostwire.asked import read_asked
    from hostwire.assembly import open_database
    from nlp.annotations import EventType
    from store.subscriptions import add_subscription

    settings = load_settings()
    query = _parameters(q, filters)
    if format_ is not None and kind != "chat":
        raise BadWordsError("--format is for --kind chat")
    read_asked(SubscriptionIn, {"name": name, "what": what, "query": query, "kind": kind, "address": address})
    try:
        read_saved(what, query, now().date(), get_args(EventType))
        address = checked_target(kind, address, sends_mail=settings.sends_mail)
    except ParameterError as error:
        raise BadWordsError(f"{error.detail}; it takes {error.takes}") from error
    except RequestValidationError as error:
        wrong = described(error.errors()[0])
        raise BadWordsError(f"{wrong['parameter']}: {wrong['detail']}; it takes {wrong['takes']}") from error
    format_ = (format_ or "slack") if kind == "chat" else None
    wanted = SubscriptionInput(what, query, kind, address, format=format_, name=name)
    with open_database(settings) as database, database.write() as session:
        record, secret = add_subscription(session, wanted, now=now())
    shown = secret if kind == "webhook" else None
    if as_json:
        print_json({"id": record.public_id, "secret": shown})
        return
    out().print(f"added {record.public_id}", soft_wrap=True)
    if shown is not None:
        out().print(f"secret {shown}", soft_wrap=True)


def _parameters(q: str | None, filters: tuple[str, ...]) -> dict[str, object]:
    several: dict[str, list[str]] = {}
    for given in filters:
        name, equals, value = given.partition("=")
        if not equals:
            raise BadWordsError(f"--filter {given!r} is no NAME=VALUE (product=exchange)")
        several.setdefault(name, []).append(value)
    found: dict[str, object] = {name: values[0] if len(values) == 1 else values for name, values in several.items()}
    return found if q is None else {"q": q, **found}


@subscription.command("list")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a subscription on a line.")
def list_(*, as_json: bool) -> None:
    """List the subscriptions and how it stands with them."""
    from api.schemas import SubscriptionOut
    from hostwire.assembly import open_database
    from store.subscriptions import list_subscriptions

    with open_database(load_settings()) as database, database.read() as session:
        found = [SubscriptionOut.from_record(record) for record in list_subscriptions(session)]
    if as_json:
        for shown in found:
            print_json(shown.model_dump(mode="json"))
        return
    if not found:
        say("no subscriptions yet: `hostwire subscription add ADDRESS --q QUERY`")
        return
    table = Table("id", "subscription", "query", "last delivered", "waiting", "state", box=None, header_style="bold")
    for shown in found:
        query = " ".join(f"{name}={value}" for name, value in shown.query.items())
        last = f"{shown.last_delivered:%Y-%m-%d %H:%M}" if shown.last_delivered else "never"
        label = "\n".join(filter(None, (shown.name, f"{shown.kind} {shown.address}")))
        cells = (shown.id, label, f"{shown.what} {query}", last, str(shown.waiting), _state(shown))
        table.add_row(*map(Text, cells))
    out().print(table)


def _state(shown: SubscriptionOut) -> str:
    if not shown.enabled:
        return f"off: {shown.disabled_reason}" if shown.disabled_reason else "off"
    return f"{shown.failures} failures" if shown.failures else "ok"


@subscription.command()
@click.argument("subscription_id", metavar="ID")
def remove(subscription_id: str) -> None:
    """Remove a subscription; what is waiting for it is not sent."""
    from hostwire.assembly import open_database
    from store.errors import UnknownSubscriptionError
    from store.subscriptions import remove_subscription

    with open_database(load_settings()) as database, database.write() as session:
        try:
            remove_subscription(session, subscription_id)
        except UnknownSubscriptionError as error:
            raise HostwireError(f"{error}: `hostwire subscription list` lists them") from error
    say(f"removed {subscription_id}")
