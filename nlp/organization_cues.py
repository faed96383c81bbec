"""What shows that a name is an organization's: endings, brackets, appositions, and what only organizations do.

Plain functions over characters; which names are known is organizations.py's part.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from nlp.runs import TECHNICAL, Run, capitalised_runs, strip_common

LEGAL_FORMS = (
    r"Inc|Incorporated|Corp|Corporation|Ltd|Limited|LLC|L\.L\.C|LLP|GmbH|AG|KG|SE|S\.?A|S\.?A\.?S|S\.?r\.?l|S\.?p\.?A|B\.?V"
    r"|N\.?V|A/S|AB|ASA|Oy|Oyj|plc|PLC|Pty|Pte|Co|K\.K|Kft|Sp\. z o\.o|s\.r\.o|a\.s"
)
LEGAL_SUFFIX = re.compile(rf",? (?:Pty\.?,? |Pte\.?,? )?(?:{LEGAL_FORMS})\b\.?(?![\w-])")
_ENDS_LEGALLY = re.compile(rf"[ ,](?:{LEGAL_FORMS})\.?$")

# A name that ends (or, for the second, begins) so is an institution's or a firm's.
INSTITUTION_END = re.compile(
    r""" (?:Registry|Registries|Registrar|Foundation|Institute|University|College|Association|Consortium|Council|Commission|Agency
    |Administration|Authority|Alliance|Committee|Court|Bureau|Ministry|Parliament|Senate|Bank|Capital|Partners|Ventures|Holdings
    |Group|Technologies|Communications|Telecom|Telecommunications|Telekom|Hosting|Networks|Systems|Labs|Laboratories|Solutions
    |Industries|Enterprises|International|Consulting|Research|Associates|Media|Publishing|Entertainment|Semiconductor|Software
    |Data[ ]Cent(?:er|re)s|Equity|Investments|Society|Federation|Union|Trust|Department|Airlines|Motors|Pharma|Electronics
    |Interactive|Brands|Domains|Registrars|Stock[ ]Exchange|Project|Circuit)$""",
    re.VERBOSE,
)
# Ends that companies share with products and programmes: only with a further sign beside them.
_WEAK_END = re.compile(
    r" (?:Software|Systems|Solutions|Networks|Hosting|Project|Trust|Union|International|Domains|Media|Interactive|Research|Authority"
    r"|Committee|Group|Circuit|Brands|Department|Administration|Council)$"
)
INSTITUTION_START = re.compile(
    r"(?:University of|Department of|Ministry of|Bank of|Institute of|Institute for|Court of|Bureau of|Office of|Internet Society"
    r"|Association of|Federation of|Government of|Republic of|House of|Council of|Society for|Center for|Centre for) "
)
GOVERNMENT = re.compile(
    r"""\b(?:(?:US|U\.S\.|UK|EU|Chinese|Russian|German|French|British|Egyptian|Iranian|Indian|Japanese|Australian|Canadian|Dutch|Swiss
    |Italian|Spanish|Brazilian|Turkish|Ukrainian|Israeli|Irish|Swedish|Norwegian|Danish|Finnish|Polish|Libyan|Syrian|Korean
    |South[ ]Korean|North[ ]Korean|Mexican|Vietnamese|Pakistani|Tunisian|Kenyan|Nigerian|Colombian|Belgian|Austrian|Greek|American)[ ]
    [Gg]overnment)\b
    |\b(?:Obama|Trump|Bush|Clinton|Biden)(?:-era)?[ ]administration\b
    |\b(?:First|Second|Third|Fourth|Fifth|Sixth|Seventh|Eighth|Ninth|Tenth|Eleventh|Federal|D\.C\.)[ ]Circuit\b(?:[ ]Court(?:[ ]of[ ]Appeals)?)?
    |\b(?:US|U\.S\.|United[ ]States)[ ](?:Department[ ]of[ ][A-Z]\w+|Congress|Senate|Supreme[ ]Court|Navy|Army|Treasury|House[ ]of[ ]Representatives)\b""",
    re.VERBOSE,
)
WEBSITE_AFTER = re.compile(r"(?:'s)? ?\((?:https?://)?(?:www\.)?[\w-]+(?:\.[\w-]+)+/?\)")

_KIND = (
    r"company|companies|firm|vendor|maker|provider|host|hoster|webhost|registrar|registry|reseller|operator|startup|start-up|developer"
    r"|publisher|carrier|telco|telecom|manufacturer|retailer|giant|outfit|integrator|consultancy|agency|organi[sz]ation|non-?profit"
    r"|nonprofit|foundation|association|institute|institution|university|bank|investor|specialist|distributor|supplier|newspaper"
    r"|magazine|website|publication|distributors|subsidiary|parent company|unit of|division of|regulator|watchdog|body|think tank"
    r"|conglomerate|corporation|business|brand|bureau|authority|owner|group|ISP"
)
_APPOSITION_AFTER = re.compile(
    rf"(?: \([^()]{{2,40}}\))?,? (?:which (?:is |provides |offers |makes |sells |operates |runs |specializes |specialises )"
    rf"|(?:an? |the |one of )(?:[\w'/&+.-]+,? (?:and )?){{0,7}}?(?:{_KIND})s?\b)"
)
_IS_A = re.compile(
    rf"(?: \([^()]{{2,40}}\))? (?:is|was|has become) (?:an? |the |one of )(?:[\w'/&+-]+,? ){{0,6}}?(?:{_KIND})s?\b"
)
_TITLE_BEFORE = re.compile(
    rf"\b(?:{_KIND}|hosts|providers|vendors|firms|carriers|registrars|companies|customers like|partners like|rivals?|competitors?)"
    r",? (?:(?:like|such as|including|named|called|of) )?(?:the )?$",
    re.IGNORECASE,
)
_SAYING = (
    r"said|says|announced|announces|announce|acquired|acquires|acquire|bought|buys|unveiled|unveils|reported|reports|claimed|claims|stated|states"
    r"|confirmed|confirms|revealed|reveals|warned|warns|explained|explains|told|noted|notes|agreed|agrees|declined|denied|sued|sues"
    r"|hired|hires|appointed|appoints|named|employs|signed|signs|partnered|partners|teamed|teams|plans|planned|hopes|expects|believes"
    r"|argued|argues|decided|decides|disclosed|discloses|published|publishes|raised|raises|secured|secures|merged|merges|owns|operates"
    r"|offered|offers|sells|sold|invested|invests|opened|opens|joined|joins|pays|paid|posted|estimates|estimated|predicts|declared|filed|files"
    r"|launched|launches|released|introduced|introduces|obtained|became|becomes|pledged|vowed|considers|provides"
)
_ACTS_AFTER = re.compile(
    rf"(?: \([^()]{{2,60}}\))?,?(?:'s)? (?:(?:has|have|had|will|would|is|was|are|were|today|yesterday|recently|also|now|just|already|then|officially"
    rf"|formally|reportedly|apparently|quietly|last \w+|this \w+|on \w+day|earlier|later|currently|still|first|never|finally|once|not) )*"
    rf"(?:{_SAYING}|planning|expected|expecting|looking|hoping|trying|seeking|pleased|proud|excited|happy|delighted|committed|based|headquartered"
    rf"|offering|working with|supporting|introducing|announcing|launching|owned|asking|charging|continues|begins|began|kicks off|aims|wants|gets|got|set to)\b"
)
# Weaker verbs that products take as well ("nginx is offering", "WHMCS becomes"): enough for a company's name only.
_PRODUCT_VERBS = re.compile(
    r"(?:offers?|offered|provides?|becomes?|became|reports?|reported|opens?|joins?|gets?|got|based|named|notes?|launches|set to|continues|begins|began"
    r"|wants|aims|looking|expected|working with|sold|published|posted|introduces|introduced|introducing|released|launched|owned|plans|planned)$"
)
_PEOPLE_AFTER = re.compile(
    r"(?:'s?)?,? (?:(?:senior|former|co-|global|interim|new|then|chief|executive|vice|corporate|general|founding|product|program|marketing|sales) ?)*"
    r"(?:chief|CEO|CTO|CFO|COO|CIO|CISO|CMO|CVP|founders?|co-?founders?|presidents?|vice president|VP|chairman|chairwoman|directors?|execs?|executives?"
    r"|spokes(?:person|man|woman)|managers?|engineers?|developers|employees?|staff(?:ers)?|shareholders?|investors?|customers|board|analysts?|bloggers?"
    r"|researchers?|officials?|headquarters|HQ|office|earnings|revenues?|stock|shares|IPO|press release|announcement|board of directors|founder and CEO"
    r"|resellers?|partners|blog post|legal team|lawyers?|attorneys?|evangelists?)\b",
    re.IGNORECASE,
)
_COMPANY_BEFORE = re.compile(
    r"(?:\b(?:acquired|acquires?|bought|buys?|owned|operated|founded|hired|employed|run|sponsored|sued|maintained|developed|created|made|built|backed|funded"
    r"|offered|released|announced|published|provided|produced|reported|issued) by"
    r"|\b(?:acquisition|takeover|purchase|CEO|CTO|CFO|president|founder|co-founder|chairman|director|spokes\w+|customers|employees|shareholders|headquarters"
    r"|division|subsidiary|part|arm|owner|owners|parent|stake|investment|analyst|VP|vice president|CVP|blogger|analysts) (?:of|in|at|for|with|from|to)"
    r"|\b(?:acquires?|acquired|acquire|acquiring|buys?|bought|buying|joins?|joined|joining|merges? with|merged with|merging with|partners? with|partnered with|partnership with"
    r"|agreement with|deal with|contract with|according to|thanks to|works? (?:at|for)|worked (?:at|for)|working (?:at|for)|employed by|sues|sued|suing"
    r"|competitors? (?:like|such as)|rivals?|folks at|people at|friends at|team at|guys at|left|leaving|pays?|paid|sold to|sells to|licensed from"
    r"|collaboration with|together with|behalf of|announcement from|announcement by|reported by|reports|email from|subsidiary|customer))"
    r" (?:the )?$"
)
# First words of names that do not stand for the whole name when they stand alone.
GENERIC_FIRST_WORDS = frozenset(
    """
    national international united american european british canadian australian german french dutch first global general public
    internet web cloud data digital open free new net domain domains host hosting server network networks software computer cyber
    security secure north south east west central western eastern northern southern world worldwide universal standard state
    federal royal city county university department ministry office bureau committee council association society institute
    foundation center centre bank court house home online tech technology technologies information systems media news press
    business enterprise red blue black white green big great super smart fast quick simple easy better best top one two three
    san los las saint st mount fort port the trend micro check palo quest sun silver gold quality advanced applied hybrid
    private active live direct total true core prime linux apache python rust mozilla virtual power energy
    hong kong singapore london york chicago boston texas california amsterdam frankfurt trademark clearinghouse access
    """.split()
)

_HONORIFIC = re.compile(r"\b(?:Mr|Mrs|Ms|Dr|Prof|Sir|President|Senator|Judge|Justice|Captain)\.? $")
_ROLE_BEFORE = re.compile(
    r"\b(?:president|CEO|CTO|CFO|COO|CIO|chairman|chairwoman|director|manager|founder|co-founder|engineer|architect|analyst|officer|blogger|author"
    r"|editor|administrator|attorney|lawyer|judge|professor|researcher|spokes\w+|evangelist|VP|expert|MVP|developer|chair|head|exec|by|Join|with) $",
    re.IGNORECASE,
)
_ROLE_AFTER = re.compile(
    r",? \(?(?:(?:the |a |an |our |its |their |\w+'s )?(?:\w+ ){0,4}?(?:president|CEO|CTO|CFO|COO|CIO|CISO|chairman|chairwoman|chair|director|manager|founder"
    r"|co-founder|engineer|architect|analyst|officer|spokes\w+|evangelist|VP|vice|head of|lead|leader|professor|editor|partner at|researcher))\b",
)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A run that may be an organization's name. `strength`: 2 is enough by itself, 1 wants a vote beside it."""

    start: int
    end: int
    text: str
    strength: int
    cue: str


