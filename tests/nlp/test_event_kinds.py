"""The words of each kind: a sentence for every pattern line of nlp/events/kinds.py, and what only sounds like it."""

from __future__ import annotations

import re
from datetime import date

import pytest

from nlp.annotations import EventMention, EventStatus, EventType, PostText
from nlp.events import KINDS
from nlp.pipeline import Tagger, build_tagger
from tests.nlp.catalogues import small_catalogue

DAY = date(2014, 3, 19)  # a Wednesday


@pytest.fixture(scope="module")
def tagger() -> Tagger:
    return build_tagger(small_catalogue(), model=None)


def events_of(tagger: Tagger, kind: EventType, text: str, title: str = "") -> list[EventMention]:
    return [event for event in tagger.tag(PostText(title, text, DAY)).events if event.type == kind]


Said = tuple[str, str, EventStatus]

# -- text, a subject, status

SAID: dict[EventType, dict[str, Said]] = {
    "release": {
        "the final version came": ("The final version of PHP 5.6 arrived without much noise.", "php-5-6", "happened"),
        "the stable build will follow": ("The stable build of nginx 1.6 will follow in May.", "nginx-1-6", "planned"),
        "a landrush is planned": ("The landrush phase for .guru is planned for 2 May 2014.", "guru", "planned"),
        "you can now": ("You can now install AlmaLinux on a tablet.", "almalinux", "happened"),
        "out of beta": ("VMware has taken ESXi 6.0 out of beta.", "esxi-6-0", "happened"),
        "made available": ("VMware made ESXi 6.0 available to everybody on Monday.", "esxi-6-0", "happened"),
        "put up for download": ("Red Hat puts RHEL 7 up for download.", "rhel-7", "happened"),
        "brought out": ("Oracle brought out MySQL 5.7 on Tuesday.", "mysql-5-7", "happened"),
        "on sale": ("cPanel 11.42 goes on sale in April.", "cpanel-11-42", "planned"),
        "thrown open": ("Donuts Inc. threw open the .bike domain on Monday.", "bike", "happened"),
        "begins to sell": ("Tucows begins to sell .guru names on 2 April.", "guru", "planned"),
        "now offers": ("Tucows now offers Amazon S3 to small shops.", "amazon-s3", "happened"),
        "a public release is planned": (
            "For cPanel 11.44 a public release is planned for May 2014.",
            "cpanel-11-44",
            "planned",
        ),
        "makes its debut": ("AlmaLinux makes its debut on 28 March.", "almalinux", "planned"),
        "hit the servers": ("nginx 1.6 hit the download servers on Tuesday.", "nginx-1-6", "happened"),
        "availability of a version": (
            "The availability of version 5.7 pleased the friends of MySQL.",
            "mysql",
            "happened",
        ),
        "will become available": ("RHEL 7 will become generally available in June.", "rhel-7", "planned"),
        "plans to ship": ("VMware plans to ship ESXi 6.0 next year.", "esxi-6-0", "planned"),
        "slated for release": ("PHP 5.6 is slated for release in August.", "php-5-6", "planned"),
        "due to land": ("MySQL 5.7 is due to land in autumn.", "mysql-5-7", "planned"),
        "arrived": ("WHMCS 5.3 arrived on Monday.", "whmcs-5-3", "happened"),
        "has landed": ("cPanel 11.42 has landed.", "cpanel-11-42", "happened"),
        "an early access programme": ("The early access programme of RHEL 7 opened on 4 March.", "rhel-7", "happened"),
        "open for registrations": ("The .guru domain opens for registrations on 26 March.", "guru", "planned"),
        "is now available": ("nginx 1.6 is now available.", "nginx-1-6", "happened"),
        "in quotes": ("The “landrush” of .bike names begins on 3 April.", "bike", "planned"),
        "begins its sunrise": ("Donuts Inc. begins its sunrise for .bike on 3 April.", "bike", "planned"),
        "is in production": ("RHEL 7 is now in production.", "rhel-7", "happened"),
        "has been released": ("MySQL 5.7 has finally been released.", "mysql-5-7", "happened"),
        "releases a version": ("The nginx team releases version 1.6 of nginx.", "nginx", "happened"),
        "introduced": ("Oracle introduced MySQL 5.7 last week.", "mysql-5-7", "happened"),
        "rolls out": ("Red Hat rolls out RHEL 7.", "rhel-7", "happened"),
        "debuts": ("MySQL 5.7 debuts today.", "mysql-5-7", "happened"),
        "generally available": (
            "Exchange Server 2013 went generally available.",
            "microsoft-exchange-server-2013",
            "happened",
        ),
        "available for download": ("Find nginx 1.6 available for download today.", "nginx-1-6", "happened"),
        "to the factory": (
            "Exchange Server 2013 was released to manufacturing.",
            "microsoft-exchange-server-2013",
            "happened",
        ),
        "reached GA": ("ESXi 5.6 reached GA on Monday.", "esxi-5-6", "happened"),
        "live": ("The .bike domain goes live on 5 May 2014.", "bike", "planned"),
        "the day of a release": ("The release date of PHP 5.6 is 28 August.", "php-5-6", "planned"),
        "the launch of a name": ("Red Hat celebrates the launch of RHEL 7.", "rhel-7", "happened"),
        "is here": ("cPanel 11.42 is finally here.", "cpanel-11-42", "happened"),
        "open to the public": ("The .guru domain opened to the public on Monday.", "guru", "happened"),
        "is out": ("PHP 5.6 is out.", "php-5-6", "happened"),
        "announced availability": ("Red Hat announced the general availability of RHEL 7.", "rhel-7", "happened"),
        "coming": ("RHEL 7 is coming later this year.", "rhel-7", "planned"),
    },
    "preview": {
        "to testers": ("PHP 5.6 went to its testers on Monday.", "php-5-6", "happened"),
        "beta-tests": ("Oracle beta-tests MySQL 5.7 with forty banks.", "mysql-5-7", "happened"),
        "a milestone build": ("Oracle uploaded a milestone build of MySQL 5.7.", "mysql-5-7", "happened"),
        "in public beta": ("RHEL 7 is in public beta.", "rhel-7", "happened"),
        "shown off": ("VMware showed off ESXi 6.0 in Barcelona.", "esxi-6-0", "happened"),
        "demonstrated": ("Microsoft demonstrated the next Windows Server.", "windows-server", "happened"),
        "a release candidate": ("The second release candidate of PHP 5.6 follows on 3 April.", "php-5-6", "planned"),
        "previewed": ("VMware previewed ESXi 6.0 on Monday.", "esxi-6-0", "happened"),
    },
    "update": {
        "a hotfix was posted": ("For cPanel 11.42 a hotfix was posted on Monday.", "cpanel-11-42", "happened"),
        "a fix is due": ("A fix is due next week for nginx 1.4.", "nginx-1-4", "planned"),
        "a corrected package": ("Red Hat mails out a corrected package of PHP 5.5.", "php-5-5", "happened"),
        "contains the fix": ("nginx 1.5 contains the fix.", "nginx-1-5", "happened"),
        "rolls up": ("cPanel 11.42 rolls up ninety repairs.", "cpanel-11-42", "happened"),
        "closes holes": ("nginx 1.4.7 closes three critical holes.", "nginx-1-4-7", "happened"),
        "fixes a leak": ("PHP 5.5.10 fixes a nasty leak.", "php-5-5-10", "happened"),
        "published a patch": ("Oracle published an emergency patch for MySQL 5.6.", "mysql-5-6", "happened"),
        "a cumulative update": (
            "Cumulative update 4 for Exchange Server 2013 is large.",
            "microsoft-exchange-server-2013",
            "happened",
        ),
        "re-released": ("VMware re-released ESXi 5.5 on Monday.", "esxi-5-5", "happened"),
        "has been patched": ("WHMCS has been patched.", "whmcs", "happened"),
        "we updated": ("Last night we updated cPanel on all machines.", "cpanel", "happened"),
        "a patch for": ("The patch for nginx 1.4 is one line long.", "nginx-1-4", "happened"),
    },
    "end_of_support": {
        "out of support": ("RHEL 3 dropped out of support on 30 January.", "rhel-3", "happened"),
        "no further": ("PHP 5.3 gets no further care.", "php-5-3", "happened"),
        "no more patches": ("There are no more patches for MySQL 5.0.", "mysql-5-0", "happened"),
        "stops accepting": ("Web.com stops accepting new customers in May.", "web-com", "planned"),
        "ceased selling": (
            "Parallels Inc. ceased selling Parallels Virtuozzo Containers.",
            "parallels-containers",
            "happened",
        ),
        "mothballed": ("Forefront TMG is being mothballed.", "forefront-threat-management-gateway", "happened"),
        "will be switched off": ("Windows Server 2003 will be switched off.", "windows-server-2003", "planned"),
        "closes its doors": ("Web.com closes its doors on 30 June 2014.", "web-com", "planned"),
        "winds down": ("Tucows winds down its mail service.", "tucows", "happened"),
        "the last day": (
            "The last day of support for Exchange Server 2003 is 8 April.",
            "microsoft-exchange-server-2003",
            "planned",
        ),
        "extended support": (
            "For Exchange Server 2003 extended support runs until 8 April.",
            "microsoft-exchange-server-2003",
            "planned",
        ),
        "reaches its end": ("MySQL 5.1 reached its end on 31 December 2013.", "mysql-5-1", "happened"),
        "goes away": ("Forefront TMG goes away in 2015.", "forefront-threat-management-gateway", "planned"),
        "end of life": ("Oracle declares the end of life of MySQL 5.1.", "mysql-5-1", "happened"),
        "EOL": ("RHEL 4 is EOL.", "rhel-4", "happened"),
        "no longer sold": ("RHEL 4 is no longer sold.", "rhel-4", "happened"),
        "no longer maintained": ("nginx 1.2 is no longer maintained.", "nginx-1-2", "happened"),
        "discontinued": ("Microsoft discontinued Forefront TMG.", "forefront-threat-management-gateway", "happened"),
        "retires": ("Microsoft retires Forefront TMG.", "forefront-threat-management-gateway", "happened"),
        "phased out": ("ESXi 4.0 is being phased out.", "esxi-4-0", "happened"),
        "support ends": ("Support for PHP 5.3 ends in July.", "php-5-3", "planned"),
        "unsupported since": ("PHP 5.2 has been unsupported since 2011.", "php-5-2", "happened"),
        "not continued": (
            "Forefront TMG will not be developed further.",
            "forefront-threat-management-gateway",
            "planned",
        ),
        "supported until": ("PHP 5.5 is supported until 2016.", "php-5-5", "planned"),
        "ends development": ("Oracle ended development of MySQL 5.0.", "mysql-5-0", "happened"),
        "withdrawal": ("Oracle announced the withdrawal of support for MySQL 5.0.", "mysql-5-0", "happened"),
        "ends its line": ("VMware ended its ESXi line in Asia.", "esxi", "happened"),
        "shuts down": ("Tucows shuts down its archive.", "tucows", "happened"),
        "blocks the old": (
            "Microsoft blocks outdated servers with Exchange Server 2007.",
            "microsoft-exchange-server-2007",
            "happened",
        ),
    },
    "approval": {
        "clears a purchase": ("The ministry cleared the purchase of Web.com by Tucows.", "tucows", "happened"),
        "signs off on": ("ICANN signed off on .guru on Monday.", "guru", "happened"),
        "wins its accreditation": ("Tucows won its accreditation in China.", "tucows", "happened"),
        "certified for": ("ESXi 5.5 is certified for Windows Server 2012.", "esxi-5-5", "happened"),
        "in the root store": ("The key of Tucows was accepted into Mozilla's root store.", "tucows", "happened"),
        "approves": ("ICANN approves .guru.", "guru", "happened"),
        "accredits": ("ICANN accredits Tucows.", "tucows", "happened"),
        "a green light": ("ICANN gave .bike the go-ahead.", "bike", "happened"),
        "in the root": ("The .guru domain was added to the root on Monday.", "guru", "happened"),
        "passes": (".bike passed initial evaluation, ICANN says of the domain.", "bike", "happened"),
        "delegated": ("The .bike domain was delegated on Tuesday.", "bike", "happened"),
        "further delegations": ("ICANN says that the next delegations will be on 3 April.", "icann", "planned"),
    },
    "acquisition": {
        "paid for": ("Oracle paid 40 million dollars for Ferrowire GmbH.", "ferrowire", "happened"),
        "took over": ("Tucows took over Web.com on Monday.", "web-com", "happened"),
        "merges": ("Parallels Inc. merges with Ferrowire GmbH.", "parallels", "happened"),
        "a contract to buy": ("Oracle has signed a contract to buy Ferrowire GmbH.", "oracle", "happened"),
        "a purchase of": ("Tucows completed the purchase of Web.com.", "web-com", "happened"),
        "spun off": ("Oracle spun off Ferrowire GmbH.", "ferrowire", "happened"),
        "was sold": ("Ferrowire GmbH was sold on Monday.", "ferrowire", "happened"),
        "changed hands": ("Ferrowire GmbH has changed hands.", "ferrowire", "happened"),
        "a majority": ("Tucows holds a controlling stake of Ferrowire GmbH.", "tucows", "happened"),
        "a new owner": ("Ferrowire GmbH has a new owner.", "ferrowire", "happened"),
        "acquires": ("Oracle acquires Ferrowire GmbH.", "oracle", "happened"),
        "privatised": ("The bank privatised Web.com.", "web-com", "happened"),
        "a merger": ("The merger of Web.com and Tucows is complete.", "web-com", "happened"),
        "a stake": ("Oracle has a stake in Ferrowire GmbH since Monday.", "oracle", "happened"),
        "a sale": ("The sale of Web.com pleased its founder.", "web-com", "happened"),
    },
    "partnership": {
        "a reseller agreement": ("Tucows has a reseller agreement with Oracle.", "tucows", "happened"),
        "will bundle": ("Parallels Inc. will bundle WHMCS with every licence.", "parallels", "planned"),
        "standardises on": ("Tucows standardises on Red Hat.", "tucows", "happened"),
        "works together": ("Oracle works together with VMware.", "oracle", "happened"),
        "partners": ("Red Hat partners with VMware.", "red-hat", "happened"),
        "joins forces": ("Red Hat joins forces with VMware.", "red-hat", "happened"),
        "a contract": ("Tucows signed a five-year contract with Oracle.", "tucows", "happened"),
        "a member": ("Parallels Inc. joins the Linux Foundation.", "linux-foundation", "happened"),
        "a choice": ("Tucows chose VMware.", "vmware", "happened"),
    },
    "pricing": {
        "fell to": ("A .guru domain fell to $12.", "guru", "happened"),
        "prices rise by": ("Prices of Amazon S3 in Ireland rose by 4 percent.", "amazon-s3", "happened"),
        "is going up": ("The price of Amazon S3 is going up in May.", "amazon-s3", "planned"),
        "a waiver": ("ICANN granted Tucows a fee waiver.", "tucows", "happened"),
        "a new fee": ("Tucows introduced a setup fee.", "tucows", "happened"),
        "prices go up": ("Amazon S3 prices go up in May.", "amazon-s3", "planned"),
        "cuts its rates": ("Amazon cut its storage rates.", "amazon", "happened"),
        "an increase of fees": ("Tucows laments an increase by ICANN of its yearly fees.", "icann", "happened"),
        "priced at": ("cPanel is priced at 20 euros.", "cpanel", "happened"),
        "a fee is": ("The fee is $185,000 for a domain like .guru.", "guru", "happened"),
        "will cost": ("The next cPanel will cost 20 euros.", "cpanel", "planned"),
        "now free": ("Parallels Virtuozzo Containers is now free of charge.", "parallels-containers", "happened"),
    },
    "outage": {
        "off the air": ("Web.com was off the air for a day.", "web-com", "happened"),
        "lost power": ("Tucows lost power in one hall.", "tucows", "happened"),
        "dark": ("Web.com went dark on Sunday.", "web-com", "happened"),
        "knocked offline": ("A storm knocked Amazon S3 offline.", "amazon-s3", "happened"),
        "stopped answering": ("Amazon S3 stopped answering at noon.", "amazon-s3", "happened"),
        "a generator": ("At Tucows a generator failed on Sunday.", "tucows", "happened"),
        "without mail": ("Customers of Tucows were without mail on Sunday.", "tucows", "happened"),
        "an outage": ("Tucows regrets the outage of its mail.", "tucows", "happened"),
        "unavailable": ("Amazon S3 was unavailable.", "amazon-s3", "happened"),
        "a disruption": ("Amazon had a service disruption.", "amazon", "happened"),
    },
    "security": {
        "a worm": ("A worm crawls through WHMCS servers.", "whmcs", "happened"),
        "an incident": ("Tucows had a security incident.", "tucows", "happened"),
        "intruders": ("Intruders were in the network of Tucows.", "tucows", "happened"),
        "stolen": ("Somebody stole four thousand passwords at Web.com.", "web-com", "happened"),
        "hijacked": ("A Tucows account was hijacked on Monday.", "tucows", "happened"),
        "injection": ("An SQL injection was found in WHMCS 5.2.", "whmcs-5-2", "happened"),
        "an overflow": ("nginx 1.4 has a buffer overflow.", "nginx-1-4", "happened"),
        "a CVE": ("CVE-2014-0133 is a hole of nginx 1.5.", "nginx-1-5", "happened"),
        "a breach": ("Tucows tells of a data breach.", "tucows", "happened"),
        "exploits": ("Someone exploits WHMCS.", "whmcs", "happened"),
    },
    "legal": {
        "a verdict": ("The verdict against Oracle fell on Monday.", "oracle", "happened"),
        "a raid": ("Police raided Web.com on Monday.", "web-com", "happened"),
        "a probe": ("The probe into Tucows goes on.", "tucows", "happened"),
        "in force": ("The rules for ICANN came into force on Monday.", "icann", "happened"),
        "a tribunal rules": ("A tribunal ruled against Tucows.", "tucows", "happened"),
        "sues": ("Oracle sues a reseller.", "oracle", "happened"),
        "a court orders": ("A court ordered Tucows to pay.", "tucows", "happened"),
        "settles": ("Oracle settled with a rival.", "oracle", "happened"),
        "an order": ("The ministry issued a new directive to Tucows.", "tucows", "happened"),
        "fined": ("Microsoft was fined.", "microsoft", "happened"),
    },
    "funding": {
        "collected": ("Donuts Inc. collected 3 million euros.", "donuts", "happened"),
        "listed": ("Parallels Inc. listed on the Oslo Stock Exchange.", "parallels", "happened"),
        "an offering": ("Parallels Inc. prepares a share offering.", "parallels", "planned"),
        "turnover": ("At Tucows turnover rose last year.", "tucows", "happened"),
        "insolvent": ("Web.com is insolvent.", "web-com", "happened"),
        "laid off": ("Web.com laid off ninety people.", "web-com", "happened"),
        "raises a sum": ("Donuts Inc. raised about 40 million euros.", "donuts", "happened"),
        "a round": ("Donuts Inc. closed its funding round.", "donuts", "happened"),
        "goes public": ("Parallels Inc. goes public in May.", "parallels", "planned"),
        "reports a profit": ("For the year, Red Hat can report a first annual profit.", "red-hat", "happened"),
        "invests": ("Oracle invests $5 million in Ferrowire GmbH.", "oracle", "happened"),
        "revenues": ("Red Hat: revenues grew.", "red-hat", "happened"),
    },
    "appointment": {
        "names a chief": ("Tucows named Anna Wit as its new CEO.", "tucows", "happened"),
        "a chief left": ("Tucows CTO Anna Wit left on Friday.", "tucows", "happened"),
        "an interim chief": ("Tucows looks after its interim CEO.", "tucows", "happened"),
        "takes over as": ("At ICANN Anna Wit takes over as chair.", "icann", "happened"),
        "appoints": ("ICANN appoints Anna Wit.", "icann", "happened"),
        "joins as": ("Anna Wit joins Red Hat as its treasurer.", "red-hat", "happened"),
        "steps down": ("The head of Tucows stepped down.", "tucows", "happened"),
        "leaves the post": ("Anna Wit left her post at Tucows.", "tucows", "happened"),
    },
    "opening": {
        "switched on": ("Oracle switched on its second data centre.", "oracle", "happened"),
        "planted its flag": ("Tucows planted its flag in Ghent.", "tucows", "happened"),
        "moves to": ("Tucows moves to a bigger office in April.", "tucows", "planned"),
        "opens": ("Oracle opens a data center near Turin.", "oracle", "happened"),
        "an office opened": ("The Cork office of Tucows opened on Monday.", "tucows", "happened"),
        "builds": ("Microsoft builds a huge data center in Iowa.", "microsoft", "happened"),
        "a further one is planned": ("At Tucows a second office is planned for May 2014.", "tucows", "planned"),
        "broke ground": ("Microsoft broke ground in Iowa.", "microsoft", "happened"),
    },
    "meeting": {
        "meets again": ("The ICANN board meets again on 12 June 2014.", "icann", "planned"),
        "gathers in": ("ICANN gathers in Singapore on 23 March.", "icann", "planned"),
        "an open day": ("Tucows has an open day on 28 March.", "tucows", "planned"),
        "a webcast": ("Microsoft has a webcast on 28 March.", "microsoft", "planned"),
        "an annual conference": ("Red Hat dreams of its annual conference.", "red-hat", "happened"),
        "takes place": ("The VMware summit takes place in June.", "vmware", "planned"),
        "a workshop is planned": ("A Red Hat workshop for beginners is planned for May.", "red-hat", "planned"),
        "registration": ("Red Hat says that registration is now open.", "red-hat", "happened"),
        "join us": ("Meet us at the Tucows stand on 28 March.", "tucows", "planned"),
        "hosts": ("VMware hosted a small forum in Ghent.", "vmware", "happened"),
    },
    "rename": {
        "takes a name": ("Web.com takes the new name in May.", "web-com", "planned"),
        "goes by the name": ("Web.com now goes by the name Larkmere.", "web-com", "happened"),
        "unveils a name": ("Parallels Inc. unveiled its new name.", "parallels", "happened"),
        "drops the name": ("Oracle drops the Sun name.", "oracle", "happened"),
        "renamed": ("Forefront TMG was renamed.", "forefront-threat-management-gateway", "happened"),
        "now called": ("Forefront TMG is now called Larkmere.", "forefront-threat-management-gateway", "happened"),
        "will be known as": ("Web.com will be known as Larkmere.", "web-com", "planned"),
    },
}

