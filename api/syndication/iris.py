"""Addresses as feeds must write them: IRIs (RFC 3987), whatever a site calls its own."""

from __future__ import annotations

import re
from urllib.parse import quote

_AUTHORITY = re.compile(r"((?:[A-Za-z][A-Za-z0-9+.-]*:)?(?://[^/?#]*)?)(.*)", re.DOTALL)
_BARE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_FORBIDDEN = r"""\x00-\x20<>"{}|\\^`\x7f-\x9f\s\ud800-\uf8ff\ufff0-\uffff"""
_IN_AUTHORITY = re.compile(f"[{_FORBIDDEN}]")
_IN_PATH = re.compile(rf"[{_FORBIDDEN}\[\]]")  # brackets belong round IPv6 addresses alone
_IN_FRAGMENT = re.compile(rf"[{_FORBIDDEN}\[\]#]")


def iri(url: str | None) -> str | None:
    """The address with what an IRI cannot hold escaped; None for none."""
    found = _AUTHORITY.fullmatch(url.strip()) if url else None
    if not found or not found[0]:
        return None
    authority, rest = found.groups()
    path, mark, fragment = rest.partition("#")
    return f"{_escaped(authority, _IN_AUTHORITY)}{_escaped(path, _IN_PATH)}{mark}{_escaped(fragment, _IN_FRAGMENT)}"


def _escaped(text: str, forbidden: re.Pattern[str]) -> str:
    escaped = _BARE_PERCENT.sub("%25", text)
    return forbidden.sub(lambda found: quote(found[0], safe="", errors="replace"), escaped)
