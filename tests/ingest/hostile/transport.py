"""Below the document: compression, slowness, endlessness, resets, lengths that lie."""

from __future__ import annotations

import gzip
import itertools
import time
import zlib
from collections.abc import Callable, Iterable, Iterator

from tests.ingest.factories import items, rss
from tests.ingest.hostile.farm import Case
from tests.ingest.hostile.server import RESET, Chunk, Wire
from tests.servers import FEED_TYPE, HOLD, Answer, Route

OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/rss+xml\r\n"
FEED = rss(items(range(900_000, 900_003)))
TICK_S = 0.2  # between the bytes of a slow server: often enough that no read times out by itself
TOO_LARGE = r"more than \d+ bytes of body \(max_body_bytes\)"
HEADER = r"more than \d+ bytes of header \(max_header_bytes\)"
SLOW = r"not finished within .* \(exchange_timeout_s\)"
SILENT = r"nothing came for .* \(read_timeout_s\)"
NULLS = bytes(1 << 20)


def transport_cases() -> list[Case]:
    return [Case(name, {"/feed": route}, error=error) for name, (route, error) in TABLE.items()]


def raw(*chunks: Chunk) -> Route:
    return Wire(chunks)


def each_time(make: Callable[[], Iterable[Chunk]]) -> Route:
    """A generator is used up by one request; this makes one for each."""
    return lambda _: Wire(make())


def coded(coding: str, body: bytes) -> Route:
    return Answer(body, content_type=FEED_TYPE, headers={"Content-Encoding": coding})


def gzip_bomb(megabytes: int) -> bytes:
    packer = zlib.compressobj(9, wbits=31)
    return b"".join(packer.compress(NULLS) for _ in range(megabytes)) + packer.flush()


def raw_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(9, wbits=-15)
    return packer.compress(data) + packer.flush()


def gzip_with_name() -> bytes:
    """A member whose header holds a file name without an end."""
    return b"\x1f\x8b\x08\x08" + bytes(6) + b"n" * 3_000_000


def drip(data: bytes) -> Iterator[bytes]:
    for byte in itertools.cycle(data):
        yield bytes([byte])
        time.sleep(TICK_S)  # the server's slowness is the case; no test waits for it


def dripping_header() -> Iterator[bytes]:
    yield OK + b"X-Slow: "
    yield from drip(b"x")


def dripping_body() -> Iterator[bytes]:
    yield OK + b"\r\n"
    yield from drip(FEED)


def dripping_chunk_sizes() -> Iterator[bytes]:
    yield OK + b"Transfer-Encoding: chunked\r\n\r\n"
    while True:
        yield b"1\r\nx\r\n"
        time.sleep(TICK_S)  # the server's slowness is the case; no test waits for it


def endless_body() -> Iterator[bytes]:
    yield OK + b"\r\n<rss><channel>"
    while True:
        yield b"<item><title>one more</title></item>" * 500


def endless_chunks() -> Iterator[bytes]:
    yield OK + b"Transfer-Encoding: chunked\r\n\r\n"
    while True:
        yield b"2710\r\n" + b"x" * 10_000 + b"\r\n"


def endless_gzip() -> Iterator[bytes]:
    yield OK + b"Content-Encoding: gzip\r\n\r\n"
    packer = zlib.compressobj(9, wbits=31)
    while True:
        yield packer.compress(NULLS) + packer.flush(zlib.Z_SYNC_FLUSH)


def endless_empty_members() -> Iterator[bytes]:
    """Codings that make nothing of very much."""
    yield OK + b"Content-Encoding: gzip\r\n\r\n"
    member = gzip.compress(b"") * 1000
    while True:
        yield member


def endless_headers() -> Iterator[bytes]:
    yield OK
    for number in itertools.count():
        yield b"X-%d: %s\r\n" % (number, b"x" * 500)


def endless_header() -> Iterator[bytes]:
    yield OK + b"X-Long: "
    while True:
        yield b"x" * 10_000


def endless_status_line() -> Iterator[bytes]:
    yield b"HTTP/1.1 200 "
    while True:
        yield b"O" * 10_000


def endless_early_hints() -> Iterator[bytes]:
    while True:
        yield b"HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n"
        time.sleep(0.005)  # so slow is this server, on purpose