def acts_as_company(text: str, start: int, end: int) -> str | None:
    """The cue by which a name that may be a product's stands for the company here, None when nothing shows it."""
    after, before = text[end : end + 90], text[max(0, start - 60) : start]
    if WEBSITE_AFTER.match(after):
        return "website"
    if LEGAL_SUFFIX.match(after):
        return "legal form"
    acts = _ACTS_AFTER.match(after)
    if acts and not _PRODUCT_VERBS.search(acts.group()):
        return "acts"
    if _PEOPLE_AFTER.match(after):
        return "people"
    if _COMPANY_BEFORE.search(before):
        return "object"
    if _IS_A.match(after):
        return "is a company"
    return None


def find_candidates(text: str) -> Iterator[Candidate]:
    """Runs with a cue beside or in them, and bare ones (strength 0) whose sentence a model may judge."""
    last_names = people_named(text)
    for match in GOVERNMENT.finditer(text):
        yield Candidate(match.start(), match.end(), match.group(), 2, "government")
    for whole in capitalised_runs(text):
        run = strip_common(whole, text)
        if run is None:
            continue
        yield from _judge(text, run, last_names)


def _judge(text: str, run: Run, last_names: frozenset[str]) -> Iterator[Candidate]:
    name = run.text
    legal = LEGAL_SUFFIX.match(text, run.end)
    if _ENDS_LEGALLY.search(name):
        yield Candidate(run.start, run.end, name, 2, "legal form")
        return
    if legal is not None:
        yield Candidate(run.start, run.end, name, 2, "legal form")
        return
    if name in TECHNICAL or (len(name) < 3 and not name.isupper()):
        return
    after, before = text[run.end : run.end + 140], text[max(0, run.start - 80) : run.start]
    person = looks_like_person(text, run.start, run.end, last_names)
    if INSTITUTION_START.match(name):
        yield Candidate(run.start, run.end, name, 2, "institution")
    elif INSTITUTION_END.search(name) and not person:
        yield Candidate(run.start, run.end, name, 1 if _WEAK_END.search(name) else 2, "institution")
    elif WEBSITE_AFTER.match(after):
        yield Candidate(run.start, run.end, name, 2, "website")
    elif person:
        return
    elif _APPOSITION_AFTER.match(after) or _IS_A.match(after):
        yield Candidate(run.start, run.end, name, 1, "apposition")
    elif _ACTS_AFTER.match(after):
        yield Candidate(run.start, run.end, name, 1, "acts")
    elif _COMPANY_BEFORE.search(before):
        yield Candidate(run.start, run.end, name, 1, "object")
    elif _TITLE_BEFORE.search(before):
        yield Candidate(run.start, run.end, name, 1, "title")
    elif _PEOPLE_AFTER.match(after):
        yield Candidate(run.start, run.end, name, 1, "people")
    else:
        yield Candidate(run.start, run.end, name, 0, "run")


