"""What happens to the entities of a post: a table of kinds, and a finder that reads sentences with it."""

from nlp.events.finder import find_events
from nlp.events.kinds import KINDS, EventKind

__all__ = ["KINDS", "EventKind", "find_events"]
