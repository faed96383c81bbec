"""Our spaCy components: each reads the draft of the post that travels with a Doc and adds its part to it.

What they find also stands in `doc.spans`, for whoever uses the pipeline as a spaCy pipeline. The finding itself is
plain functions in the modules named like the components. Settings are JSON values: `catalogue` is the path of a
user's own catalogue file, `model` the name of the model whose entity recognizer votes on unknown names.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from spacy.language import Language
from spacy.tokens import Doc

from nlp.annotations import FoundEntity, FoundEvent, FoundTimex, PostText
from nlp.catalogue import Catalogue, load_catalogue
from nlp.events import find_events
from nlp.masking import Mask, Span, find_masked
from nlp.model_votes import ModelUse, model_reading, model_votes
from nlp.organizations import NameVotes, OrganizationFinder
from nlp.products import ProductFinder
from nlp.salience import find_prominent, find_salient
from nlp.sentences import split_sentences
from nlp.timex import find_timexes
from nlp.tlds import TldFinder

EXTENSION = "hostwire"
ORDER = (
    "hostwire_products",
    "hostwire_tlds",
    "hostwire_organizations",
    "hostwire_timexes",
    "hostwire_salience",
    "hostwire_events",
)


@dataclass(slots=True)
class Draft:
    """What the components have said so far about one post, in offsets of its document text."""

    post: PostText
    text: str
    masked: Mask
    sentences: tuple[Span, ...]
    products: tuple[FoundEntity, ...] = ()
    tlds: tuple[FoundEntity, ...] = ()
    organizations: tuple[FoundEntity, ...] = ()
    timexes: tuple[FoundTimex, ...] = ()
    prominent: frozenset[str] = field(default_factory=frozenset)
    salient: frozenset[str] = field(default_factory=frozenset)
    events: tuple[FoundEvent, ...] = ()

    @classmethod
    def of(cls, post: PostText) -> Draft:
        text = post.document
        return cls(post, text, find_masked(text), split_sentences(text))

    @property
    def title_end(self) -> int:
        return len(self.post.title)

    @property
    def entities(self) -> tuple[FoundEntity, ...]:
        return (*self.products, *self.organizations, *self.tlds)


def draft_of(doc: Doc) -> Draft:
    """The draft that travels with `doc`; a Doc made elsewhere is read as a post without a title."""
    if not Doc.has_extension(EXTENSION):
        Doc.set_extension(EXTENSION, default=None)
    draft = doc._.get(EXTENSION)
    if not isinstance(draft, Draft):
        draft = Draft.of(PostText("", doc.text))
        # Without a title the document begins with the field separator, which this Doc does not have.
        draft.text, draft.masked, draft.sentences = doc.text, find_masked(doc.text), split_sentences(doc.text)
        doc._.set(EXTENSION, draft)
    return draft


Component = Callable[[Doc], Doc]
_IN_HAND: ContextVar[Catalogue | None] = ContextVar("catalogue in hand", default=None)


@contextmanager
def catalogue_in_hand(catalogue: Catalogue) -> Iterator[None]:
    """Components made inside take this catalogue: one that was already loaded is not read again."""
    token = _IN_HAND.set(catalogue)
    try:
        yield
    finally:
        _IN_HAND.reset(token)


@Language.factory("hostwire_products", assigns=["doc.spans"], default_config={"catalogue": None})
def make_products(nlp: Language, name: str, catalogue: str | None) -> Component:  # noqa: ARG001 - spaCy's signature
    """Names of products with their versions."""
    finder = ProductFinder(_catalogue(catalogue))

    def tag(doc: Doc) -> Doc:
        draft = draft_of(doc)
        draft.products = finder.find(draft.text, draft.title_end, draft.masked)
        return _show(doc, "products", ((found.start, found.end, found.entity.slug) for found in draft.products))

    return tag


@Language.factory("hostwire_tlds", assigns=["doc.spans"], default_config={"catalogue": None})
def make_tlds(nlp: Language, name: str, catalogue: str | None) -> Component:  # noqa: ARG001 - spaCy's signature
    """Top-level domains that are talked about."""
    finder = TldFinder(_catalogue(catalogue).tlds)

    def tag(doc: Doc) -> Doc:
        draft = draft_of(doc)
        found = finder.find(draft.text, draft.masked)
        blocked = Mask.of([(product.start, product.end) for product in draft.products])
        draft.tlds = tuple(tld for tld in found if blocked.overlapping(tld.start, tld.end) is None)
        return _show(doc, "tlds", ((found.start, found.end, found.entity.slug) for found in draft.tlds))

    return tag


@Language.factory(
    "hostwire_organizations",
    assigns=["doc.spans"],
    default_config={"catalogue": None, "model": None, "use": "needed", "longest": 20000},
)
def make_organizations(
    nlp: Language,
    name: str,  # noqa: ARG001 - spaCy's signature
    catalogue: str | None,
    model: str | None,
    use: ModelUse,
    longest: int,
) -> Component:
    """Organizations; names of both senses leave the products where they stand for the company.

    `model` is asked about posts of up to `longest` characters; without one the rules decide alone. With the `use`
    "everywhere" it reads all of each post, with "nowhere" it is not loaded.
    """
    finder = OrganizationFinder(_catalogue(catalogue))
    votes_on = _votes(nlp, model, use, longest)

    def tag(doc: Doc) -> Doc:
        draft = draft_of(doc)
        found = finder.find(
            draft.text,
            draft.title_end,
            draft.masked,
            draft.products,
            draft.tlds,
            votes_on(draft.text),
        )
        draft.organizations = found.organizations
        draft.products = tuple(p for p in draft.products if (p.start, p.end) not in found.not_products)
        _show(doc, "products", ((p.start, p.end, p.entity.slug) for p in draft.products))
        return _show(doc, "organizations", ((o.start, o.end, o.entity.slug) for o in draft.organizations))

    return tag


def _votes(nlp: Language, model: str | None, use: ModelUse, longest: int) -> Callable[[str], NameVotes | None]:
    """Who is asked about a text's names."""
    if model is None or use == "nowhere":
        return lambda _: None
    if use == "everywhere":
        return model_reading(model, nlp.vocab)
    votes = model_votes(model, nlp.vocab)
    return lambda text: votes if len(text) <= longest else None


