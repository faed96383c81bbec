"""Plain-text dumps of a blog page: a title on a line of its own, a stamp line, then the body, post after post."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ingest.entries import Document, Entry
from ingest.html import excerpt, plain_text
from ingest.stamps import Stamp, find_stamp

MAX_STAMP_LINE = 120
MAX_TITLE = 300
# What a stamp line may hold beside the stamp and the author's name.
FILLER = re.compile(
    r"\b(?:clock|calendar|posted|published|written|submitted|created|date|on|at|by|author|in|under|user|icon)\b|[:|,•·—–@-]",
    re.IGNORECASE,
)
BY = re.compile(
    r"\bby\s+(?:author\s+)?(?P<name>[^|•·]{2,60}?)(?:,|\s+(?:on|at|in))?\s*(?:[|•·].*)?$|\bauthor:?\s+(?P<named>[^|•·]{2,60})$",
    re.IGNORECASE,
)


def read_dump(text: str) -> Document | None:
    """The posts of a plain-text dump; None when it has none."""
    lines = plain_text(text).lstrip("\ufeff").splitlines()
    stamps = list(_stamp_lines(lines))
    if not stamps:
        return None
    titles = [title for title, *_ in stamps]
    entries = []
    for index, (title_at, stamp_at, stamp, author) in enumerate(stamps):
        end = titles[index + 1] if index + 1 < len(stamps) else len(lines)
        body = "\n".join(line.rstrip() for line in lines[stamp_at + 1 : end]).strip()
        entries.append(
            Entry(
                id=None,
                url=None,
                title=" ".join(lines[title_at].split()),
                author=author,
                published=stamp.instant,
                published_precision=stamp.precision,
                summary=excerpt(body) or None,
                text=re.sub(r"\n{3,}", "\n\n", body),
            )
        )
    above = [line.strip() for line in lines[: titles[0]] if line.strip()]
    return Document(kind="text", title=above[0] if above else None, entries=tuple(entries))


def _stamp_lines(lines: list[str]) -> Iterator[tuple[int, int, Stamp, str | None]]:
    """(line of the title, line of the stamp, stamp, author) for each stamp line that stands under a title."""
    taken = -1
    for at, line in enumerate(lines):
        found = _read_stamp_line(line)
        if found is None:
            continue
        title_at = next((i for i in range(at - 1, max(taken, at - 4), -1) if lines[i].strip()), None)
        if title_at is None or not _is_title(lines, title_at):
            continue
        taken = at
        yield title_at, at, *found


def _is_title(lines: list[str], at: int) -> bool:
    """A line of its own, not the end of a paragraph."""
    alone = at == 0 or not lines[at - 1].strip()
    return alone and len(lines[at].strip()) <= MAX_TITLE and _read_stamp_line(lines[at]) is None


def _read_stamp_line(line: str) -> tuple[Stamp, str | None] | None:
    """The stamp and author of a line that holds nothing else."""
    line = line.strip()
    if not line or len(line) > MAX_STAMP_LINE:
        return None
    stamp = find_stamp(line)
    if stamp is None:
        return None
    rest = f"{line[: stamp.start]} | {line[stamp.end :]}"
    match = BY.search(rest.strip(" |"))
    name = (match["name"] or match["named"]).strip(" ,|") if match else None
    left = rest.replace(name, " ") if name else rest
    left = FILLER.sub(" ", left)
    if len(left.split()) > (0 if name is None else 2) or (name and len(name.split()) > 5):
        return None
    return stamp, name
