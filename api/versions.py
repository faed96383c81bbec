"""Since when an answer has been as it is: what Last-Modified says (RFC 9110, section 8.8.2).

Posts tell when they changed, and nobody tells when one was removed. So an answer is dated by when this process first
gave it: a copy of earlier is never called current, and the date never goes back.
"""

from __future__ import annotations

from collections import OrderedDict
from datetime import datetime, timedelta
from threading import Lock

MAX_REMEMBERED = 4_096  # addresses; one that is forgotten is dated anew when it is asked for again


class Versions:
    """The entity tag of each address as it was last given, and since when. Safe to use from several threads."""

    def __init__(self) -> None:
        self._known: OrderedDict[str, tuple[str, datetime]] = OrderedDict()
        self._lock = Lock()

    def since(self, address: str, etag: str, now: datetime) -> datetime:
        """Since when the answer at the address has had this entity tag, in whole seconds.

        A second ago where that is now, for it must not be later than the answer's Date, which may lag behind.
        """
        now = now.replace(microsecond=0) - timedelta(seconds=1)
        with self._lock:
            last = self._known.get(address)
            if last is None:
                since = now
            elif last[0] == etag:
                since = last[1]
            else:  # a second change within a second is dated one later, to be told from the first
                since = max(now, last[1] + timedelta(seconds=1))
            self._known[address] = (etag, since)
            self._known.move_to_end(address)
            if len(self._known) > MAX_REMEMBERED:
                self._known.popitem(last=False)
        return since
