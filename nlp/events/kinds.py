"""The kinds of events: what announces each, and who it happens to. A new kind is one entry here and its name in
`annotations.EventType`.

`sure` patterns announce the event wherever they stand; `weak` ones only in the title, which has room for nothing but
the news. Patterns are matched without case unless they say otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass

from nlp.annotations import EntityKind, EventType

_SUM = r"\d[\d.,]*[ -]?(?:thousand|million|billion|m|bn|k)\b(?: (?:euros?|dollars?|pounds?|francs|kronor|kroner|yen|USD|EUR|GBP|CHF))?"
_MONEY = (
    rf"(?:(?:(?:US|A|C)?[$€£]\s?|USD |EUR |GBP ){_SUM}"
    r"|\d[\d.,]*(?:[ -]?(?:thousand|million|billion|m|bn|k))? ?(?:euros?|dollars?|pounds?|francs|kronor|kroner|yen|USD|EUR|GBP|CHF)\b)"
)
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
    r"|errata|fixes|builds?|media|AMIs?|features?|options?|settings?|functionalit(?:y|ies)|capabilit(?:y|ies)|parameters?|cmdlets?|support|changes?)"
)
_STAGE = r"(?:betas?|alphas?|previews?|release candidates?|RC ?\d?|CTP|technology preview|early access)"
_FEW = r"(?:a |an |the |two |three |four |five |several |some |many |more than |over |about |\d+ |a number of |security |critical |serious |known |nasty |remaining |various |last |minor |other ){0,5}"
_FAULTS = r"(?:bugs?|holes?|flaws?|vulnerabilit(?:y|ies)|issues?|problems?|leaks?|regressions?|crash(?:es)?|defects?)"
_AMOUNT = r"(?:(?:US|A|C|S|NZ)?[$€£]\s?\d|(?:USD|EUR|GBP) ?\d|\d[\d.,]*\s?(?:cents?|euros?|dollars?|pounds?|pence))"
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
            r"\byou can now (?:use|pick|choose|select|download|install|order|buy|get|register)\b",
            r"\b(?:out of|leaves?|left|exits?|exited) (?:public |open |closed )?beta\b|\b(?:makes?|made|making) (?:\S+ ){1,4}?(?:generally |freely )?available (?:to (?:everybody|everyone|all|the public|customers)|for (?:everybody|everyone|all)|today|on|in)\b",
            rf"\bannounc(?:es|ed|ing) (?:the )?(?:(?:general|immediate|worldwide|commercial|public|official) )*(?:availability|release|launch) of (?:the )?{_NAME_OR_TLD}",
            r"\b(?:coming|arrives?|arriving|lands?) (?=(?:later|early|late|next|this|on|by) |in (?:early|late|mid|the|\d{4}|(?-i:[A-Z])))",
            r"\b(?:final|finished|stable|full|production) (?:version|release|build|code|product|thing)(?: of \S+(?: [\d.]+)?)? (?:came|comes|is|was|will|arrives?|arrived|went|goes|follows|ships|shipped)\b",
            r"\b(?:sunrise|landrush)\b(?: (?:period|phase))?(?: (?:of|for) \S+)? (?:is|was|will be) (?:on|in|from|open|under way|scheduled|planned)\b",
            r"\bput(?:s|ting)? (?:it )?out\b|\bput(?:s|ting)? .{1,40}? (?:up for download|on sale|on the market)\b|\b(?:brings|brought|bringing) out\b",
            r"\b(?:go|goes|went|going|is|are|now) on sale\b|\b(?:throws?|threw|throwing) open\b",
            r"\b(?:starts?|started|begins?|began|start|begin) (?:shipping|selling|offering|to (?:ship|sell|offer))\b",
            rf"\bnow (?:offers|sells|ships|carries) {_NAME}",
            r"\b(?:stable|final|general|production|public|commercial|first|major|official) release (?:is|was|will|before|by|due|expected|planned|scheduled|on|in|at the end)\b",
            r"\b(?:makes?|made|making) (?:its|their) (?:official |public |long-awaited )?debut\b",
            r"\b(?:hit|hits|hitting|reach|reached|reaches) (?:the )?(?:market|general availability|streets|shelves|download (?:page|servers?))\b",
            r"\b(?:availability|release|launch) of (?:the )?(?:final |stable |new |next )?(?:version|v?\d)",
            r"\b(?:will|should|would) (?:be|become) (?:generally |widely |publicly |commercially |freely )?available\b(?! (?:exclusively|only|here|for (?:on-demand )?viewing|(?:on|in|at) (?:our|the) (?:\w+ )?(?:wiki|blog|website|site|page|forum|docs|documentation))\b)",
            (
                r"\b(?:will|would|should|(?:plans?|expects?|intends?|aims?|hopes?|wants?|is|are|due|set|scheduled|slated|expected|planned|ready) to)"
                r" (?:\w+ly )?(?:be (?:released|launched|shipped|unveiled|introduced|out|rolled out)|launch|release|ship|introduce|unveil|roll out|debut|go live)\b"
            ),
            r"\b(?:scheduled|slated|due|expected|planned|set) (?:for (?:release|launch|general availability)|to (?:arrive|appear|land))\b",
            r"\b(?:arrived|landed|shipped|appeared|debuted|came out|went out) (?:on|in|at|last|this|yesterday|today|early|late)\b|\b(?:has|have) (?:\w+ly )?(?:arrived|landed|shipped)\b",
            r"\b(?:early access (?:period|program(?:me)?|phase)|sunrise|landrush|general availability)\b(?:[^.;]|\.\w){0,50}\b(?:running|opened|began|started|begins?|opens?|starts?|came|from|until)\b",
            r"\bopen(?:s|ed|ing)? (?:up )?(?:for|to) (?:new )?(?:customers|registrations?|sign-?ups|orders|the general public|everyone)\b",
            r"(?:has|have|is|are|was|were|been|be|being|get|gets|officially|finally|just|recently|first|now|also|today) (?:\w+ly )?(?:been )?(?:released|launched|unveiled|shipped)",
            r"releases?d?(?= (?:version|v?\d|(?-i:[A-Z.])))",
            r"(?:released|launched|unveiled|introduced|shipped|debuted|rolled out)\b(?! (?:a |an |the |some |its |several |new )*(?:\w+ )?(?:updates?|patch|patches|hotfix|fix|beta|preview))",
            rf"(?:ships(?= (?:version|v?\d)| {_NAME})|(?:launches|unveils|introduces|rolls out)(?= (?:an?|its|the|new|version|first|another|two|three|\d)\b| {_NAME}))|\bdebuts\b",
            r"general(?:ly)? availab(?:le|ility)",
            r"(?:is|are|becomes?|became|(?:is|are|was|were|been|be) made) (?:now |finally |also |currently |officially |immediately |generally )*available\b(?! (?:exclusively|only|here|for (?:on-demand )?viewing|(?:on|in|at) (?:our|the) (?:\w+ )?(?:wiki|blog|website|site|page|forum|docs|documentation))\b)",
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
            r"\blaunch(?:ing|es|ed)?\b(?! of\b)",
            r"(?:will |to )(?:be )?(?:released?|launch|ship|available|introduce)\b",
            rf"announc(?:es|ed|ing) (?!(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|(?:Jan|Febr)uary|March|April|May|June|July|August|(?:Septem|Octo|Novem|Decem)ber){_NAME}",
            r"\b(?:final|finished|stable|full|production) (?:version|release|build)\b",
        ),
        # "the roll-ups we have released to date" looks back, and is nobody's news; a preview is another kind; and who
        # releases a report has no new product
        not_before=r" (?:notes?|candidate|cycle|schedule|management|process|manager|party|pad|to date|so far|since)\b"
        r"|,? (?:in|as|for|into) (?:an? |the )?(?:\w+ )?(?:preview|beta|early access|CTP)\b"
        rf"|(?: (?:an?|its|their|the|new|more|some|first|further))* (?:\w+ ){{0,2}}{_PAPER}\b"
        rf"|(?: (?:an?|its|their|our|the|new|first|second|third|last|latest|another|public|private|open|closed|early|developer|technical|community))+ {_STAGE}\b",
        # what is available is the recording, not the product that it is about
        not_after=rf"(?:press|news|pre) $|\bend of (?:the )?[\"“]?$|\b(?:{_PAPER}|{_MEDIA}|{_PARTS}(?: (?:with|for|of) (?:[^.;,]|\.\w){{0,60}})?) (?:(?:will|should|can|may|was|were|is|are|has been|have been|for [\w ]+) )?$",
    ),
    EventKind(
        "preview",
        sure=(
            r"\b(?:to|for|with|by|among) (?:\w+ ){0,5}(?:beta )?testers\b|\bbeta[- ]test(?:s|ed|ers|ing)?\b",
            r"\b(?:test|pre-?release|milestone|developer|insider|evaluation) (?:version|build|release)s?\b|\bin (?:public |private |closed |open )?(?:beta|preview|testing)\b",
            rf"\b(?:shows?|showed|shown|showing) off (?:(?:its|the|an?|new|first|early) )*{_NAME}|\b(?:teas(?:es|ed)|demonstrat(?:es|ed)|demo(?:s|ed)) (?:the |its |a )?(?-i:[A-Z]|new |next |upcoming |coming )",
            r"\b(?:public |private |open |closed |first |second |new |a |the )*(?:beta|release candidate|RC ?\d?|CTP|community technology preview|technical preview|tech preview|public preview|private preview|developer preview|early access|sneak peek|first look|alpha)\b",
            r"\bpreview(?:s|ed|ing)?\b",
        ),
        weak=(r"\bunfinished\b", r"announc(?:es|ed) plans (?:for|to)", r"coming soon", r"first announced"),
        subjects=("product", "organization", "tld"),
        not_after=r"\b(?:out of|leaves?|left|exits?|try|trying|tried|use|uses|using|run|running|test|testing|tested|install|installing|upgrad\w+|from|since|during) (?:out )?$",
        not_before=r" (?:panes?|panels?|windows?|images?|modes?|channels?|texts?|buttons?|blending)\b",
    ),
    EventKind(
        "update",
        sure=(
            rf"\b{_SHIPPED} (?:is|are|was|were|will be|has been|have been) (?:\w+ly )?(?:promised|available|released|ready|due|expected|posted|published|out|shipped|rolled out|pushed)\b",
            r"\b(?:corrected|fixed|patched|repaired|revised) (?:version|build|release|package|packages|binaries|edition|firmware)\b",
            r"\b(?:has|contains?|brings|includes?|carries|with) (?:the|a) (?:fix|patch)(?:es)?\b|\broll(?:s|ed) up (?!to |in |into )",
            rf"\b(?:fix(?:es|ed)?|patch(?:es|ed)?|clos(?:es|ed)|plug(?:s|ged)?|address(?:es|ed)?|resolv(?:es|ed)|correct(?:s|ed)?) {_FEW}{_FAULTS}\b",
            rf"(?:releas|publish|issu|ship|push|deliver|roll|post|got|receiv|provid)\w*(?: out)? (?:an? |the |its |several |both |two |three |new |some |latest |significant |major |critical |important |security |monthly |cumulative |emergency |out-of-band |minor ){{0,4}}{_SHIPPED}\b",
            r"\b(?:update rollup|cumulative update|security update|hotfix|service release|maintenance release|rollup|security patch) ?\d* (?:\d+ )?(?:for|to|of)\b",
            r"\bre-?released?\b",
            r"(?:has|have|was|were|is|are) (?:just |now |recently )?(?:been )?(?:updated|patched|ported|upgraded)\b",
            r"\bwe(?:['’]ve| have)? (?:updated|upgraded)\b",
            r"\bpatch(?:es)? (?:for|available|released)",
        ),
        weak=(
            r"\bPatch Tuesday\b",
            r"\b(?:point|bug-?fix|maintenance|security|minor|hotfix|emergency|out-of-band) (?:release|update|fix|patch)s?\b",
            r"\bupdates? (?:for|to|in)\b",
            r"\bUpdates\b",
            r"\bpatch(?:es|ed)\b",
            r"\bhotfix(?:es)?\b",
            r"\bfixes\b",
        ),
        subjects=("product", "organization", "tld"),
        not_before=r" only\b|,? (?:in|for) the (?:future|meantime)\b",
    ),
    EventKind(
        "end_of_support",
        sure=(
            r"\b(?:left|leaves|leaving|drops? out of|out of|without) (?:vendor |mainstream |extended |security )?support\b",
            r"\b(?:get|gets|receive|receives|see|sees|be) no (?:more|further)\b|\bno (?:more|further) (?:\w+ )?(?:updates|patches|fixes|releases|versions|support)\b",
            (
                r"\b(?:stop|stops|stopped|stopping|cease|ceases|ceased|quits?|halts?|halted|ends?|ended|ending|suspends?|suspended) (?:taking (?:new )?orders|accepting (?:new )?(?:customers|orders|registrations|sign-?ups)"
                r"|selling|offering|providing|shipping|publishing|maintaining|developing|releasing|production|operations?)\b"
            ),
            r"\b(?:will be|is being|are being|is to be|are to be|has been|have been|to be|was|were) (?:dropped|axed|killed(?: off)?|shut(?: down)?|shuttered|closed down|turned off|switched off|mothballed|wound down|sunset)\b",
            r"\bpull(?:s|ed|ing)? the plug on\b|\bkill(?:s|ed|ing)? (?:off )?(?=(?-i:[A-Z]))|\bclos(?:es|ed|ing) (?:its doors|shop)\b|\bgo(?:es|ing)? out of business\b|\bw(?:inds?|inding|ound) down\b",
            r"\b(?:last|final) day of (?:support|sales?)\b|\b(?:mainstream|extended|security|vendor|full|maintenance) support (?:ends?|ended|will end|runs? (?:out|until|to)|until|through|expires?|is over)\b",
            r"\b(?:reach|reaches|reached|reaching|hits?) (?:its |their |the )?end\b|\b(?:goes|going|went) away\b",
            r"\bend[- ]of[- ](?:life|support|sale|sales|mainstream support|extended support|availability|maintenance)\b(?! (?:versions?|releases?|products?|software|systems?|servers?|distributions?)\b)",
            r"\b(?:EOL|EOS|EoL)\b",
            # "no longer sold by server" is sold in another way
            r"no longer (?:be )?(?:available|sold|offered)(?! (?:(?-i:by (?:the )?[a-z])|per |as an? |at (?:the|that|this|its) |separately|alone|individually|for free|free of))",
            r"no longer (?:be )?(?:supported|developed|maintained|updated|receive|support)",
            r"\bdiscontinu(?:e|es|ed|ing|ation)\b",
            r"\bretir(?:e|es|ed|ing|ement)\b",
            r"\bphas(?:e|es|ed|ing) out\b|\bsunset(?:s|ting|ted)\b|\bdeprecat(?:e|es|ed|ing|ion)\b",
            r"support (?:for .{1,60}? )?(?:ends|ended|will end|expires|expired|runs out|ran out|is ending)\b",
            r"\bout of support\b|\bunsupported(?= (?:since|from|after|as of|by|on)\b|[.,;]|$)",
            r"(?:not|n['’]t) (?:be )?(?:carried forward|carried over|continued|renewed|developed (?:any )?further)\b",
            r"\bsupported (?:only )?(?:until|through|till)\b",
            r"(?:end|ends|ended|ending|drop|drops|dropped|dropping|stop|stops|stopped|withdraw|withdraws|withdrew|cease|ceases|ceased)(?: (?:all|its|the|their|mainstream|extended|semiannual|official))* (?:supporting|support|selling|sales|development)\b",
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
            r"\bclear(?:s|ed)? (?:\S+ ){1,4}?(?:purchase|acquisition|merger|deal|takeover|bid)\b|\bsign(?:s|ed) off on\b|\bvot(?:es|ed) (?:to|in favou?r)\b",
            r"\b(?:gives?|gave|given|granted|grants?|won|wins|secured|obtained|got|gets|receives?|received) (?:its |the |a |final |regulatory |preliminary |conditional |full )*(?:approval|consent|blessing|clearance|accreditation|certification|permission|licen[cs]e|nod)\b",
            r"\b(?:is|was|are|were|been|now|be) (?:\w+ly )?(?:certified|accredited|validated) (?:as|for|to|by|under|against)\b|\b(?:included|accepted) (?:in|into) (?:\S+ ){1,5}?root (?:program(?:me)?|store)\b",
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
            rf"\bpa(?:id|ys|ying) (?:\S+ ){{1,5}}?for {_NAME}|\b(?:take|takes|took|taking|taken) over {_NAME}|\bmerg(?:es|ed|ing)\b(?! (?:in|into|to) (?:the |its )?(?:\w+ )?(?:kernel|mainline|master|main|trunk|branch|upstream)\b)|\bto merge\b",
            r"\b(?:contract|agreement|deal|talks|offer|bid|plans?|letter of intent|option|right) to (?:buy|acquire|purchase|merge|take over|sell)\b",
            rf"\b(?:transfer|purchase|divestiture|spin-?off|sell-?off) of (?:\w+ )?{_NAME}|\bsp(?:in|ins|un|inning) (?:it |them )?off\b|\b(?:to be|was|were|been|is being|are being) sold\b(?! on (?:the|an?) (?:idea|notion|concept))|\bchang(?:es|ed|ing) hands\b",
            r"\b(?:majority|minority|controlling) (?:stake|interest|shareholding)\b|\bbought out\b|\bnew owners?\b|\bcombin(?:es|ed|ing) with\b",
            r"\b(?:acquir(?:e|es|ed|ing)|acquisitions?)\b",
            r"\b(?:buys|bought|buying|buyout|take ?over|taken? .{2,40}? private|privati[sz](?:e|es|ed|ing|ation)(?= (?:of )?(?-i:[A-Z]))|snap(?:s|ped) up|swallow(?:s|ed))\b",
            r"\bmerger\b",
            rf"\bpurchas(?:e|es|ed|ing) (?:of )?{_NAME}|\bstake in\b|\battempt to buy\b|\b(?:to|will|agreed to|bid to) buy\b",
            rf"\bsold (?:to|itself|its (?!shares|stock))|\bsells? (?:to|its)\b|\bsale of {_NAME}",
        ),
        subjects=("organization", "product", "tld"),
        needs=("organization",),
        # when a deal closes is only a date
        not_before=r" (?:costs?|cards?|price)\b|(?: [\w.]+){0,6}? (?:is|are|was|were)? ?(?:still )?(?:expected|scheduled|likely|due|subject|set) to (?:close|be completed|complete|be closed)\b"
        r"|(?: [\w.]+){0,6}? (?:should|will|may) (?:close|be completed|be closed)\b",
        not_after=r"\b(?:clear(?:s|ed)?|approv(?:es|ed)|bless(?:es|ed)|block(?:s|ed)|consent to|nod to|probe into|investigat\w+) (?:its|the|their) $",
    ),
    EventKind(
        "partnership",
        sure=(
            rf"\b(?:reseller|distribution|OEM|licen[cs]ing|cooperation|co-operation|marketing|peering|hosting|supply|partner) (?:agreement|deal|contract|pact)\b|\b(?:agreement|pact|tie-?up) with {_NAME}",
            rf"\b(?:will|to|now) (?:bundle|resell|distribute) {_NAME}|\bstandardi[sz](?:es|ed) on {_NAME}|\bwork(?:s|ing)? together (?:on|to|with)\b",
            r"\bpartner(?:s|ed|ing) (?:with|up|to)\b|\bpartnership (?:with|between)\b|\b(?:a|new|strategic|joint) partnership\b",
            r"\bteam(?:s|ed|ing)? up\b|\bjoin(?:s|ed|ing)? forces\b|\balliance with\b|\bcollaborat(?:es|ed|ion|ing) (?:with|on|between)\b",
            r"\bsign(?:s|ed)? (?:a |an )?(?:\w+[ -]){0,3}(?:deal|agreement|contract|pact|memorandum)\b(?! to (?:buy|acquire|purchase|merge|take|sell)\b)",
            rf"\b(?:joins|joined|joining) (?:the )?{_NAME}(?!\w+ as\b)",
            rf"\b(?:select(?:s|ed)|chooses|chose|pick(?:s|ed)) {_NAME}",
        ),
        subjects=("organization", "product", "tld"),
        needs=("organization",),
        not_after=r"\b(?:I|who|he|she) (?:\w+ )?$",
    ),
    EventKind(
        "pricing",
        sure=(
            rf"\b(?:will|would|to|plans? to|expects? to) (?:charge|cost|sell for|be priced at|be sold (?:for|at)) (?:\w+ ){{0,3}}?{_AMOUNT}",
            rf"\b(?:drops?|dropped|falls?|fell|rises?|rose|goes? (?:up|down)|went (?:up|down)|climbs?|climbed|jumps?|jumped|increas(?:es|ed)|decreas(?:es|ed)|cuts?|lower(?:s|ed)|rais(?:es|ed)) (?:from (?:\S+ ){{1,4}}?)?(?:to|by) (?:about |around |only |just )?{_AMOUNT}",
            rf"\b{_PRICE}\b(?:[^.;]|\.\w){{0,60}}?\b(?:drops?|dropped|falls?|fell|rises?|rose|goes? (?:up|down)|went (?:up|down)|increas(?:es|ed)|decreas(?:es|ed)|cut|lowered|raised) (?:\w+ )?(?:by|to) \d",
            rf"\b{_PRICE}\b(?:[^.;]|\.\w){{0,60}}?\b(?:is|are|was|were|will be) (?:going|coming) (?:up|down)\b",
            r"\bprice rises?\b|\b(?:fee|price) (?:increase|waiver|cut|hike|rise|reduction)s?\b|\b(?:waiv|abolish|scrap|introduc)(?:e|es|ed|s|ing|ped) (?:its |the |a |an )?(?:\w+ ){0,2}fees?\b",
            rf"\b{_PRICE} (?:changes?|increases?|hikes?|rises?|cuts?|drops?|reductions?|freeze|reform|goes|go|went|will|caps?|war)\b",
            rf"\b(?!lower (?:cost|price|fee|rate)|reduced costs?\b)(?:rais|increas|cut|lower|reduc|slash|dropp?|chang|hik|doubl|adjust|revis)(?:e|es|ed|s|ing|ting|ping|)? (?:to |its |the |their |our |all )?(?:\w+[ -]){{0,3}}{_PRICE}\b",
            rf"\b(?:changes?|increases?|rise|cut|reduction|hike)(?: [\w’']+){{0,4}}? (?:to|in|of) (?:our |its |the |their )?(?:\w+ ){{0,2}}{_PRICE}\b",
            r"\bpric(?:ed|es) (?:at|from|starts?|starting)\b|\bpricing (?:starts|has been|is|was|starting)\b|\bprice tag\b",
            r"\b(?:fee|price)[”\"]? (?:is|of|will be|was|starts at) [$€£]\d",
            r"\b(?:gets?|becomes?|became|(?:is|are) getting|made|makes?|turns?) (?:\w+ )?(?:more expensive|cheaper)\b(?! (?:to|than|for)\b)|\b(?:now|becomes?|made|makes?|goes) (?:available )?(?:for free|free of charge|free for (?:all|everyone))\b",
        ),
        weak=(r"\bcosts? [$€£]\d", r"\bprices?\b", r"\bpricing\b"),
        not_before=r"[^.;,]{0,30}\b(?:stays?|stayed|remains?|remained|unchanged|(?:is|are) kept|(?:will|do|does|did) not (?:change|rise|move)|won['’]t (?:change|rise|move)|the same)\b",
    ),
    EventKind(
        "outage",
        sure=(
            r"\b(?:was|were|is|are|been) off (?:for|the air|line|all)\b|\b(?:was|were) gone\b",
            r"\b(?:lost|losing|loses) (?:power|connectivity|contact|network)\b|\b(?:was|were|went|gone|go|goes|stayed) dark\b|\bdark for\b|\bblackouts?\b",
            r"\b(?:took|takes|taken|taking|brought|brings|knocks?|knocked) (?:\S+ ){0,4}?(?:offline|off the (?:net|air))\b|\bcut (?:off|through)\b|\b(?:stopped|stops) (?:working|responding|answering|resolving|delivering)\b",
            r"\b(?:UPS|generators?|switch(?:es)?|routers?|storage|SAN|cooling|disks?|hardware|power supply|fib(?:re|er)|cable) (?:failed|failure|fault|cut|outage)\b|\bfire (?:in|at|broke)\b|\bwithout (?:power|mail|service|e-mail)\b",
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
            r"\b(?:worms?|trojans?|rootkits?)\b|\bcracked\b|\bsecurity (?:incident|advisory|alert|breach)\b",
            r"\bintru(?:der|sion)s?\b|\bbreak-?ins?\b|\bbr(?:oke|oken) into\b|\b(?:stole|stolen|leaked|exposed|copied|harvested) (?:\S+ ){0,6}?(?:data|passwords?|records|addresses|credentials|keys|accounts|cards?|databases?)\b|\bhijack(?:ed|ing|s)?\b",
            r"\bbotnets?\b|\binfect(?:ed|ions?)\b|\bremote code execution\b|\bprivilege escalation\b|\bcross-site scripting\b|\bSQL injection\b|\bbuffer overflow\b|\b(?:clos|plugg|fix)(?:e|es|ed|s|ing) (?:a |an |the )?(?:\w+ )?hole\b",
            r"\bvulnerabilit(?:y|ies)\b|\bCVE-\d{4}-\d+\b|\bzero-day\b|\b(?:security|critical) (?:flaw|hole|bug|issue)s?\b",
            r"\b(?:data )?breach(?:es|ed)?\b|\bhack(?:ed|s)\b|\bransomware\b|\bcyber[- ]?attacks?\b|\bDDoS\b|\bdenial[- ]of[- ]service\b",
            r"\bexploit(?:s|ed|ing|ation)\b|\bcompromised\b|\bbackdoors?\b|\bdefac(?:ed|ement)\b|\bphish(?:ing|ers)\b|\bspammers?\b",
        ),
        weak=(r"\battack(?:s|ed|ers)?\b", r"\bmalware\b"),
        subjects=("product", "organization", "tld"),
        not_before=r" together\b",
        not_after=r"\bno (?:more |further |new )?(?:fix(?:es)?|patch(?:es)?|updates?)\b(?:[^.;]|\.\d){0,50}$",  # what is left open
    ),
    EventKind(
        "legal",
        sure=(
            r"\battorney[- ]general\b|\bwarrant\b|\bverdict\b|\bsentenced\b|\bpleaded\b|\bcharged with\b|\braid(?:s|ed)\b|\bseiz(?:ed|es|ure|ures)\b|\bcease[- ]and[- ]desist\b|\bplaintiffs?\b|\b(?:probe|investigation) into\b",
            r"\b(?:comes?|came|coming|enters?|entered) into (?:force|effect)\b|\btak(?:es|ing) effect\b|\bsigned into law\b|\b(?:begins?|began|starts?|started) to enforce\b|\b(?:court|judge|tribunal|panel) (?:\w+ )?rul(?:ed|es|ing)\b|\brul(?:ed|es|ing) (?:that|in favou?r|against)\b",
            r"\blawsuits?\b|\bsu(?:es|ed|ing)\b|\binjunctions?\b|\bantitrust\b|\bsubpoenas?\b|\bwarrants\b|\bindict(?:ed|ment)\b|\barrest(?:s|ed)\b",
            r"\b(?:court|judge|jury|regulators?|commission) (?:\w+ )?(?:rul|order|grant|den|dismiss|find|found|fin|block|approv|seek|reject)\w*",
            r"\b(?:settle(?:s|d)|settlement) (?:with|over|of|in)\b|\bpatent (?:infringement|suit|case|claim)s?\b|\blegal (?:action|battle|dispute|challenge)\b",
            r"\b(?:issued|issues) (?:a |an )?(?:\w+ ){0,3}(?:directive|order)\b|\bdata retention requirements?\b",
            r"\b(?:is|was|were|been) fined\b|\bfines? (?:of|against)\b|\bconvicted\b|\bfiled (?:a |an )?(?:\w+ )?(?:complaint|suit|claim|appeal)\b",
        ),
        weak=(r"\bdirective\b", r"\bregulatory\b", r"\bsettlement\b"),
        subjects=("organization", "product", "tld"),
    ),
    EventKind(
        "funding",
        sure=(
            rf"\b(?:collect(?:s|ed)|land(?:s|ed)|bag(?:s|ged)|net(?:s|ted)|clos(?:es|ed)|gets?|got|w[io]ns?|tak(?:es|ing) in|took in|receiv(?:es|ed)) (?:an? )?(?:about |some |over |more than |another |nearly )?{_MONEY}",
            r"\bshares\b(?:[^.;]|\.\w){0,60}\b(?:stock exchange|nasdaq|nyse|at [$€£]\d)|\b(?:listed|lists|listing|floated|floats|delisted|debuts?|debuted) on (?:the )?(?-i:[A-Z])\S*(?: \S+){0,2} (?:exchange|market)|\b(?:public|share|stock) offering\b|\bstock (?:market )?(?:listing|flotation)\b",
            r"\b(?:net|operating) (?:income|profit|loss|revenue)\b|\b(?:turnover|revenue|profit|earnings|sales) (?:rose|grew|fell|climbed|dropped|reached|was|were|of [$€£\d])\b|\binsolven(?:t|cy)\b|\bbankruptcy\b|\bchapter 11\b|\bl(?:ays|aid|aying) off\b|\blay-?offs\b",
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
            rf"\b(?:names|named) .{{2,60}}? (?:as |to |its |the |new )*{_CHIEF}\b|\b{_CHIEF}\b(?: (?-i:[A-Z])[\w'’.-]+){{1,3}},?(?: \w+){{0,2}} (?:left|leaves|is leaving|has left|departs|departed|resigned|resigns|quits?|retires|retired)\b",
            rf"\b(?:interim|acting|incoming|outgoing) {_CHIEF}\b|\btak(?:es|ing) over as\b|\btook over as\b|\b(?:re-?)?elected (?:to|as|chair|president|the)\b|\bjoin(?:s|ed|ing)? (?:the|its) (?:board|advisory)\b|\bousted\b|\bsacked\b|\bretir(?:es|ed|ing) as\b",
            rf"\bappoint(?:s|ed|ment of)\b|\b(?:names|named) .{{2,50}}? (?:as |to |its |the |new )*{_CHIEF}\b|\bhir(?:es|ed) {_NAME}",
            rf"\bjoin(?:s|ed|ing) (?:(?:the )?(?:company|firm|team|board)|us|(?-i:[A-Z])\S*(?: \S+){{0,3}}?) as (?:its |the |our |a |new |chief |senior |vice )*\w+\b|\bas (?:its|the|our) (?:new |next )?{_CHIEF}\b|\bnew {_CHIEF}\b",
            r"\bstep(?:s|ped|ping)? down\b|\bresign(?:s|ed|ation|ing)\b|\bdepart(?:s|ed) (?:from|as)\b|\bwill be led by\b|\b(?:is|was) promoted to\b|\bsucceed(?:s|ed)? .{2,40}? as\b",
            rf"\b(?:leaves|left|leaving) (?:the company|his (?:post|role)|her (?:post|role)|as {_CHIEF})\b|\bstay on as {_CHIEF}\b",
        ),
        subjects=("organization", "product", "tld"),
    ),
    EventKind(
        "opening",
        sure=(
            rf"\bswitch(?:es|ed|ing)? on (?:its|the|an?) (?:\S+ ){{0,4}}?{_DATACENTER}\b",
            rf"\b(?:set|sets|setting) up (?:shop|an? (?:\w+ ){{0,2}}{_DATACENTER})\b|\bplant(?:s|ed)? (?:its |a )?flag\b|\b(?:brings|brought|bringing) (?:\S+ ){{1,6}}?online\b|\b(?:now )?(?:up and running|operational) in {_NAME}",
            rf"\b(?:moves?|moved|moving|relocat(?:es|ed|ing)|expands?|expanded|expanding) (?:in)?to (?:a |an |its |the )?(?:\w+ ){{0,3}}{_DATACENTER}\b",
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
            r"\b(?:join|see|meet|visit|find|catch) us (?:at|in|for)\b",
            r"\bmeets? (?:on|again|next|this)\b|\b(?:gather(?:s|ed)?|convene[sd]?) (?:in|at|on)\b",
            r"\b(?:annual general meeting|AGM|open day|masterclass|(?:online|virtual|live) (?:event|session|demo)|training (?:course|day|session)|user group meeting)\b",
            r"\b(?:webcast|webinar|roadshow|hackathon|bootcamp|trade ?show)s?\b",
            r"\b(?:annual|upcoming|partner|user|developer|\d{4}|next|this year['’]s) (?:conference|summit|meeting|forum|expo)\b",
            rf"\b(?:conference|summit|workshop|training|meeting|expo) (?:will |takes? |is |was |to )?(?:be )?(?:held|take place|takes place|place|in {_NAME}|on {_NAME})",
            r"\b(?:conference|summit|workshop|training|meeting|expo|meetup|seminar)s?\b(?:[^.;]|\.\w){0,80}? (?:(?:will|is to|are to) (?:be held|take place)|takes? place|is held|was held|(?:is|are|was) (?:planned|scheduled|due) (?:for|in|on))\b",
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
            r"\b(?:takes?|took|taking|adopts?|adopted|gets?|got|picks?|picked|given|gave|gives) (?:on )?(?:the|a|its) (?:new |proper |official |final )?name\b|\b(?:now )?go(?:es)? by (?:the name|now)?",
            r"\b(?:announc|reveal|unveil|chos|pick)\w+ (?:the|its|a) (?:new |final )?name\b|\bdrop(?:s|ped|ping)? the (?:\S+ ){1,2}name\b|\bnew (?:name|brand name)\b|\bunder the (?:new )?(?:name|brand)\b",
            r"\brenam(?:e|es|ed|ing)\b|\brebrand(?:s|ed|ing)?\b|\bname change\b|\bchang(?:e|es|ed|ing) (?:its|their|the|our) name\b",
            r"\b(?:now|soon) (?:called|known as|named|renamed)\b|\bunder (?:its|the|a) new name\b|\bnew name (?:is|for|will)\b|\bformer name\b",
            r"\b(?:will|to) be (?:called|known as|renamed)\b|\b(?:which|who|that) (?:recently |just )?(?:became|adopted the name)\b",
        ),
        subjects=("organization", "product", "tld"),
    ),
)

OF_PRODUCTS = frozenset({"release", "preview", "update", "end_of_support"})
OF_PARTIES = frozenset({"acquisition", "partnership"})
"""Types that take two at least."""
PARTIES = 2
