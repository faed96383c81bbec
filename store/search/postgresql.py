"""tsvector: expressions are tsquery values that PostgreSQL builds from bound words."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from sqlalchemy import ColumnElement, cast, func, literal, literal_column
from sqlalchemy.dialects.postgresql import TSQUERY

from store.search.compiler import Compiler
from store.search.syntax import Words

CONFIG: ColumnElement[Any] = literal_column("'hostwire'::regconfig")
VECTOR: ColumnElement[Any] = literal_column("post.search_vector")


class PostgresqlCompiler(Compiler):
    """Expressions are SQL of type tsquery."""

    def words(self, node: Words) -> ColumnElement[Any]:
        return _query(node.text, ":*" if node.prefix else "")

    def title(self, text: str, *, prefix: bool) -> ColumnElement[Any]:
        return _query(text, ":*A" if prefix else ":A")

    def token(self, token: str) -> ColumnElement[Any]:
        return cast(literal(f"'#{token}'"), TSQUERY)

    def join(self, expressions: list[Any], *, either: bool) -> ColumnElement[Any]:
        joined = expressions[0]
        for expression in expressions[1:]:
            joined = joined.op("||" if either else "&&", return_type=TSQUERY())(expression)
        return joined.self_group() if len(expressions) > 1 else joined  # type: ignore[no-any-return]

    def matches(self, expression: ColumnElement[Any]) -> ColumnElement[bool]:
        return VECTOR.op("@@", is_comparison=True)(expression)


def _query(words: str, label: str) -> ColumnElement[Any]:
    """Words that follow each other, each with a label: `:*` for a beginning, `:A` for the title's weight."""
    return func.to_tsquery(CONFIG, f"'{plain(words)}'{label}")


# what parts words in the index; see the migration that makes it
_ACCENTS = re.compile("[\u0300-\u036f]+")
_PARTING = re.compile(
    r"[!-/:-@\[-`{-~\u0080-\u00a9\u00ab-\u00b1\u00b4\u00b6-\u00b8\u00bb\u00bf\u00d7\u00f7\u2000-\u206f\u20a0-\u20cf"
    r"\u2190-\u245f\u2500-\u2bff\u2e00-\u2e7f\u3000-\u3004\u3008-\u3020\u3030\ufe00-\ufe6f\ufffd\U0001f000-\U0001faff]+"
)
LONGEST_WORD = 500  # PostgreSQL refuses a word of more than 2,046 bytes in a query


def plain(words: str) -> str:
    """Accents off and words parted, as in the index: letters and digits with single spaces between them."""
    text = _ACCENTS.sub("", unicodedata.normalize("NFKD", words))
    return " ".join(word[:LONGEST_WORD] for word in _PARTING.sub(" ", text).split())
