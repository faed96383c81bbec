"""Why a tag is there, in plain words: the lines of rules that tags carry, made into sentences.

docs/explanations.md lists the rules. A rule's name is stable; its sentence is for people and may be reworded.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from nlp.annotations import EntityRef, EventMention, Mention, TaggedEntity, Timex
from nlp.rules import Rule, read_rule


@dataclass(frozen=True, slots=True)
class Explanation:
    """`rule` is its stable name, `why` a sentence, `facts` what it went by: names of facts with their values."""

    rule: str
    why: str
    facts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Provenance:
    """What tagged a post: `version` is all of it as a tagger calls itself; the model is None where rules decided."""

    version: str
    code_version: str
    catalogue_version: str
    model: str | None

    @classmethod
    def of(cls, version: str) -> Provenance:
        """Read from what a tagger calls itself (`Tagger.version`)."""
        code, catalogue, model = version.split("/", 2)
        return cls(version, code, catalogue, None if model == "rules" else model)


def explain_mention(entity: TaggedEntity, mention: Mention) -> Explanation:
    """Which name was found there, and what made sure that it is the entity's."""
    rule = read_rule(mention.rule)
    says = _SAYS_OF_MENTIONS.get(rule.name, "the rule {rule} found it")
    named = _named(entity, rule.matched)
    parts = [
        says.format(
            rule=rule.name,
            matched=rule.matched,
            text=mention.text,
            named=named,
            name=entity.name,
            above=entity.ancestors[-1].name if entity.ancestors else entity.name,
            cues=_listed(CUES.get(cue, cue) for cue in rule.matched.split("+")),
        ),
        *(_FACTS[fact].format(CUES.get(value, value)) for fact, value in rule.facts.items() if fact in _FACTS),
    ]
    if rule.name in _WITH_VERSION and named != entity.name:
        parts.append(f"with its version it is {entity.name}")
    return _explanation(rule, parts, "cues" if rule.name in _DISCOVERED else "matched")


def explain_salience(entity: TaggedEntity) -> Explanation:
    """Why the post is about it, or why not."""
    rule = read_rule(entity.rule)
    times = rule.facts.get("mentions", "")
    signs = [SIGNS.get(sign, sign.replace("_", " ")) for sign in rule.facts.get("signs", "").split("+") if sign]
    said = f"{_listed([*signs, 'it is named once' if times == '1' else f'it is named {times} times'])}"
    likely = f"with that it is so with a probability of {rule.facts.get('probability')}"
    likely += f", and {rule.facts.get('needed')} is needed"
    parts = [_SAYS_OF_SALIENCE.get(rule.name, f"the rule {rule.name} decided"), said, likely]
    return _explanation(rule, parts, "matched")


def explain_timex(timex: Timex) -> Explanation:
    """Which form of date expressions it is, and which words beside it were read with it."""
    kind, _, read = timex.rule.partition(":")
    form, *modifiers = read.split("+")
    parts = [f"“{timex.text}” has the form of a {form}" if form else "a date expression"]
    parts += [_MODIFIERS.get(modifier, f"“{modifier}” narrows it") for modifier in modifiers]
    parts.append(f"its value is {timex.value}" if timex.value else "it has no value without a publishing day")
    facts = {"form": form, **({"modifiers": ", ".join(modifiers)} if modifiers else {})}
    return Explanation(f"{kind}:{form.replace(' ', '-')}", _sentence(parts), facts)


def explain_event(event: EventMention) -> Explanation:
    """Which words announce it, where whom it happens to is named, and where its date is from."""
    rule = read_rule(event.rule)
    kind = event.type.replace("_", " ")
    article = "" if kind == "end of support" else "an " if kind[0] in "aou" else "a "
    says = _SAYS_OF_EVENTS.get(rule.name, "the rule {rule} found it")
    parts = [says.format(rule=rule.name, trigger=rule.matched, kind=f"{article}{kind}")]
    parts.append(
        "whom it happens to is named in the sentences before"
        if rule.facts.get("subjects") == "before"
        else "whom it happens to is named in its sentence"
    )
    parts.append(_DATES.get(rule.facts.get("date", ""), "no date is given").format(rule.facts.get("date_text", "")))
    return _explanation(rule, parts, "trigger")


def _explanation(rule: Rule, parts: Iterable[str], matched: str) -> Explanation:
    return Explanation(rule.name, _sentence(parts), {**({matched: rule.matched} if rule.matched else {}), **rule.facts})


def _sentence(parts: Iterable[str]) -> str:
    joined = "; ".join(parts)
    return f"{joined[:1].upper()}{joined[1:]}."


def _listed(parts: Iterable[str]) -> str:
    *first, last = parts
    return f"{', '.join(first)} and {last}" if first else last


def _named(entity: TaggedEntity, written: str) -> str:
    """The entity of the tree that bears the written name: the family, where the mention is of a version."""
    itself = EntityRef(entity.kind, entity.slug, entity.name, entity.known, entity.aliases)
    bearers = (ref for ref in (*entity.ancestors, itself) if written == ref.name or written in ref.aliases)
    return next(bearers, itself).name