# -- titles, which say it in fewer words

TITLED: dict[EventType, dict[str, Said]] = {
    "release": {
        "a release": ("PHP 5.6 Release", "php-5-6", "happened"),
        "a sunrise": ("Sunrise: .guru domains", "guru", "happened"),
        "a landrush": ("Landrush for .guru domains on 3 April 2014", "guru", "planned"),
        "a launch": ("nginx 1.6 launch", "nginx-1-6", "happened"),
        "to launch": ("Oracle to launch MySQL 5.7", "mysql-5-7", "planned"),
        "announces": ("Oracle announces MySQL 5.7", "mysql-5-7", "happened"),
        "a final version": ("Final version: PHP 5.6", "php-5-6", "happened"),
    },
    "preview": {
        "unfinished": ("A look at the unfinished MySQL 5.7", "mysql-5-7", "happened"),
        "plans for": ("Oracle announces plans for MySQL 5.7", "oracle", "happened"),
        "coming soon": ("ESXi 6.0 coming soon", "esxi-6-0", "planned"),
        "first announced": ("ESXi 6.0 first announced", "esxi-6-0", "happened"),
    },
    "update": {
        "Patch Tuesday": (
            "Patch Tuesday brings Exchange Server 2013 woe",
            "microsoft-exchange-server-2013",
            "happened",
        ),
        "a maintenance release": ("Maintenance release: PHP 5.5", "php-5-5", "happened"),
        "updates for": ("Updates for PHP 5.5", "php-5-5", "happened"),
        "Updates": ("PHP 5.5 Updates", "php-5-5", "happened"),
        "patched": ("nginx 1.4 patched", "nginx-1-4", "happened"),
        "a hotfix": ("cPanel 11.42 hotfix", "cpanel-11-42", "happened"),
        "fixes": ("nginx 1.4 fixes", "nginx-1-4", "happened"),
    },
    "end_of_support": {
        "replaced": ("Forefront TMG replaced by nothing", "forefront-threat-management-gateway", "happened"),
        "an era": ("Windows Server 2003: the end of an era", "windows-server-2003", "happened"),
    },
    "pricing": {
        "costs": ("cPanel costs $20", "cpanel", "happened"),
        "prices": ("New .guru domain prices", "guru", "happened"),
        "pricing": ("Amazon S3 pricing", "amazon-s3", "happened"),
    },
    "outage": {
        "downtime": ("Amazon S3 downtime", "amazon-s3", "happened"),
        "crashes": ("Amazon S3 crashes", "amazon-s3", "happened"),
    },
    "security": {
        "an attack": ("Web.com attacked", "web-com", "happened"),
        "malware": ("Malware for nginx 1.4", "nginx-1-4", "happened"),
    },
    "legal": {
        "a directive": ("Directive on Microsoft", "microsoft", "happened"),
        "regulatory": ("Regulatory trouble: Microsoft", "microsoft", "happened"),
        "a settlement": ("Microsoft settlement", "microsoft", "happened"),
    },
    "meeting": {
        "a name in one word": ("MailWorld Conf: Microsoft at MailWorld", "microsoft", "happened"),
        "a name of two words": ("Harbour Days: Microsoft in Ghent", "microsoft", "happened"),
    },
}

