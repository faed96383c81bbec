"""A real hub (WebSub) on a loopback server: it takes requests, asks subscribers back, and distributes what is new."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any
from urllib.parse import parse_qsl

import httpx

from tests.servers import Answer, Asked, LoopbackServer

CHALLENGE = "a challenge/of=chance & more"


class Hub:
    """Does as the Recommendation says, unless a test wants it otherwise.

    It asks back while the request is under way (`asks_back`), which is the earliest that a hub may, and gives the lease
    that was asked for or `lease_seconds`. `requests` are the forms that came, `subscribers` the secrets by topic and
    callback.
    """

    def __init__(self, server: LoopbackServer, path: str = "/hub") -> None:
        self.url = server.on(path, self)
        self.requests: list[dict[str, str]] = []
        self.subscribers: dict[tuple[str, str], str] = {}
        self.asks_back = True
        self.lease_seconds: str | None = None
        self.answer = Answer(status=202)
        self._client = httpx.Client(trust_env=False, timeout=20)

    def close(self) -> None:
        self._client.close()

    def __call__(self, asked: Asked) -> Answer:
        form = dict(parse_qsl(asked.body.decode()))
        self.requests.append(form)
        if self.asks_back:
            self.ask_back(form)
        return self.answer

    def ask_back(self, form: dict[str, str], **changes: str | None) -> httpx.Response:
        """Verify the intent of a request; `changes` are parameters to send otherwise, or not at all."""
        parameters: dict[str, str | None] = {
            "hub.mode": form["hub.mode"], "hub.topic": form["hub.topic"], "hub.challenge": CHALLENGE,
            "hub.lease_seconds": self.lease_seconds or form.get("hub.lease_seconds"), "hub.extra": "unknown",
        }  # fmt: skip
        answer = self._get(form["hub.callback"], parameters | changes)
        if answer.status_code == 200 and answer.text == CHALLENGE:
            subscriber = form["hub.topic"], form["hub.callback"]
            if form["hub.mode"] == "subscribe":
                self.subscribers[subscriber] = form["hub.secret"]
            else:
                self.subscribers.pop(subscriber, None)
        return answer

    def deny(self, form: dict[str, str], reason: str | None = None) -> httpx.Response:
        parameters = {"hub.mode": "denied", "hub.topic": form["hub.topic"], "hub.reason": reason}
        return self._get(form["hub.callback"], parameters)

    def distribute(
        self, body: bytes = b"<rss/>", *, method: str = "sha256", signature: str | None = "", secret: str | None = None
    ) -> list[int]:
        """Send what is new to every subscriber; the statuses of their answers. `signature` None sends none."""
        statuses = []
        for (topic, callback), own in self.subscribers.items():
            headers = {"Content-Type": "application/rss+xml", "Link": f'<{self.url}>; rel=hub, <{topic}>; rel="self"'}
            if signature is not None:
                code = hmac.new((secret or own).encode(), body, getattr(hashlib, method, hashlib.sha256)).hexdigest()
                headers["X-Hub-Signature"] = signature or f"{method}={code}"
            statuses.append(self._client.post(callback, content=body, headers=headers).status_code)
        return statuses

    def _get(self, callback: str, parameters: dict[str, Any]) -> httpx.Response:
        sent = {name: value for name, value in parameters.items() if value is not None}
        return self._client.get(callback, params=sent)
