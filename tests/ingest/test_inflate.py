"""Content codings undone chunk by chunk, within a bound, whatever way the chunks fall."""

from __future__ import annotations

import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingest.inflate import InflateError, Inflater, TooMuchError


def bare_deflate(data: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-15)
    return packer.compress(data) + packer.flush()


ENCODERS = {
    "identity": (lambda data: data, "identity"),
    "gzip": (gzip.compress, "gzip"),
    "deflate as the standard says": (zlib.compress, "deflate"),
    "deflate as some servers do": (bare_deflate, "deflate"),
}


def inflate(coding: str, body: bytes, *, step: int = 7, max_bytes: int = 10_000) -> bytes:
    inflater = Inflater(coding, max_bytes=max_bytes)
    for at in range(0, len(body), step):
        inflater.feed(body[at : at + step])
    return inflater.finish()


@pytest.mark.parametrize("name", ENCODERS)
@given(data=st.binary(max_size=3000), step=st.integers(1, 4000))
def test_what_was_packed_comes_out_wherever_chunks_are_cut(name: str, data: bytes, step: int) -> None:
    encode, coding = ENCODERS[name]
    assert inflate(coding, encode(data), step=step) == data


@given(body=st.binary(max_size=500), step=st.integers(1, 50), coding=st.sampled_from(["gzip", "deflate"]))
def test_any_bytes_give_a_body_or_an_inflate_error(body: bytes, step: int, coding: str) -> None:
    try:
        inflate(coding, body, step=step)
    except (InflateError, TooMuchError) as error:
        assert isinstance(error, ValueError)  # noqa: PT017 - the claim is that nothing else is raised


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
def test_never_more_comes_out_than_allowed(coding: str) -> None:
    bomb = ENCODERS["gzip" if coding == "gzip" else "deflate as the standard says"][0](bytes(50_000_000))
    with pytest.raises(TooMuchError):
        inflate(coding, bomb, step=65_536)