@Language.factory("hostwire_timexes", assigns=["doc.spans"])
def make_timexes(nlp: Language, name: str) -> Component:  # noqa: ARG001 - spaCy's signature
    """Date expressions; never one inside a product's name or an address."""

    def tag(doc: Doc) -> Doc:
        draft = draft_of(doc)
        masked = [(product.start, product.end) for product in draft.products]
        draft.timexes = find_timexes(draft.text, draft.post.anchor, tuple(sorted({*masked, *draft.masked.spans})))
        return _show(doc, "timexes", ((timex.start, timex.end, timex.type) for timex in draft.timexes))

    return tag


@Language.factory("hostwire_salience")
def make_salience(nlp: Language, name: str) -> Component:  # noqa: ARG001 - spaCy's signature
    """Which entities their places make prominent; the events, which need that, decide what the post is about."""

    def tag(doc: Doc) -> Doc:
        draft = draft_of(doc)
        draft.prominent = find_prominent(draft.title_end, draft.entities)
        return doc

    return tag


@Language.factory("hostwire_events", assigns=["doc.spans"])
def make_events(nlp: Language, name: str) -> Component:  # noqa: ARG001 - spaCy's signature
    """What happens to the entities, and when; a post is also about what something happens to."""

    def tag(doc: Doc) -> Doc:
        draft = draft_of(doc)
        draft.events = find_events(
            draft.text,
            draft.title_end,
            draft.sentences,
            draft.entities,
            draft.timexes,
            draft.post.anchor,
            draft.prominent,
        )
        draft.salient = find_salient(draft.title_end, draft.entities, draft.events)
        return _show(doc, "events", ((event.start, event.end, event.type) for event in draft.events))

    return tag


@lru_cache(maxsize=4)
def _packaged_catalogue(extra: str | None) -> Catalogue:
    return load_catalogue(Path(extra) if extra else None)


def _catalogue(extra: str | None) -> Catalogue:
    return _IN_HAND.get() or _packaged_catalogue(extra)


def _show(doc: Doc, part: str, found: Iterable[tuple[int, int, str]]) -> Doc:
    spans = (doc.char_span(start, end, label, alignment_mode="expand") for start, end, label in found)
    doc.spans[f"{EXTENSION}_{part}"] = [span for span in spans if span is not None]
    return doc
