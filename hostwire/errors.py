"""What can go wrong at the command itself; each package below has its own tree."""

from __future__ import annotations


class HostwireError(Exception):
    """The command could not do what was asked. The text is one line: what was wrong and what to do."""


class SettingsError(HostwireError):
    """A setting has a value that cannot be used; the text names the variable."""


class AddressInUseError(HostwireError):
    """The port that the server was to listen on is taken."""


class TaggerError(HostwireError):
    """The tagger's processes have no catalogue or model that can be used."""


class BadWordsError(HostwireError):
    """The words of the command were wrong, in a way that only shows when they are used."""
