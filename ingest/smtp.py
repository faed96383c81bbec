"""Hands mails to the operator's own SMTP server, in a thread.

Beside the HTTP client the one module that opens a connection, and not through the guard: its one address is the
operator's setting, which is a mail server inside more often than not, and nothing that a post or a subscription says.
"""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import dataclass, field
from email.message import EmailMessage

from ingest.errors import MailError

TIMEOUT_S = 20.0  # for each answer of the server
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class MailServer:
    """Where mails are handed in. `is_tls` from the first byte; else TLS is begun where the server offers it."""

    host: str
    port: int
    is_tls: bool = False
    user: str | None = None
    password: str | None = field(default=None, repr=False)


def send_mail(server: MailServer, mail: EmailMessage, *, timeout_s: float = TIMEOUT_S) -> None:
    """Hand a mail in; it is the server's from then on.

    Raises:
        MailError: it was not taken; `status` is the server's reply code where there was one.
    """
    try:
        with _connected(server, timeout_s) as connection:
            if server.user is not None:
                connection.login(server.user, server.password or "")
            connection.send_message(mail)
    except smtplib.SMTPRecipientsRefused as error:
        code, words = next(iter(error.recipients.values()))
        raise MailError(f"the mail server refused the recipient: {_words(words)}", code) from error
    except smtplib.SMTPResponseException as error:
        raise MailError(
            f"the mail server said {error.smtp_code}: {_words(error.smtp_error)}", error.smtp_code
        ) from error
    except (smtplib.SMTPException, OSError) as error:  # ssl.SSLError and TimeoutError are OSErrors
        raise MailError(f"the mail server cannot be used: {_words(str(error)) or type(error).__name__}") from error


def _connected(server: MailServer, timeout_s: float) -> smtplib.SMTP:
    context = ssl.create_default_context()
    if server.is_tls:
        return smtplib.SMTP_SSL(server.host, server.port, timeout=timeout_s, context=context)
    connection = smtplib.SMTP(server.host, server.port, timeout=timeout_s)
    try:
        _begin_tls(connection, server, context)
    except BaseException:
        connection.close()
        raise
    return connection


def _begin_tls(connection: smtplib.SMTP, server: MailServer, context: ssl.SSLContext) -> None:
    """Wherever it is offered, but for the machine's own server, whose certificate is nobody's but its own."""
    connection.ehlo()
    if server.host in LOOPBACK:
        return
    if connection.has_extn("starttls"):
        connection.starttls(context=context)
    elif server.user is not None:
        raise MailError("the mail server offers no TLS, and a password is not sent in the clear: use smtps://")


def _words(text: bytes | str) -> str:
    return " ".join((text.decode("utf-8", "replace") if isinstance(text, bytes) else text).split())
