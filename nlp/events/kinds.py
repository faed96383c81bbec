"""The kinds of events: what announces each, and who it happens to. A new kind is one entry here and its name in
`annotations.EventType`.

`sure` patterns announce the event wherever they stand; `weak` ones only in the title or the first sentences of a post,
and with a date or what the post is about beside them. Patterns are matched without case unless they say otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass

from nlp.annotations import EntityKind, EventType

_SUM = r"\d[\d.,]*[ -]?(?:thousand|million|billion|m|bn|k)\b(?: (?:euros?|dollars?|pounds?|francs|kronor|kroner|yen|USD|EUR|GBP|CHF))?"
_DATACENTER = r"(?:data[ -]?cent(?:er|re)s?|office|facility|headquarters|HQ|region|campus|location|point of presence|PoP|hub|space|hall)"
_PRICE = r"(?:prices?|pricing|fees?|rates?|cost)"
_SHIPPED = r"(?:update|updates|patch|patches|hotfix|hotfixes|rollup|rollups|fixes|fix|bugfix|bug fix|service release|maintenance release|point release)"
_PAPER = (
    r"(?:reports?|statements?|stud(?:y|ies)|surveys?|figures|statistics|results|details|guidance|advisor(?:y|ies)|white ?papers?|letters?"
    r"|transcripts?|videos?|documents?|documentation|guidelines|schedule|roadmap|names)"
)
_MEDIA = (
    r"(?:webcasts?|webinars?|recordings?|sessions?|slides|podcasts?|tickets|seats|posts?|articles?|e?-?books?|instructions|information"
    r"|courses?|trainings?|labs?|demos?|tutorials?|samples?|screenshots?|presentations?|discounts?|jobs)"
)
_PARTS = (
    r"(?:packages?|kernels?|repositor(?:y|ies)|repos?|images?|ISOs?|patches|binaries|lists?|torrents?|checksums|hashes|sources?|plugins?|modules?|drivers?"
    r"|errata|fixes|builds?|media|AMIs?)"
)
_STAGE = r"(?:betas?|alphas?|previews?|release candidates?|RC ?\d?|CTP|technology preview|early access)"
_NAME = r"(?-i:(?=[A-Z]))"  # a capital follows: case counts here although the rest is matched without
_NAME_OR_TLD = r"(?-i:(?=[A-Z.]))"
_CHIEF = (
    r"(?:CEO|CTO|CFO|COO|CIO|CISO|chief \w+ officer|president|chairman|chairwoman|chair|general manager|vice president|VP"
    r"|managing director|director|executive)"
)


@dataclass(frozen=True, slots=True)
class EventKind:
    """One type of event. `subjects`: kinds of entities it happens to, the likeliest first; `needs`: kinds of which one
    must be there.
    """

    type: EventType
    sure: tuple[str, ...]
    weak: tuple[str, ...] = ()
    subjects: tuple[EntityKind, ...] = ("product", "organization", "tld")
    needs: tuple[EntityKind, ...] = ()
    not_before: str | None = None  # what must not follow the trigger
    not_after: str | None = None  # what must not stand before it


KINDS: tuple[EventKind, ...] = (
    EventKind(
        "release",
        sure=(
            r"(?:has|have|is|are|was|were|been|be|being|get|gets|officially|finally|just|recently|first|now|also|today) (?:\w+ly )?(?:been )?(?:released|launched|unveiled|shipped)",
            r"releases?d?(?= (?:version|v?\d|(?-i:[A-Z.])))",
            r"(?:released|launched|unveiled|introduced|shipped|debuted|rolled out)\b(?! (?:a |an |the |some |its |several |new )*(?:\w+ )?(?:updates?|patch|patches|hotfix|fix|beta|preview))",
            r"(?:launches|unveils|introduces|ships|debuts|rolls out)\b(?! of\b)",
            r"general(?:ly)? availab(?:le|ility)",
            r"(?:is|are|becomes?|became|(?:is|are|was|were|been|be) made) (?:now |finally |also |currently |officially |immediately |generally )*available\b(?! (?:exclusively|only)\b)",
            r"now available(?! (?:exclusively|only)\b)",
            r"available (?:for download|immediately|today|now)",
            r"(?:re)?leased to manufacturing|\bRTM(?:['’]?d)?\b",
            r"(?:reach|hit)(?:es|ed)? (?:the )?GA\b",
            r"(?:sunrise|landrush|land rush|pre-registration|general availability)[\"”’']?(?: \S+){0,3} (?:begins?|starts?|opens?|runs?|ends?)",
            r"(?:begins?|starts?|opens?|started|opened|began|launched) (?:its |their |the )?(?:sunrise|landrush|general availability)",
            r"(?:go|goes|went|going) live\b|(?:is|are) (?:now )?in production\b",
            rf"release (?:date )?of {_NAME_OR_TLD}",
            rf"launch of {_NAME_OR_TLD}",
            r"(?:is|are) (?:finally |now |officially )?(?:out|here)\b(?! (?:of|to|for|with)\b)",
            r"open(?:s|ed)? to the public|open for (?:registration|business)",
        ),
        weak=(
            r"\bRelease[ds]?\b",
            r"\bsunrise\b",
            r"\blandrush\b",
            r"\blaunch(?:ing|es|ed)?\b",
            r"(?:will |to )(?:be )?(?:released?|launch|ship|available|introduce)\b",
            rf"announc(?:es|ed|ing) {_NAME}",
            r"\b(?:final|finished|stable|full|production) (?:version|release|build)\b",
            r"\b(?:coming|arrives?|arriving|lands?) (?=(?:later|early|late|next|this|in|on|by) )",
        ),
        # "the roll-ups we have released to date" looks back, and is nobody's news; a preview is another kind; and who
        # releases a report has no new product
        not_before=r" (?:notes?|candidate|cycle|schedule|management|process|manager|party|pad|to date|so far|since)\b"
        r"|,? (?:in|as|for|into) (?:an? |the )?(?:\w+ )?(?:preview|beta|early access|CTP)\b"
        rf"|(?: (?:an?|its|their|the|new|more|some|first|further))* (?:\w+ ){{0,2}}{_PAPER}\b"
        rf"|(?: (?:an?|its|their|our|the|new|first|second|third|last|latest|another|public|private|open|closed|early|developer|technical|community))+ {_STAGE}\b",
        # what is available is the recording, not the product that it is about
        not_after=rf"(?:press|news|pre) $|\b(?:{_PAPER}|{_MEDIA}|{_PARTS}) (?:(?:will|should|can|may|for [\w ]+) )?$",
    ),
    EventKind(
        "preview",
        sure=(
            r"\b(?:public |private |open |closed |first |second |new |a |the )*(?:beta|release candidate|RC ?\d?|CTP|community technology preview|technical preview|tech preview|public preview|private preview|developer preview|early access|sneak peek|first look|alpha)\b",
            r"\bpreview(?:s|ed|ing)?\b",
        ),
        weak=(r"\bunfinished\b", r"announc(?:es|ed) plans (?:for|to)", r"coming soon", r"first announced"),
        subjects=("product", "organization", "tld"),
        not_before=r" (?:panes?|panels?|windows?|images?|modes?|channels?|texts?|buttons?|blending)\b",
    ),
    EventKind(
        "update",
        sure=(
            rf"(?:releas|publish|issu|ship|push|deliver|roll|post|got|receiv|provid)\w*(?: out)? (?:an? |the |its |several |both |two |three |new |some |latest |significant |major |critical |important |security |monthly |cumulative |emergency |out-of-band |minor ){{0,4}}{_SHIPPED}\b",
            r"\b(?:update rollup|cumulative update|security update|hotfix|service release|maintenance release|rollup|security patch) ?\d* (?:\d+ )?(?:for|to|of)\b",
            r"\bre-?released?\b",
            r"(?:has|have|was|were|is|are) (?:just |now |recently )?(?:been )?(?:updated|patched|ported|upgraded)\b",
            r"\bwe updated\b",
            r"\bpatch(?:es)? (?:for|to|available|released)",
            r"\bPatch Tuesday\b",
        ),
        weak=(r"\bupdates? (?:for|to|in)\b", r"\bUpdates\b", r"\bpatch(?:es|ed)\b", r"\bhotfix(?:es)?\b", r"\bfixes\b"),
        subjects=("product", "organization", "tld"),
        not_before=r" only\b|,? (?:in|for) the (?:future|meantime)\b",
    ),
    EventKind(
        "end_of_support",
        sure=(
            r"\bend[- ]of[- ](?:life|support|sale|sales|mainstream support|extended support|availability|maintenance)\b(?! (?:versions?|releases?|products?|software|systems?|servers?|distributions?)\b)",
            r"\b(?:EOL|EOS|EoL)\b",
            # "no longer sold by server" is sold in another way
            r"no longer (?:be )?(?:available|sold|offered)(?! (?:(?-i:by (?:the )?[a-z])|per |as an? |at (?:the|that|this|its) |separately|alone|individually|for free|free of))",
            r"no longer (?:be )?(?:supported|developed|maintained|updated|receive|support)",
            r"\bdiscontinu(?:e|es|ed|ing|ation)\b",
            r"\bretir(?:e|es|ed|ing|ement)\b",
            r"\bphas(?:e|es|ed|ing) out\b|\bsunset(?:s|ting|ted)\b|\bdeprecat(?:e|es|ed|ing|ion)\b",
            r"support (?:for .{1,60}? )?(?:ends|ended|will end|expires|expired|runs out|ran out|is ending)\b",
            r"\bout of support\b|\bunsupported\b",
            r"(?:not|n['’]t) (?:be )?(?:carried forward|carried over|continued|renewed|developed (?:any )?further)\b",
            r"\bsupported (?:only )?(?:until|through|till)\b",
            r"(?:end|ends|ended|ending|drop|drops|dropped|dropping|stop|stops|stopped|withdraw|withdraws|withdrew|cease|ceases|ceased)(?: (?:all |its |the |mainstream |extended |semiannual |official ))*(?: ?supporting| support| selling| sales| development)\b",
            r"withdrawal of support",
            r"(?:end|ends|ended|ending) (?:its|the) .{1,50}? (?:option|program|programme|line|service|channel)\b",
            r"(?:shut|shuts|shutting) (?:it )?down\b",
            r"(?:disabl(?:e|es|ed|ing)|block(?:s|ed|ing)?|throttl(?:e|es|ed|ing)) (?=.{0,60}(?:Auth|legacy|outdated|old|unsupported|TLS|servers?))",
        ),
        weak=(r"\breplaced by\b", r"\bend of (?:the road|an era)\b"),
        subjects=("product", "organization", "tld"),
    ),
    EventKind(
        "approval",
        sure=(
            r"\bapprov(?:e|es|ed|ing|al)\b",
            r"\baccredit(?:s|ed|ation)\b(?! (?:registrars?|registr(?:y|ies)|training|courses?|laborator(?:y|ies)|partners?|auditors?|body|bodies)\b)|\bratif(?:y|ies|ied)\b",
            r"\bgreen[- ]?light(?:s|ed)?\b|\bgo-ahead\b|\bthe nod\b",
            r"\b(?:added to|entered|enters) the root\b",
            r"\b(?:passes|passed) (?:initial evaluation|certification|the audit)\b|\b(?:receives?|received|earns?|earned|awarded|achieves?|achieved) .{0,40}?(?:certification|accreditation|approval)\b",
        ),
        subjects=("tld", "product", "organization"),
    ),
    EventKind(
        "approval",
        sure=(r"\b(?:delegat(?:ed|es|ions?)|redelegat(?:ed|ions?))\b(?! to\b)",),
        subjects=("tld",),
        needs=("tld",),  # a mailbox and a task are delegated too
    ),
    EventKind(
        "approval",
        sure=(r"\b(?:first|next|new|further|more|last) delegations? (?:is|are|were|was|will|took|takes?)\b",),
        subjects=("tld", "organization"),
    ),
    EventKind(
        "acquisition",
        sure=(
            r"\b(?:acquir(?:e|es|ed|ing)|acquisitions?)\b",
            r"\b(?:buys|bought|buying|buyout|take ?over|taken? .{2,40}? private|privati[sz](?:e|es|ed|ing|ation)(?= (?:of )?(?-i:[A-Z]))|snap(?:s|ped) up|swallow(?:s|ed))\b",
            r"\b(?:merg(?:e|es|ed|ing) (?!ing)|merger)\b",
            rf"\bpurchas(?:e|es|ed|ing) (?:of )?{_NAME}|\bstake in\b|\battempt to buy\b|\b(?:to|will|agreed to|bid to) buy\b",
            rf"\bsold (?:to|itself|its)\b|\bsells? (?:to|its)\b|\bsale of {_NAME}",
        ),
        subjects=("organization", "product", "tld"),
        needs=("organization",),
        not_before=r" (?:costs?|cards?|price)\b",
    ),
    EventKind(
        "partnership",
        sure=(
            r"\bpartner(?:s|ed|ing) (?:with|up|to)\b|\bpartnership (?:with|between)\b|\b(?:a|new|strategic|joint) partnership\b",
            r"\bteam(?:s|ed|ing)? up\b|\bjoin(?:s|ed|ing)? forces\b|\balliance with\b|\bcollaborat(?:es|ed|ion|ing) (?:with|on|between)\b",
            r"\bsign(?:s|ed)? (?:a |an )?(?:\w+[ -]){0,3}(?:deal|agreement|contract|pact|memorandum)\b",
            rf"\b(?:joins|joined|joining) (?:the )?{_NAME}(?!\w+ as\b)",
            rf"\b(?:select(?:s|ed)|chooses|chose|pick(?:s|ed)) {_NAME}",
        ),
        subjects=("organization", "product", "tld"),
        needs=("organization",),
    ),
    EventKind(
        "pricing",
        sure=(
            rf"\b{_PRICE} (?:changes?|increases?|hikes?|rises?|cuts?|drops?|reductions?|freeze|reform|goes|go|went|will|caps?|war)\b",
            rf"\b(?:rais|increas|cut|lower|reduc|slash|dropp?|chang|hik|doubl|adjust|revis)(?:e|es|ed|s|ing|ting|ping|)? (?:to |its |the |their |our |all )?(?:\w+[ -]){{0,3}}{_PRICE}\b",
            rf"\b(?:changes?|increases?|rise|cut|reduction|hike)(?: \w+)? (?:to|in|of) (?:our |its |the |their )?(?:\w+ ){{0,2}}{_PRICE}\b",
            r"\bpric(?:ed|es) (?:at|from|starts?|starting)\b|\bpricing (?:starts|has been|is|was|starting)\b|\bprice tag\b",
            r"\b(?:fee|price)[”\"]? (?:is|of|will be|was|starts at) [$€£]\d",
            r"\b(?:is|are|gets?|becomes?|became|be|made|makes?|turns?) (?:\w+ )?(?:more expensive|cheaper)\b(?! (?:to|than|for)\b)|\bfor free\b|\bfree of charge\b",
        ),
        weak=(r"\bcosts? [$€£]\d", r"\bprices?\b", r"\bpricing\b"),
        not_before=r"[^.;,]{0,30}\b(?:stays?|stayed|remains?|remained|unchanged|(?:is|are) kept|(?:will|do|does|did) not (?:change|rise|move)|won['’]t (?:change|rise|move)|the same)\b",
    ),
    EventKind(
        "outage",
        sure=(
            r"\boutages?\b|\bwent (?:down|offline|dark)\b|\bgo(?:es|ing)? dark\b|\bknocked (?:offline|out)\b|\bpower (?:failure|loss|cut)\b",
            r"\b(?:was|were|is|are|been) (?:down|offline|unavailable|unreachable)\b(?! (?:to|from|by)\b)",
            r"\b(?:service|network) (?:disruption|interruption|degradation)s?\b|\bturn(?:ed|s)? off .{0,30}(?:connection|internet|servers?|power)",
        ),
        weak=(r"\bdowntime\b", r"\bcrash(?:es|ed)\b"),
        subjects=("organization", "product", "tld"),
    ),
    EventKind(
        "security",
        sure=(
            r"\bvulnerabilit(?:y|ies)\b|\bCVE-\d{4}-\d+\b|\bzero-day\b|\b(?:security|critical) (?:flaw|hole|bug|issue)s?\b",
            r"\b(?:data )?breach(?:es|ed)?\b|\bhack(?:ed|s)\b|\bransomware\b|\bcyber[- ]?attacks?\b|\bDDoS\b|\bdenial[- ]of[- ]service\b",
            r"\bexploit(?:s|ed|ing|ation)\b|\bcompromised\b|\bbackdoors?\b|\bdefac(?:ed|ement)\b|\bphish(?:ing|ers)\b|\bspammers?\b",
        ),
        weak=(r"\battack(?:s|ed|ers)?\b", r"\bmalware\b", r"\bspam\b"),
        subjects=("product", "organization", "tld"),
        not_before=r" together\b",
        not_after=r"\bno (?:more |further |new )?(?:fix(?:es)?|patch(?:es)?|updates?)\b(?:[^.;]|\.\d){0,50}$",  # what is left open
    ),
    EventKind(
        "legal",
        sure=(
            r"\blawsuits?\b|\bsu(?:es|ed|ing)\b|\binjunctions?\b|\bantitrust\b|\bsubpoenas?\b|\bwarrants\b|\bindict(?:ed|ment)\b|\barrest(?:s|ed)\b",
            r"\b(?:court|judge|jury|regulators?|commission) (?:\w+ )?(?:rul|order|grant|den|dismiss|find|found|fin|block|approv|seek|reject)\w*",
            r"\b(?:settle(?:s|d)|settlement) (?:with|over|of|in)\b|\bpatent (?:infringement|suit|case|claim)s?\b|\blegal (?:action|battle|dispute|challenge)\b",
            r"\b(?:issued|issues) (?:a |an )?(?:\w+ ){0,3}(?:directive|order)\b|\bdata retention requirements?\b",
            r"\b(?:is|was|were|been) fined\b|\bfines? (?:of|against)\b|\bconvicted\b|\bfiled (?:a |an )?(?:\w+ )?(?:complaint|suit|claim|appeal)\b",
        ),
        weak=(r"\bcourt\b", r"\bdirective\b", r"\bregulatory\b", r"\bsettlement\b"),
        subjects=("organization", "product", "tld"),
    ),
    EventKind(
        "funding",
        sure=(
            rf"\brais(?:es|ed|ing) (?:about |some |over |more than |another |nearly )?{_SUM}",
            r"\brais(?:es|ed|ing) (?:an? )?(?:\w+ )?[$€£]\s?\d|\bseries [a-f] (?:round|funding|financing)\b|\bfunding round\b|\bventure (?:capital|funding)\b|\bsecur(?:es|ed) .{0,20}?(?:funding|financing)\b",
            r"\bIPO\b|\binitial public offering\b|\bgo(?:es|ing)? public\b|\bfiled for (?:bankruptcy|chapter)\b",
            r"\b(?:quarterly|annual|first[- ]quarter|second[- ]quarter|third[- ]quarter|fourth[- ]quarter|Q[1-4]|full[- ]year) (?:\w+ )?(?:results|earnings|revenues?|profits?|loss)\b|\breport(?:s|ed) (?:\w+ )?(?:revenues?|earnings|a (?:net )?(?:profit|loss))\b",
            r"\binvest(?:s|ed|ing|ment of) (?:an? |another )?(?:\w+ )?[$€£]\s?\d|\bpay(?:s|ing)? .{1,40}? [$€£]\d+(?:\.\d+)? ?(?:million|billion|m\b|bn\b)",
            r"\brevenues? (?:rose|fell|grew|increased|dropped|of [$€£])",
        ),
        subjects=("organization", "product", "tld"),
        needs=("organization",),
    ),
    EventKind(
        "appointment",
        sure=(
            rf"\bappoint(?:s|ed|ment of)\b|\b(?:names|named) .{{2,50}}? (?:as |to |its |the |new )*{_CHIEF}\b|\bhir(?:es|ed) {_NAME}",
            rf"\bjoin(?:s|ed|ing) .{{2,40}}? as (?:its |the |our |a |new |chief |senior |vice )*\w+\b|\bas (?:its|the|our) (?:new |next )?{_CHIEF}\b|\bnew {_CHIEF}\b",
            r"\bstep(?:s|ped|ping)? down\b|\bresign(?:s|ed|ation|ing)\b|\bdepart(?:s|ed|ure) (?:from|as|of)\b|\bwill be led by\b|\b(?:is|was) promoted to\b|\bsucceed(?:s|ed)? .{2,40}? as\b",
            rf"\b(?:leaves|left|leaving) (?:the company|his (?:post|role)|her (?:post|role)|as {_CHIEF})\b|\bstay on as {_CHIEF}\b",
        ),
        subjects=("organization", "product", "tld"),
    ),
    EventKind(
        "opening",
        sure=(
            rf"\bopen(?:s|ed|ing)?(?: up)?\b(?: \S+){{0,9}}? {_DATACENTER}\b",
            rf"\b{_DATACENTER}\b(?: \S+){{0,6}}? (?:open(?:s|ed|ing)?|went live|goes live|came online|will open|launch(?:es|ed))\b",
            r"\b(?:launch(?:es|ed|ing)?|build(?:s|ing)?|built|adds?|added|expand(?:s|ed|ing)?|inaugurat(?:es|ed)|announc(?:es|ed)|completes?|completed)\b(?: \S+){0,7}? (?:data[ -]?cent(?:er|re)s?|cloud region|availability zone|region in|office in|headquarters|point of presence)\b",
            rf"\b(?:new|second|third|fourth|fifth|further|another) (?:\w+ )?{_DATACENTER} (?:is|are|was) (?:planned|under construction|due|expected|scheduled)",
            r"\b(?:breaks|broke|breaking) ground\b|\b(?:opening|inauguration) of (?:the |its |our |a )?(?:new )?(?:\w+ ){0,4}(?:data[ -]?cent(?:er|re)|office|headquarters|facility)",
        ),
        subjects=("organization", "product", "tld"),
        not_before=r" hours\b",
        not_after=r"the $",
    ),
    EventKind(
        "meeting",
        sure=(
            r"\b(?:webcast|webinar|roadshow|hackathon|bootcamp|trade ?show)s?\b",
            r"\b(?:annual|upcoming|partner|user|developer|\d{4}|next|this year['’]s) (?:conference|summit|meeting|forum|expo)\b",
            rf"\b(?:conference|summit|workshop|training|meeting|expo) (?:will |takes? |is |was |to )?(?:be )?(?:held|take place|takes place|place|in {_NAME}|on {_NAME})",
            r"\b(?:conference|summit|workshop|training|meeting|expo|meetup|seminar)s?\b[^.;]{0,80}? (?:(?:will|is to|are to) (?:be held|take place)|takes? place|is held|was held|(?:is|are|was) (?:planned|scheduled|due) (?:for|in|on))\b",
            r"\bregister (?:now |today )?(?:for|at|here)\b|\bregistration (?:is )?(?:now )?open\b|\bcall for (?:papers|speakers|proposals)\b",
            r"\b(?:attend(?:s|ed|ing)?|speak(?:s|ing)? at|present(?:s|ing)? at|hosts?|hosted|held) (?:a |an |the |its |their |this |our )?(?:\S+ ){0,4}(?:conference|summit|event|meeting|forum|workshop|training|expo)\b",
        ),
        weak=(
            r"(?-i:\b[A-Z]\w+(?:Con|Conf|World|Summit)\b)",
            r"(?-i:\b[A-Z]\w+ (?:Days?|Summit|Conference|Forum|Meetup))(?=[:,]? (?-i:[A-Z]))",
        ),
        # a recording is no meeting any more
        not_before=r" (?:(?:is|are) )?(?:now )?(?:available|online|on[- ]demand|recordings?|below|here|archive)\b",
        not_after=r"\b(?:on[- ]demand|recorded|archived|view the|watch the|series of|past|previous|last year['’]s|at (?:the|this week['’]s|last week['’]s|its)(?: [\w-]+){0,2}) $",
        subjects=("organization", "product"),  # who opens registration for a TLD holds no meeting
    ),
    EventKind(
        "rename",
        sure=(
            r"\brenam(?:e|es|ed|ing)\b|\brebrand(?:s|ed|ing)?\b|\bname change\b|\bchang(?:e|es|ed|ing) (?:its|their|the|our) name\b",
            r"\b(?:now|soon) (?:called|known as|named|renamed)\b|\bunder (?:its|the|a) new name\b|\bnew name (?:is|for|will)\b|\bformer name\b",
            r"\b(?:will|to) be (?:called|known as|renamed)\b|\b(?:which|who|that) (?:recently |just )?(?:became|adopted the name)\b",
        ),
        subjects=("organization", "product", "tld"),
    ),
)
