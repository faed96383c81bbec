"""Which content coding a client takes (RFC 9110, section 12.5.3): gzip or none."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

_CODING = re.compile(
    r"(?P<name>[!#$%&'*+.^_`|~0-9a-z-]+)(?:[ \t]*;[ \t]*q=(?P<weight>0(?:\.\d{0,3})?|1(?:\.0{0,3})?))?"
)
_SAME = {"x-gzip": "gzip"}  # section 8.4.1.3


@dataclass(frozen=True, slots=True)
class Accepted:
    """`gzip`: whether it is what the client likes best; `plain`: whether an answer may come without a coding at all."""

    gzip: bool
    plain: bool = True

    @property
    def coding(self) -> str:
        return "gzip" if self.gzip else "identity"


@lru_cache(maxsize=256)
def accepted(fields: tuple[str, ...]) -> Accepted:
    """What the fields `Accept-Encoding` of a request say; without any, an answer comes without a coding.

    A client that takes neither gets no coding: section 12.4.1 lets a server do so, where 406 would help nobody. What is
    no member by the grammar counts as if it had not been there.
    """
    weights = _weights(",".join(fields))
    packed = weights.get("gzip", weights.get("*", 0.0))
    if not packed:
        return Accepted(gzip=False)
    plain = weights.get("identity", weights.get("*"))
    if plain is None:  # not spoken of: it is taken, and liked less than what is asked for
        return Accepted(gzip=True)
    return Accepted(gzip=packed >= plain, plain=plain > 0)


def _weights(field: str) -> dict[str, float]:
    """Codings by their names in lower case, with how much each is liked: 0 is not at all."""
    found = {}
    for member in field.lower().split(","):
        if match := _CODING.fullmatch(member.strip(" \t")):
            name = match["name"]
            found[_SAME.get(name, name)] = float(match["weight"] or 1)
    return found