# -- what sounds like it: in the first sentence of a post, where the least is asked for

NEAR_MISSES: dict[EventType, dict[str, str]] = {
    "release": {
        "a habit": "nginx 1.6 ships logs to any storage.",
        "nobody's choice yet": "Should Oracle decide to ship MySQL 5.7, we will look at it.",
        "a question": "When will MySQL 5.7 be released?",
        "an anniversary": "We celebrate the tenth anniversary of the launch of AlmaLinux.",
        "packages": "The packages of AlmaLinux are available from a mirror.",
        "packages with a name": "ISO images with AlmaLinux 8 are available.",
        "recordings": "The slides on MySQL 5.7 are now available.",
        "viewing": "The talk on MySQL 5.7 is available for viewing.",
        "exclusively": "WHMCS is available exclusively by yearly licence.",
        "where to read it": "The text on AlmaLinux is available on our website.",
        "here": "A word about MySQL 5.7 is available here.",
        "only": "cPanel is available only for servers.",
        "since": "Since MySQL 5.7 was released, our queries have been faster.",
        "when it was": "When PHP 5.4 was released, nobody cheered.",
        "long ago": "The launch of Amazon S3 was about eight years ago.",
        "counted from": "Two weeks after RHEL 7 was released, it was quiet.",
        "a report": "Red Hat released its yearly report on Linux.",
        "a beta": "Oracle released a beta of MySQL 5.7.",
        "not yet": "MySQL 5.7 has not yet been released.",
        "almost": "MySQL 5.7 has all but shipped.",
        "a previous one": "With its previous release nginx became faster.",
        "an ended sale": "Oracle plans the end of general availability of MySQL 5.0.",
        "talk of it": "They discussed the launch of RHEL 7.",
        "might have": "Oracle could have launched MySQL 5.7 on Monday.",
        "of machines": "The launch of a virtual machine takes ESXi a minute.",
    },
    "preview": {
        "an invitation": "Try the beta of MySQL 5.7.",
        "users": "We test the beta of MySQL 5.7 on a laptop.",
        "an upgrade": "Upgrading from the release candidate of PHP 5.6 is easy.",
        "a mode": "The preview mode of WHMCS shows an invoice.",
        "a channel": "The preview channel of Windows Server is for the brave.",
        "a condition": "If there is a beta of MySQL 5.8, tell us.",
        "a question": "Is there a beta of MySQL 5.8?",
    },
    "update": {
        "an instruction": "Patch your nginx 1.4 servers.",
        "a roll into": "WHMCS rolls up into one invoice what a customer owes.",
        "a condition": "If Oracle publishes a patch for MySQL 5.6, we will say so.",
        "none": "There is no hotfix for cPanel 11.42.",
        "a question": "Has nginx been patched?",
    },
    "end_of_support": {
        "counted from it": "Three years after support for PHP 5.2 ended, some still run it.",
        "old versions": "Do not run end-of-life versions of PHP.",
        "supported by one": "No longer sold separately, the mail part of cPanel is in the box.",
        "a condition": "If Oracle discontinues MySQL, many will move.",
        "adjective": "This unsupported feature of nginx 1.6 is for the brave.",
        "a question": "When does support for PHP 5.3 end?",
        "talk of it": "ICANN debated the retirement of .zip.",
        "an instruction": "Retire the PHP 5.3 machines now.",
        "almost": "PHP 5.2 is all but retired in our house.",
    },
    "approval": {
        "who is accredited": "Find an accredited registrar for .guru domains.",
        "a task": "In Exchange Server 2013 a calendar can be delegated to an assistant.",
        "an instruction": "Approve the .guru order in WHMCS.",
        "a condition": "If ICANN approves .guru, we will be glad.",
        "not": "ICANN has not approved .guru.",
        "a question": "Will ICANN approve .guru?",
    },
    "acquisition": {
        "background": "When Oracle bought Ferrowire GmbH, nobody noticed.",
        "since": "Since Oracle bought Ferrowire GmbH, its mail is slow.",
        "costs": "The acquisition costs of Tucows are low.",
        "the day it closes": "The merger with Tucows is expected to close in May, says VMware.",
        "shares": "The founder of Tucows sold its shares.",
        "a judge of it": "The ministry cleared its acquisition of Web.com by Tucows.",
        "a condition": "If Tucows buys Web.com, prices will stay.",
        "a question": "Will Tucows buy Web.com?",
    },
    "partnership": {
        "to buy": "Tucows signed an agreement to buy Web.com.",
        "a person": "Join Sarah Heil of Red Hat on stage.",
        "a condition": "If Red Hat partners with VMware, we will wait.",
        "a question": "Does Red Hat partner with VMware?",
    },
    "pricing": {
        "of nothing": "AlmaLinux can be had for free.",
        "percent": "The load of MySQL 5.6 rose by 4 percent.",
        "unchanged": "The prices of cPanel remain the same.",
        "cheaper to run": "nginx is cheaper to run.",
        "a condition": "If Amazon cuts the price of S3, we will move.",
        "a question": "Will Amazon cut its prices?",
        "not": "Amazon does not change its prices.",
    },
    "outage": {
        "a condition": "If Amazon has an outage, mail waits.",
        "the risk": "A second site reduces the risk of an outage at Tucows.",
        "prevented": "nginx 1.6 helps to avoid an outage.",
        "none": "Tucows had no outage.",
        "without": "Tucows moved without any downtime and without an outage.",
        "a question": "Was Amazon down?",
        "a fall": "Tucows shares were down to a dollar.",
    },
    "security": {
        "left open": "There will be no fixes for PHP 5.2, not even for vulnerabilities.",
        "tinkering": "We hacked together a PHP page.",
        "a fear": "They spoke about the breach of Tucows.",
        "a condition": "If WHMCS were hacked, we would know.",
        "a question": "Is nginx vulnerable to a buffer overflow?",
        "none": "nginx had no vulnerability.",
    },
    "legal": {
        "a suite": "The suite of Parallels is large.",
        "the courtyard": "The courtyard of Tucows is green.",
        "a condition": "If Oracle sues, Tucows will answer.",
        "a question": "Will Oracle sue?",
        "a threat": "The threat of a lawsuit does not frighten Tucows.",
    },
    "funding": {
        "a question raised": "Tucows raises two questions.",
        "a condition": "If Tucows raises $4 million, it will grow.",
        "a question": "Will Donuts Inc. go public?",
        "no company": "The town collected 3 million euros for PHP courses.",
        "a share": "Red Hat shares its notes with all.",
    },
    "appointment": {
        "named": "The tool named nginx is small.",
        "a doctor": "Tucows shows its museum by appointment.",
        "a condition": "If Tucows appoints a CEO, we will say so.",
        "a question": "Who will succeed him as CEO of Tucows?",
        "a way to go": "The departure of the bus to the Tucows office is at nine.",
        "an instruction": "Appoint an administrator of the Exchange Server 2013 mailbox.",
    },
    "opening": {
        "hours": "Tucows tells its opening hours.",
        "a port": "Open the port on the nginx machine.",
        "a file": "Exchange Server opens the file in no time.",
        "a condition": "If Oracle opens a data center in Cork, we will visit it.",
        "a question": "Will Oracle open a data center?",
    },
    "meeting": {
        "a recording": "The Red Hat webcast is now available on demand.",
        "watch it": "Watch the webcast of Microsoft.",
        "last year's": "Photos of last year’s webcast by Microsoft are below.",
        "a condition": "If Red Hat holds a conference, we will go.",
        "a question": "Will Red Hat hold its annual conference?",
        "a series": "Microsoft ends its series of webcasts.",
    },
    "rename": {
        "always so": "The name of the tool is nginx.",
        "an instruction": "Rename the MySQL table.",
        "one can": "You can rename the account in WHMCS.",
        "a condition": "If Parallels changes its name, tell us.",
        "a question": "Why was Forefront TMG renamed?",
        "a renamed thing": "This renamed file confuses nginx.",
    },
}

