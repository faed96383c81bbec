"""Where subscriptions may push: addresses checked by their kind, not asked."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from api.addresses import checked_address
from api.errors import ParameterError
from store.records import TargetKind

MAILBOX = "the address of one mailbox (name@host.example)"
IN_ASCII = "an http or https address in ASCII: names as xn--…, all else percent-encoded"
MAIL_SETTINGS = "HOSTWIRE_SMTP_URL, HOSTWIRE_MAIL_FROM and HOSTWIRE_BASE_URL"
LONGEST_MAILBOX = 254  # RFC 5321, 4.5.3.1.3
_MAILBOX = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*"
)


def checked_target(kind: TargetKind, address: str, *, sends_mail: bool) -> str:
    """The address, if a subscription of that kind can push to it. Whether it is one inside shows when it is asked.

    Raises:
        ParameterError: it cannot; says what it takes.
    """
    if kind == "email":
        return _checked_mailbox(address, sends_mail=sends_mail)
    checked = checked_address("address", address)
    if not checked.isascii():
        raise ParameterError("address", f"address: {address!r} is not in ASCII", IN_ASCII)
    if urlsplit(checked).port == 0:
        raise ParameterError("address", f"address: {address!r} has no port", "a port from 1 to 65535")
    return checked


def _checked_mailbox(address: str, *, sends_mail: bool) -> str:
    if not sends_mail:
        raise ParameterError(
            "kind", f"kind: this service sends no mail until {MAIL_SETTINGS} are set", "webhook or chat"
        )
    if len(address) > LONGEST_MAILBOX or not _MAILBOX.fullmatch(address):
        raise ParameterError("address", f"address: {address!r} is no address of a mailbox", MAILBOX)
    return address
