"""Hostwire: the newswire of the web-hosting industry."""

__all__ = ["__version__"]

__version__ = "0.1.0"
