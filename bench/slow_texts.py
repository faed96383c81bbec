"""What texts cost that are long, or made to be slow: each beside one of half its length.

Where twice the text takes much more than twice the time, a step is not linear.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import date
from functools import partial

from nlp.annotations import PostText
from nlp.pipeline import TAGGED_CHARACTERS, Tagger

SIZE = 100_000  # characters of an awkward input
LONG = 1_000_000  # characters of a long post
PUBLISHED = date(2026, 6, 30)

AWKWARD: dict[str, str] = {
    "dashes": "-",
    "dashes between digits": "20-",
    "digits between dashes": "1-2-3-",
    "a slug": "how-to-move-a-mail-server-",
    "one letter": "a",
    "one capital": "A",
    "dotted digits": "1.",
    "dotted letters": "a.",
    "opening brackets": "(",
    "closing brackets": ")",
    "quotes": '"',
    "capitals alone": "A ",
    "two capitalised words": "Foo Bar ",
    "capitals and and": "Foo and Bar and ",
    "capitals and commas": "Foo, Bar, ",
    "capitals and digits": "A1B2 ",
    "acronyms in brackets": "Foo (ABC) ",
    "line ends": "\n",
    "line ends and blanks": " \n",
    "blanks": " ",
    "www.": "www.",
    "mail addresses": "a@b",
    "slashes": "/a",
    "backslashes": "\\a",
    "labels of domains": ".com ",
    "labels of domains in a list": ".com/",
    "years": "2010 ",
    "ranges of years": "2010-",
    "numbers": "11 ",
    "months": "May ",
    "weekdays": "Monday ",
    "units of time": "two days ",
    "units of time before": "two days before ",
    "versions of a product": "Exchange 2010 ",
    "versions in a list": "Exchange 2010/2013/",
    "service packs": "SP1 ",
    "products and service packs": "Exchange 2010 SP1 ",
    "a product": "Plesk ",
    "companies": "Microsoft acquires Oracle ",
    "triggers": "released ",
    "products and triggers": "Plesk 18 was released today ",
    "joints of clauses": "a, but ",
    "full stops": "A. ",
    "questions": "? ",
    "unknown products": "the Foo{} 2.0 software, ",
    "unknown companies": "Foo{} Bar Inc. said ",
    "unknown short forms": "Foo{} Bar Inc. (FB{}) said ",
    "many versions": "Plesk {}.{} and 7.1.2 ",
    "many versions and service packs": "Exchange 2010 SP{}. The SP{} of it. ",
    "service packs without a version": "Exchange SP{} ",
    "versions in a clause": "Plesk and then v1.{} ",
    "sentences with events": "Plesk {}.0 was released on May 5, 2010. ",
    "open brackets after names": "Microsoft Corp (ABC, ",
    "thousands": "111,",
    "blanks before a line": "  \n  x",
    "full stops and blanks": ".\t",
    "companies of two senses": "Let's Encrypt, WHMCS, ",
    "long sentence": "the provider moved its servers to Plesk and the customers of the provider waited in line ",
}
"""Named pieces that a text is made of by repeating them; {} is a number that goes up."""


def repeated(piece: str, size: int) -> PostText:
    """A post of `size` characters that says `piece` again and again."""
    count = size // len(piece) + 1
    text = "".join(piece.replace("{}", str(number)) for number in range(count)) if "{}" in piece else piece * count
    return PostText("", f"x{text[: size - 2]}x", PUBLISHED)


def _cpu_seconds(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun


def report_long(tagger: Tagger, posts: Sequence[PostText]) -> None:
    """Print the seconds that long posts of ordinary sentences take."""
    prose = "\n\n".join(post.text for post in posts)
    prose = (prose * (LONG // max(1, len(prose)) + 1))[:LONG]
    print(f"\nordinary sentences in one post (read up to {TAGGED_CHARACTERS} characters), seconds of CPU")
    for size in (LONG // 20, LONG // 10, LONG // 5, LONG):
        post = PostText("A long post", prose[:size], PUBLISHED)
        print(f"{size:>10} characters {_cpu_seconds(partial(tagger.tag, post)):>8.2f}")


def report_awkward(tagger: Tagger) -> None:
    """Print the seconds that awkward inputs take."""
    print(f"\n{'awkward input':<30}{f'{SIZE // 2} chars':>14}{f'{SIZE} chars':>14}")
    for name, piece in AWKWARD.items():
        half, whole = (_cpu_seconds(partial(tagger.tag, repeated(piece, size))) for size in (SIZE // 2, SIZE))
        print(f"{name:<30}{half:>14.2f}{whole:>14.2f}", flush=True)
