"""Hands mails to the operator's own SMTP server, in a thread.

Beside the HTTP client the one module that opens a connection, and not through the guard: its one address is the
operator's setting, which is a mail server inside more often than not, and nothing that a post or a subscription says.
"""

from __future__ import annotations

import smtplib
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email.message import EmailMessage

from ingest.errors import MailError

TIMEOUT_S = 20.0  # until a mail is handed in
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
    late = threading.Event()
    try:
        with _connected(server, timeout_s, late) as connection:
            _begin_tls(connection, server)
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
    except (smtplib.SMTPException, OSError, ValueError) as error:  # ssl.SSLError and TimeoutError are OSErrors
        if late.is_set():
            raise MailError(f"the mail server has not taken it within {timeout_s:g} s") from error
        if isinstance(error, ValueError):  # of ours: only a file that was closed in the middle is foreseen
            raise
        raise MailError(f"the mail server cannot be used: {_words(str(error)) or type(error).__name__}") from error


class _Hurried(smtplib.SMTP):
    """Ends after `timeout_s` seconds, and says so by `late`: smtplib's own timeout is for each wait, and a host may
    have many addresses, a server may answer byte by byte, or line after line.
    """

    def __init__(self, host: str, port: int, timeout_s: float, late: threading.Event, **tls: ssl.SSLContext) -> None:
        self._late = late
        self._ends_at = time.monotonic() + timeout_s
        self._line: socket.socket | None = None
        self._timer = threading.Timer(timeout_s, self._be_late)
        self._timer.daemon = True
        self._timer.start()
        try:
            super().__init__(host, port, timeout=timeout_s, **tls)  # type: ignore[arg-type]  # `context` where there is TLS
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        self._timer.cancel()
        super().close()
        if self._line is not None:
            self._line.close()

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        connected = self._connect_in_time(host, port)
        connected.settimeout(timeout + 1.0)  # of each wait: it is the timer that ends them, and says why
        # Another handle of the connection, by which it is ended: TLS takes the first one away, and gives its own only
        # when hands are shaken, which may take its time.
        self._line = connected.dup()
        if self._late.is_set():  # the timer found no line to end
            self._end_line()
        return connected

    def _connect_in_time(self, host: str, port: int) -> socket.socket:
        """To the first address that answers; all of them have the same seconds."""
        failed: OSError = TimeoutError("no address of it has answered")
        for *_, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
            left = self._ends_at - time.monotonic()
            if left <= 0:
                break
            try:
                return socket.create_connection((str(address[0]), address[1]), left)
            except OSError as error:
                failed = error
        if time.monotonic() >= self._ends_at:
            self._late.set()
        raise failed

    def _be_late(self) -> None:
        self._late.set()
        self._end_line()
        if (file := self.file) is not None:
            file.close()  # for who reads an answer that goes on: what was under way still comes

    def _end_line(self) -> None:
        if (line := self._line) is not None:
            with suppress(OSError):  # it has ended by itself
                line.shutdown(socket.SHUT_RDWR)  # for who waits for an answer


class _HurriedOverTls(_Hurried, smtplib.SMTP_SSL):
    """The same with TLS from the first byte."""

    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        return self.context.wrap_socket(super()._get_socket(host, port, timeout), server_hostname=host)


@contextmanager
def _connected(server: MailServer, timeout_s: float, late: threading.Event) -> Iterator[smtplib.SMTP]:
    """A connection, and a farewell at its end. How the server takes that changes nothing: a mail that it has taken is
    its own, and what it has refused was refused with the words before.
    """
    connection = _connect(server, timeout_s, late)
    try:
        yield connection
    finally:
        with suppress(smtplib.SMTPException, OSError, ValueError):  # ValueError: its file was closed, too late
            connection.quit()
        connection.close()


def _connect(server: MailServer, timeout_s: float, late: threading.Event) -> smtplib.SMTP:
    if server.is_tls:
        return _HurriedOverTls(server.host, server.port, timeout_s, late, context=ssl.create_default_context())
    return _Hurried(server.host, server.port, timeout_s, late)


def _begin_tls(connection: smtplib.SMTP, server: MailServer) -> None:
    """Wherever it is offered, but for the machine's own server, whose certificate is nobody's but its own."""
    if server.is_tls:
        return
    connection.ehlo()
    if server.host in LOOPBACK:
        return
    if connection.has_extn("starttls"):
        connection.starttls(context=ssl.create_default_context())
    elif server.user is not None:
        raise MailError("the mail server offers no TLS, and a password is not sent in the clear: use smtps://")


def _words(text: bytes | str) -> str:
    return " ".join((text.decode("utf-8", "replace") if isinstance(text, bytes) else text).split())