def endless_trailers() -> Iterator[bytes]:
    yield OK + b"Transfer-Encoding: chunked\r\n\r\n0\r\n"
    for number in itertools.count():
        yield b"X-%d: %s\r\n" % (number, b"x" * 500)


def long_chunk_extension() -> Iterator[bytes]:
    yield OK + b"Transfer-Encoding: chunked\r\n\r\n5;"
    while True:
        yield b"x" * 10_000


# name → what is served, and what the reason must say (None: read all the same)
TABLE: dict[str, tuple[Route, str | None]] = {
    # compression
    "gzip bomb of 200 MB": (coded("gzip", gzip_bomb(200)), TOO_LARGE),
    "gzip bomb in a gzip, declared once": (coded("gzip", gzip.compress(gzip_bomb(100))), "gzip|compress"),
    "gzip bomb in a gzip, declared twice": (coded("gzip, gzip", gzip.compress(gzip_bomb(20))), "2 content codings"),
    "forty codings": (coded(", ".join(["gzip"] * 40), b"x"), "40 content codings"),
    "deflate bomb": (coded("deflate", zlib.compress(NULLS * 20, 9)), TOO_LARGE),
    "bare deflate bomb": (coded("deflate", raw_deflate(NULLS * 20)), TOO_LARGE),
    "brotli that nobody asked for": (coded("br", bytes(900)), "content coding 'br'"),
    "zstd that nobody asked for": (coded("zstd", bytes(900)), "content coding 'zstd'"),
    "lzw that nobody asked for": (coded("compress", bytes(900)), "content coding 'compress'"),
    "a coding without a meaning": (coded("x" * 5000, b"x"), "content coding 'x{1,40}'"),
    "gzip that is none": (coded("gzip", FEED), "the body is no gzip"),
    "deflate that is none": (coded("deflate", b"\xff" * 500), "the body is no deflate"),
    "gzip cut off": (coded("gzip", gzip.compress(FEED)[:-9]), "gzip body ends early"),
    "gzip of one byte": (coded("gzip", b"\x1f"), "gzip body ends early"),
    "gzip with a broken checksum": (coded("gzip", gzip.compress(FEED)[:-8] + b"\0" * 8), "the body is no gzip"),
    "gzip with an endless file name": (coded("gzip", gzip_with_name()), f"{TOO_LARGE}|gzip body ends early"),
    "gzip without end": (each_time(endless_gzip), TOO_LARGE),
    "empty gzip members without end": (each_time(endless_empty_members), TOO_LARGE),
    "gzip bomb behind a good member": (coded("gzip", gzip.compress(FEED) + gzip_bomb(50)), TOO_LARGE),
    # too slow
    "never answers": (raw(HOLD), SILENT),
    "header byte by byte": (each_time(dripping_header), SLOW),
    "body byte by byte": (each_time(dripping_body), SLOW),
    "chunks of one byte": (each_time(dripping_chunk_sizes), SLOW),
    "silent inside the header": (raw(OK, HOLD), SILENT),
    "silent before the body": (raw(OK + b"Content-Length: 500\r\n\r\n", HOLD), SILENT),
    "silent inside the body": (raw(OK + b"\r\n", FEED[:200], HOLD), SILENT),
    "early hints without end": (each_time(endless_early_hints), f"{SLOW}|{HEADER}|no proper HTTP"),
    # too much
    "body without end": (each_time(endless_body), TOO_LARGE),
    "chunks without end": (each_time(endless_chunks), TOO_LARGE),
    "a declared terabyte": (raw(OK + b"Content-Length: 1000000000000\r\n\r\n", HOLD), TOO_LARGE),
    "headers without end": (each_time(endless_headers), HEADER),
    "one header without end": (each_time(endless_header), HEADER),
    "status line without end": (each_time(endless_status_line), HEADER),
    "trailers without end": (each_time(endless_trailers), f"{HEADER}|no proper HTTP"),
    "a chunk extension without end": (each_time(long_chunk_extension), f"{HEADER}|no proper HTTP"),
    "ten thousand small headers": (raw(OK + b"X: y\r\n" * 20_000 + b"\r\n", FEED), HEADER),
    # broken off
    "closes at once": (raw(), "closed the connection without an answer"),
    "resets at once": (raw(RESET), "connection broke|closed the connection"),
    "resets inside the header": (raw(OK, RESET), "connection broke|closed the connection"),
    "resets inside the body": (raw(OK + b"Content-Length: 9999\r\n\r\n", FEED, RESET), "connection broke|body ended"),
    "resets inside a chunk": (raw(OK + b"Transfer-Encoding: chunked\r\n\r\nff\r\nab", RESET), "connection broke|body"),
    "closes inside the header": (raw(OK), "closed the connection|no proper HTTP"),
    "closes inside the body": (raw(OK + b"Content-Length: 9999\r\n\r\n", FEED), "body ended after \\d+ of 9999"),
    "closes inside a chunk": (raw(OK + b"Transfer-Encoding: chunked\r\n\r\nff\r\nab"), "before its last chunk"),
    "closes before the last chunk": (raw(OK + b"Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n"), "last chunk"),
    # wrong
    "length shorter than the body": (raw(OK + b"Content-Length: 40\r\n\r\n", FEED), "."),
    "a negative length": (raw(OK + b"Content-Length: -5\r\n\r\n", FEED), "no proper HTTP"),
    "a length in words": (raw(OK + b"Content-Length: many\r\n\r\n", FEED), "no proper HTTP"),
    "a length of five thousand digits": (raw(OK + b"Content-Length: " + b"9" * 5000 + b"\r\n\r\n"), "."),
    "two lengths that differ": (raw(OK + b"Content-Length: 5\r\nContent-Length: 9\r\n\r\n", FEED), "no proper HTTP"),
    "length and chunks": (
        raw(OK + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"),
        ".",
    ),
    "a negative chunk": (raw(OK + b"Transfer-Encoding: chunked\r\n\r\n-5\r\nabc\r\n"), "no proper HTTP"),
    "a chunk of 2 to the 64": (raw(OK + b"Transfer-Encoding: chunked\r\n\r\n" + b"f" * 16 + b"\r\n", HOLD), "."),
    "an unknown transfer coding": (raw(OK + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"), "."),
    "speaks SMTP": (raw(b"220 mail.example ESMTP\r\n", HOLD), f"no proper HTTP|{SILENT}"),
    "speaks SSH": (raw(b"SSH-2.0-OpenSSH_9.6\r\n", HOLD), f"no proper HTTP|{SILENT}"),
    "speaks HTTP 0.9": (raw(FEED), "no proper HTTP|without an answer"),
    "speaks HTTP 2": (raw(b"HTTP/2.0 200 OK\r\n\r\n", FEED), None),
    "switches protocols": (raw(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\n", HOLD), "."),
    "status 99999": (raw(b"HTTP/1.1 99999 Huge\r\n\r\n"), "no proper HTTP"),
    "status 000": (raw(b"HTTP/1.1 000 Nothing\r\n\r\n"), "no proper HTTP|HTTP 0"),
    "header with a NUL": (raw(OK + b"X: a\0b\r\n\r\n", FEED), "no proper HTTP"),
    "header without a name": (raw(OK + b": nothing\r\n\r\n", FEED), "no proper HTTP"),
    "header folded over lines": (raw(OK + b"X: a\r\n b\r\nConnection: close\r\n\r\n", FEED), None),
    "header in Latin-1": (raw(OK + b"X-\xe4: \xff\r\nConnection: close\r\n\r\n", FEED), "no proper HTTP"),
    "ETag of a megabyte": (Answer(FEED, content_type=FEED_TYPE, etag='"' + "x" * 60_000 + '"'), None),
    "ETag with controls": (Answer(FEED, content_type=FEED_TYPE, headers={"ETag": '"\x80\xff"'}), None),
    "two hundred cookies": (
        raw(OK + b"".join(b"Set-Cookie: c%d=%d\r\n" % (n, n) for n in range(200)) + b"\r\n", FEED),
        None,
    ),
    "Content-Type of nonsense": (
        Answer(FEED, content_type="a" * 3000 + "/;;;charset=" + "x" * 3000),
        None,
    ),
    "max-age of forty digits": (
        Answer(FEED, content_type=FEED_TYPE, headers={"Cache-Control": "max-age=" + "9" * 40}),
        None,
    ),
    "max-age below nothing": (
        Answer(FEED, content_type=FEED_TYPE, headers={"Cache-Control": "max-age=-1, max-age=, max-age=x"}),
        None,
    ),
    "Expires in the year 99999": (
        Answer(FEED, content_type=FEED_TYPE, headers={"Expires": "Fri, 31 Dec 99999 23:59:59 GMT", "Age": "9" * 40}),
        None,
    ),
}