_DISCOVERED = frozenset({"product:discovered", "organization:discovered"})
_WITH_VERSION = frozenset({"product:name", "product:alias", "product:acronym", "product:short"})
_SAYS_OF_MENTIONS = {
    "product:name": "“{matched}” is a product's name in the catalogue",
    "product:alias": "“{matched}” is an alias of {named} in the catalogue",
    "product:acronym": "“{matched}” is an acronym of {named} in the catalogue",
    "product:short": "“{matched}” with a year beside it is short for {named}",
    "product:introduced": "the post itself introduces “{matched}” as short for this",
    "product:bare-update": "“{text}” names no product, and of those that the post names it can only belong to {above}",
    "product:bare-version": "“{text}” is a number that the post gives as a version of this product elsewhere",
    "product:branch": "“{text}” is called a branch or series, and the text there is about this product",
    "product:version-in-clause": "“{text}” is called a version, and its sentence is about this product",
    "product:discovered": "the catalogue has no such name; it was taken for a product's because {cues}",
    "organization:name": "“{matched}” is an organization's name in the catalogue",
    "organization:alias": "“{matched}” is an alias of {name} in the catalogue",
    "organization:acronym": "“{matched}” is an acronym of {name} in the catalogue",
    "organization:listed": "it is a product's name and its maker's, and here it stands in a list of organizations",
    "organization:discovered": "the catalogue has no such name; it was taken for an organization's because {cues}",
    "organization:short-form": "the post calls {name} “{matched}” for short",
    "tld:catalogue": "“.{matched}” is a top-level domain of the catalogue",
    "tld:discovered": "the catalogue has no “.{matched}”; it was taken for a top-level domain",
    "tld:spelled": "“{matched}” spells out a top-level domain of the catalogue",
}
_FACTS = {
    "elsewhere": "the name could mean something else, and the post has {} as well",
    "version": "the name could mean something else, and the version {} stands beside it",
    "vendor": "the name could mean something else, and its maker's name “{}” stands before it",
    "cue": "“{}” near it shows that this is meant",
    "trade": "“{}” shows that the post is about domains",
    "sign": "that the company is meant shows in that {}",
    "listed": "it stands in a list of such names",
    "lower_case": "it is written small, as the domain is and the framework is not",
    "version_before": "its version stands before the name",
}
CUES = {
    "version": "a version stands beside it",
    "number": "a number stands beside it",
    "year": "a year stands beside it",
    "used": "it is used as products are",
    "does": "it does what products do",
    "possessed": "somebody's it is",
    "described": "an article and a description stand round it",
    "called": "the text says that something is called so",
    "listed": "it stands in a list of products",
    "vendor": "its maker's name begins it",
    "act": "a thing is done to it, or by it, that companies alone do",
    "introduced": "a kind of company stands before it, or a ticker symbol or a town in brackets behind it",
    "noun": "a product's noun follows it",
    "noun before": "a product's noun stands before it",
    "apposition": "the text says what it is",
    "releasing": "a verb of releasing stands before it",
    "released": "the text says that it is released",
    "head": "it ends as products' names do",
    "headline": "the headline is about it",
    "legal form": "a legal form belongs to it",
    "institution": "it is called as institutions are",
    "government": "it is called as governments and courts are",
    "website": "its website stands beside it",
    "conference": "a conference is called so",
    "acts": "it does what companies do",
    "object": "words stand before it that only companies follow",
    "title": "a kind of company stands before it",
    "people": "its people are named",
    "is a company": "the text says that it is a company",
    "model": "the statistical model takes it for an organization",
    "list": "it stands in a list of organizations",
    "run": "it is written as a name",
}
"""What spoke for a name that the catalogue has not, or for the one of two senses that a name has."""
_SAYS_OF_SALIENCE = {
    "salience:subject": "the post's news happens to it",
    "salience:places": "it stands where a post says what it is about",
    "salience:aside": "the post names it in passing",
}
SIGNS = {
    "titled": "the title names it",
    "in_lead": "the first sentences name it",
    "repeated": "the text names it again",
    "frequent": "the text names it often",
    "update_of_titled": "the title names what it is an update of",
    "subject": "an event happens to it first of all",
    "second": "it has its part in an event",
    "sure": "that event is very likely",
    "passing": "the news is about others that the title names",
    "version_of_titled": "the title names what it is a version of",
    "titled_by_version": "the title names a version of it",
    "beside_titled": "the title names others of its kind",
    "organization": "it is an organization",
    "source": "it is a publication",
    "authority": "it is an authority",
}
"""What speaks for or against a post's being about an entity."""
_MODIFIERS = {
    "clock": "the hour beside it was read with it",
    "daytime": "the part of the day beside it was read with it",
    "brackets": "the date in brackets beside it says which day is meant",
}
_SAYS_OF_EVENTS = {
    "event:sure-trigger": "“{trigger}” announces {kind} wherever it stands",
    "event:weak-trigger": "“{trigger}” announces {kind} where it stands in the title or the first sentences",
}
_DATES = {
    "clause": "its date “{}” stands in the same clause",
    "sentence": "its date “{}” stands elsewhere in the sentence",
    "announcement": "its date “{}” is that of the sentence that says when it was announced",
    "invitation": "its date “{}” is that of the sentence that invites to it",
}
RULES = (*_SAYS_OF_MENTIONS, *_SAYS_OF_SALIENCE, *_SAYS_OF_EVENTS)
"""The names of all rules but those of date expressions, which are `timex:` and the name of a form."""