SAID_CASES = [(kind, case) for kind, cases in SAID.items() for case in cases]
TITLED_CASES = [(kind, case) for kind, cases in TITLED.items() for case in cases]
NEAR_CASES = [(kind, case) for kind, cases in NEAR_MISSES.items() for case in cases]


def only_event(found: list[EventMention], subject: str) -> EventMention:
    (event,) = (event for event in found if subject in event.subjects)
    return event


@pytest.mark.parametrize(("kind", "case"), SAID_CASES)
def test_a_sentence_says_it(tagger: Tagger, kind: EventType, case: str) -> None:
    text, subject, status = SAID[kind][case]
    assert only_event(events_of(tagger, kind, text), subject).status == status


@pytest.mark.parametrize(("kind", "case"), TITLED_CASES)
def test_a_title_says_it(tagger: Tagger, kind: EventType, case: str) -> None:
    title, subject, status = TITLED[kind][case]
    assert only_event(events_of(tagger, kind, "We look at it.", title), subject).status == status


@pytest.mark.parametrize(("kind", "case"), TITLED_CASES)
def test_weak_words_of_a_title_say_nothing_in_the_text(tagger: Tagger, kind: EventType, case: str) -> None:
    title, _, _ = TITLED[kind][case]
    assert events_of(tagger, kind, f"{title}.", "On our servers") == []


