"""Messages for the incoming webhooks of chats. A new chat is a function here and a line in `CHATS`.

What posts say is text to a chat, never markup of ours: nobody is called by it, and nothing is formatted.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ingest.headlines import Bulletin, Headline

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~>])")
_SCHEME_OR_CALL = re.compile(r"@|(?<=:)//")
ZERO_WIDTH = "\u200b"


@dataclass(frozen=True, slots=True)
class Chat:
    """How a chat takes a message: each headline as a line, the whole text as JSON, and its longest text."""

    line: Callable[[Headline], str]
    escape: Callable[[str], str]
    body: Callable[[str], Mapping[str, Any]]
    max_chars: int


def chat_body(chat: Chat, bulletin: Bulletin) -> Mapping[str, Any]:
    """The JSON of a message: its subject and as many lines as the chat takes."""
    text = chat.escape(bulletin.subject)
    for position, headline in enumerate(bulletin.headlines):
        left = len(bulletin.headlines) - position
        line, rest = f"\n{chat.line(headline)}", f"\n… {left} more"
        reserve = len(rest) if left > 1 else 0
        if len(text) + len(line) + reserve > chat.max_chars:
            return chat.body(text + rest if len(text) + len(rest) <= chat.max_chars else text)
        text += line
    return chat.body(text)


def _slack_text(text: str) -> str:
    """https://docs.slack.dev/messaging/formatting-message-text, "Escaping text": these three and no others."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _slack_line(headline: Headline) -> str:
    title = _slack_text(headline.title).replace("|", "¦")
    address = headline.url and _slack_text(headline.url).replace("|", "%7C")
    linked = f"<{address}|{title}>" if address else title
    return f"• {linked} {_slack_text(headline.about)}".rstrip()


def _markdown_text(text: str) -> str:
    """With what is markup escaped, and so that neither "@all" calls anybody nor an address becomes a link."""
    return _SCHEME_OR_CALL.sub(lambda found: found[0] + ZERO_WIDTH, _MARKDOWN.sub(r"\\\1", text))


def _markdown_line(headline: Headline) -> str:
    address = headline.url and re.sub(r"[()<>\\]", lambda found: f"%{ord(found[0]):02X}", headline.url)
    title = _markdown_text(headline.title)
    linked = f"[{title}]({address})" if address else title
    return f"- {linked} {_markdown_text(headline.about)}".rstrip()


CHATS: Mapping[str, Chat] = {
    "slack": Chat(_slack_line, _slack_text, lambda text: {"text": text, "unfurl_links": False}, 4_000),
    "mattermost": Chat(_markdown_line, _markdown_text, lambda text: {"text": text}, 16_000),
    "discord": Chat(
        _markdown_line, _markdown_text, lambda text: {"content": text, "allowed_mentions": {"parse": []}}, 2_000
    ),
}
