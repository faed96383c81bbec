"""What a command is asked, read by the API's models, so that both take and refuse the same."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from api.problems import described
from hostwire.errors import BadWordsError

M = TypeVar("M", bound=BaseModel)


def read_asked(model: type[M], given: Mapping[str, object]) -> M:
    """The values by the parameters' names, checked.

    Raises:
        BadWordsError: one of them cannot be used; says which and what it takes.
    """
    try:
        return model.model_validate(given)
    except ValidationError as error:
        wrong = described(error.errors()[0], of="body")
        raise BadWordsError(f"{wrong['parameter']}: {wrong['detail']}; it takes {wrong['takes']}") from error
