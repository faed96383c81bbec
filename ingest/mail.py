"""Mails of subscriptions (RFC 5322), as text and as HTML, with a way out in their header (RFC 2369, RFC 8058). No I/O.

The standard library's policy refuses a line end in any header; what posts say has none left when it gets there.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy
from email.utils import format_datetime
from html import escape

from ingest.headlines import Bulletin, Headline

MAX_SUBJECT = 200  # characters
WAY_OUT = "List-Unsubscribe"


class _Policy(EmailPolicy):
    """The library's, but for an address in angle brackets that is longer than a line: that would become an encoded
    word, which no mail program looks for an address in (RFC 2047, 5).
    """

    def fold(self, name: str, value: str) -> str:
        return f"{name}: {value}{self.linesep}" if _stays_whole(name, value) else super().fold(name, value)

    def fold_binary(self, name: str, value: str) -> bytes:
        return self.fold(name, value).encode() if _stays_whole(name, value) else super().fold_binary(name, value)


def _stays_whole(name: str, value: str) -> bool:
    return name == WAY_OUT and value.isascii()


POLICY = _Policy(linesep=SMTP.linesep)


@dataclass(frozen=True, slots=True)
class Letter:
    """What a mail is made of: addresses without names, and the address at which to unsubscribe."""

    message_id: str
    sender: str
    recipient: str
    unsubscribe_url: str
    bulletin: Bulletin


def mail_of(letter: Letter, *, now: datetime) -> EmailMessage:
    """The mail. The same letter has the same Message-ID whenever it is sent, so that mailboxes know it again."""
    bulletin = letter.bulletin
    subject = bulletin.subject if len(bulletin.subject) <= MAX_SUBJECT else f"{bulletin.subject[: MAX_SUBJECT - 1]}…"
    mail = EmailMessage(policy=POLICY)
    mail["From"] = Address("Hostwire", addr_spec=letter.sender)
    mail["To"] = Address(addr_spec=letter.recipient)
    mail["Subject"] = subject
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = f"<{letter.message_id}@{letter.sender.rpartition('@')[2]}>"
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's holiday notice is to answer it
    mail[WAY_OUT] = f"<{letter.unsubscribe_url}>"
    if letter.unsubscribe_url.startswith("https://"):  # RFC 8058 allows it for these alone
        mail["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    mail.set_content(_as_text(letter))
    mail.add_alternative(_as_html(letter), subtype="html")
    return mail


def _as_text(letter: Letter) -> str:
    blocks = ["\n".join(filter(None, (h.title, h.about, h.summary, h.url))) for h in letter.bulletin.headlines]
    blocks.append(f"-- \nTo get no more of these: {letter.unsubscribe_url}")
    return "\n\n".join(blocks) + "\n"


def _as_html(letter: Letter) -> str:
    items = "\n".join(_item(headline) for headline in letter.bulletin.headlines)
    way_out = f'<p><a href="{escape(letter.unsubscribe_url)}">Get no more of these</a></p>'
    return f"<!doctype html>\n<html><body>\n<ul>\n{items}\n</ul>\n{way_out}\n</body></html>\n"


def _item(headline: Headline) -> str:
    title = escape(headline.title)
    linked = f'<a href="{escape(headline.url)}">{title}</a>' if headline.url else title
    about = f"<br>{escape(headline.about)}" if headline.about else ""
    summary = f"<br>{escape(headline.summary)}" if headline.summary else ""
    return f"<li>{linked}{about}{summary}</li>"
