"""A real mail server (aiosmtpd) on loopback, port 0, that keeps what it is handed."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import cast

from aiosmtpd.smtp import SMTP, Envelope, Session

from ingest.smtp import MailServer


class Mailbox:
    """Sender, recipients and mail of all that was handed in. `refuse` is what it says to a recipient instead of 250."""

    def __init__(self) -> None:
        self.mails: list[tuple[str, list[str], EmailMessage]] = []
        self.refuse: str | None = None

    async def handle_RCPT(  # noqa: N802 - the name is aiosmtpd's
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]
    ) -> str:
        if self.refuse is not None:
            return self.refuse
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:  # noqa: N802 - the same
        assert isinstance(envelope.content, bytes)
        assert envelope.mail_from is not None
        mail = message_from_bytes(envelope.content, policy=policy.default)
        self.mails.append((envelope.mail_from, envelope.rcpt_tos, cast("EmailMessage", mail)))
        return "250 OK"


@contextmanager
def mail_server(host: str = "127.0.0.1") -> Iterator[tuple[Mailbox, MailServer]]:
    """A mailbox, and the server that puts mails into it."""
    box, port = Mailbox(), Future[int]()
    loop, stop = Future[asyncio.AbstractEventLoop](), asyncio.Event()

    async def serve() -> None:
        here = asyncio.get_running_loop()
        server = await here.create_server(lambda: SMTP(box, hostname="mail.example", loop=here), host, 0)
        loop.set_result(here)
        port.set_result(server.sockets[0].getsockname()[1])
        await stop.wait()
        server.close()

    thread = threading.Thread(target=lambda: asyncio.run(serve()))
    thread.start()
    try:
        yield box, MailServer(host, port.result(10))
    finally:
        loop.result(10).call_soon_threadsafe(stop.set)
        thread.join()
