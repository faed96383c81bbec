"""What a request can be answered with instead of what it asked for: one tree, rendered by `problems.py` alone."""

from __future__ import annotations


class ApiError(Exception):
    """An answer that is a problem: its HTTP status, and in one line what was wrong and what to do."""

    status = 500

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class NotFoundError(ApiError):
    """There is no such thing."""

    status = 404


class ConflictError(ApiError):
    """It is there already."""

    status = 409


class ForbiddenError(ApiError):
    """Nobody may do this here."""

    status = 403


class UnauthorizedError(ApiError):
    """A key is needed, and none or a wrong one was given."""

    status = 401


class ParameterError(ApiError):
    """A parameter that cannot be used: which, and what it takes."""

    status = 422

    def __init__(self, parameter: str, detail: str, takes: str) -> None:
        super().__init__(detail)
        self.parameter = parameter
        self.takes = takes


ADDRESS = "an http or https address without user name and password (https://host/path)"


class NothingToCrawlError(ParameterError):
    """An address at which nothing can be crawled; raised by the function that discovers sources."""

    def __init__(self, detail: str) -> None:
        super().__init__("url", f"url: {detail}", ADDRESS)