def people_named(text: str) -> frozenset[str]:
    """Last names of the people whom `text` names in full: they stand alone later ("Lawley said")."""
    return frozenset(
        match.group(1) for match in _FULL_NAME.finditer(text) if match.group(0).split()[0] in FIRST_NAMES
    )


def looks_like_person(text: str, start: int, end: int, last_names: frozenset[str]) -> bool:
    """Two to four plain words with a given name, a title before or a role after them, or a last name alone."""
    name = text[start:end]
    words = name.split()
    if not 1 <= len(words) <= 4 or not all(_PLAIN_WORD.fullmatch(word) for word in words):
        return False
    if words[0] in FIRST_NAMES or (len(words) == 1 and name in last_names):
        return True
    before, after = text[max(0, start - 30) : start], text[end : end + 60]
    if _HONORIFIC.search(before):
        return True
    return len(words) >= 2 and bool(_ROLE_AFTER.match(after) or _ROLE_BEFORE.search(before))


_PLAIN_WORD = re.compile(r"[A-Z][\w'.-]*")
_FULL_NAME = re.compile(r"\b[A-Z][a-z]+ (?:[A-Z]\. |van |de |von |der )*([A-Z][\w'-]+)")


# The commonest given names in the trade's posts; a list of this size keeps people out well enough.
FIRST_NAMES = frozenset(
    """
    Aaron Adam Adrian Al Alan Albert Alex Alexander Alexandra Alexey Alice Allen Amanda Amy Andre Andrea Andreas Andrei Andrew Andrey
    Andy Angela Anil Ann Anna Anne Anthony Antonio Arjun Arthur Ashley Barbara Barry Ben Benjamin Benny Bernard Bernardo Bill Bob Boris
    Brad Brandon Brendan Brent Brian Bruce Bryan Cameron Carl Carlos Carol Caroline Catherine Charles Charlie Chen Chris Christian Christina
    Christine Christoph Christopher Claire Clint Colin Craig Cynthia Damian Dan Dana Daniel Danny Dave David Dean Deborah Dennis Derek
    Dheeraj Diane Dick Dirk Dmitry Don Donald Donna Doug Douglas Drew Dustin Ed Eddie Edward Elaine Elizabeth Ellen Elon Emily Emma Eric
    Erica Erik Ernest Eugene Evan Eve Felix Florian Francis Francisco Frank Fred Gabriel Gary Gavin Gene Geoff George Gerald Gilbert Glenn
    Gordon Graham Grant Greg Gregory Hans Harold Harry Heather Helen Henry Holly Howard Hugh Ian Igor Ivan Jack Jackie Jacob Jake James Jamie Jan
    Jane Janet Jason Jay Jean Jeff Jeffrey Jennifer Jeremy Jerry Jesse Jessica Jim Jimmy Joan Joanna Joe Joel Johan Johannes John Johnny Jon
    Jonathan Jordan Jorge Jose Joseph Josh Joshua Juan Judith Judy Julia Julian Julie Jun Justin Karen Karl Kate Katherine Kathleen Kathy Katie Keith
    Kelly Ken Kenneth Kevin Kim Kirk Kristen Kurt Kyle Lance Larry Laura Lauren Lawrence Lee Len Leo Leon Leslie Linda Lisa Louis Lucas
    Luis Luke Lynn Marc Marcel Marco Marcus Margaret Maria Marie Mario Marissa Mark Markus Martin Mary Mathew Matt Matthew Maurice Max Megan
    Melissa Michael Michelle Miguel Mike Mikhail Mitchell Mohamed Monica Nancy Natalie Nathan Neil Nicholas Nick Nicolas Nicole Nigel Nikolai
    Noah Norman Oleg Oliver Oscar Owen Pablo Pamela Pat Patricia Patrick Paul Paula Pavel Pedro Peter Phil Philip Phillip Pierre Rachel Raj Rajesh
    Ralph Randall Randy Ravi Ray Raymond Rebecca Rich Richard Rick Rob Robert Roberto Robin Rod Rodney Roger Roland Ron Ronald Ross Roy Russ Russell
    Ruth Ryan Sally Sam Samantha Samuel Sandra Sara Sarah Sanjay Satya Scott Sean Sebastian Serge Sergei Serguei Sergey Shane Shannon Sharon Shawn Shirley Simon Sophie
    Stefan Stephanie Stephen Steve Steven Stuart Sue Sundar Susan Suzanne Sylvia Ted Terry Theodore Theresa Thomas Tim Timothy Tina Todd Tom
    Tomas Tony Tracy Travis Trevor Tyler Valerie Vic Vicki Victor Victoria Vijay Vincent Virginia Vladimir Walter Wanda Warren Wayne
    Wei Wendy Werner Will William Wolfgang Yuri Yves Zachary Zane
    """.split()
)