@pytest.mark.parametrize(
    ("kind", "pattern"), [(kind.type, pattern) for kind in KINDS for pattern in kind.sure], ids=lambda value: value[:60]
)
def test_every_sure_pattern_has_its_sentence(kind: EventType, pattern: str) -> None:
    assert any(re.search(pattern, text, re.IGNORECASE) for text, _, _ in SAID[kind].values())


@pytest.mark.parametrize(
    ("kind", "pattern"), [(kind.type, pattern) for kind in KINDS for pattern in kind.weak], ids=lambda value: value[:60]
)
def test_every_weak_pattern_has_its_title(kind: EventType, pattern: str) -> None:
    assert any(re.search(pattern, title, re.IGNORECASE) for title, _, _ in TITLED[kind].values())


@pytest.mark.parametrize(("kind", "case"), NEAR_CASES)
def test_a_near_miss_says_nothing(tagger: Tagger, kind: EventType, case: str) -> None:
    assert events_of(tagger, kind, NEAR_MISSES[kind][case]) == []


@pytest.mark.parametrize(("kind", "case"), NEAR_CASES)
def test_a_near_miss_speaks_of_somebody(tagger: Tagger, kind: EventType, case: str) -> None:
    """Without a name in it, a sentence would say nothing for another reason."""
    analysis = tagger.tag(PostText("", NEAR_MISSES[kind][case], DAY))
    assert analysis.products or analysis.organizations or analysis.tlds


@pytest.mark.parametrize("kind", SAID)
def test_every_kind_has_near_misses_enough(kind: EventType) -> None:
    assert len(NEAR_MISSES[kind]) >= 3
