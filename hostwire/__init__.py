"""Hostwire: the newswire of the web-hosting industry."""

from importlib.metadata import version

__all__ = ["__version__"]

__version__ = version("hostwire")
