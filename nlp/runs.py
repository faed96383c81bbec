"""Capitalised runs: the stretches of a text that may be names, and the parts that are surely none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

_WORD = r"(?:[A-Z0-9][\w&'+#-]*|[a-z]{1,3}[A-Z][\w-]*)(?:\.(?:com|net|org|io|info|biz))?"
_LINK = r"(?: (?:of|for|and|the|&|de|la|on) | & | \+ | |-)"
_RUN = re.compile(
    rf"(?<![\w.@/$€£#])(?:[A-Z][\w&'+#-]*|[a-z]{{1,6}}[A-Z][\w-]*)(?:\.(?:com|net|org|io|info|biz)\b)?(?:{_LINK}{_WORD})*"
)


@dataclass(frozen=True, slots=True)
class Run:
    """Words with capitals at [start, end); `opens` says that a sentence begins with it."""

    start: int
    end: int
    text: str
    opens: bool


# Words that begin sentences, name times and places in documents, or people's parts in a company: never a name alone.
COMMON = frozenset(
    """
    a about above according across additional adding after again against all almost along already also although always
    am among an and another any anyone anything anyway are around as ask at available back based basically be because
    become been before behind being below besides best between beyond big both bottom business but by call can check
    click come coming compare comparing congratulations consider consistent contact contrary could current currently
    customers daily dear depending despite details did do does doing don't done down download due during each earlier
    early easy effective either else end english enjoy enterprise even eventually ever every everyone everything
    example excellent existing explore few figure finally find first following for former fortunately free from
    full further furthermore general get getting given go going good great had half happy has have having he hello her
    here hey hi his home how however i i'd i'll i'm i've if immediately important improved in including indeed industry
    information initially inside instead introducing introduction is isn't issue it it's its join just keep know last
    lastly later latest lead learn learning less let let's like likewise line lines links list little live long look looking
    lots made mail main major make making many may maybe me meanwhile meet might migrating more moreover most much my native
    near nearly need needless neither never nevertheless new news next no nobody none nor not note nothing now obviously of off often ok
    okay on once one only open or order organisations organizations originally other others otherwise our out over overall
    overview own part people perhaps plan please plus possible post prepared previous previously prior probably problem
    protecting provide question questions quick quite rather read ready real really recent recently regarding register related release
    released releases remember request requirements reserved resources right rounding running said same save says second section see
    seeing select several she should similarly simple simply since small so some someone something sometimes soon special
    specifically start started starting stay step still subscribe such sunrise support sure take team tell than thank
    thanks that that's the their them then there there's therefore these they they're third this those though
    through throughout thus tip to today together tomorrow tonight too top toward try turn two typically under
    unfortunately unlike until up update updated updates updating upgrade upgrading upon us use used users using various
    version very via view want warning was watch way we we'd we'll we're we've webcast welcome well were what what's when where
    whether which while who whoever whole why will wish with within without would written yes yesterday yet you you'd you'll
    you're you've your yours
    monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september
    october november december jan feb mar apr jun jul aug sep sept oct nov dec spring summer autumn fall winter
    president ceo cto cfo coo cio ciso vp svp evp chairman chairwoman chair director manager engineer founder cofounder
    co-founder senior chief officer head vice principal architect executive lead leader administrator mr mrs ms dr sir
    """.split()
)
# Letters that stand for standards, protocols, formats, measures and roles, not for companies or products.
TECHNICAL = frozenset(
    """
    ACL ACME AES AI AM AMA API APIs APNG ARM ARM64 ASCII ATA AVX BGP BIOS BMC BSD CA CAA CAPEX CAS CAs CCTLD CDN CDNs CIDR CIFS CLI CMS CNAME CORS
    CPU CPUs CRL CRM CRS CSR CSS CSV CT CVE CVEs CVSS DAG DANE DDNS DDOS DDoS DHCP DIY DKIM DMARC DMZ DNS DNSSEC DOI DOS DRM DSL DV
    EAP ECC ECDSA EOL EOS ERP EST EV EULA FAQ FAQs FIPS FTP FTPS FUD GA GB GDPR GMT GPG GPL GPLv2 GPLv3 GPU GPUs GTLD GUI HA HDD HIPAA HMAC HSM HSMs HSTS HTML HTTP HTTP/2
    HTTP/3 HTTPS IaaS ID IDE IDN IDNs IDS IMAP IP IPO IPs IPS IPv4 IPv6 ISO ISOs ISP ISPs IT JSON JWT KB KVM LAN LDAP LLM LLMs LTO
    LTS LUN LVM MAC MAPI MB MFA MIME MIT ML MSP MSPs MTA MTU MX NAS NAT NFS NIC NTLM NTP NVMe OAuth OCSP OEM OID OPEX OS OSes OSS OTP PaaS
    PB PC PCI PCI-DSS PCs PCIe PDF PDT PEM PGP PHI PII PIN PKI PM POP POP3 PR PSA PST Q1 Q2 Q3 Q4 QA QUIC RAID RAM RBAC RDP REST RFC RFP RHEL ROI RPC RPM RPMs
    RPKI RSA RSS RTM S3 SaaS SAN SANs SAS SASL SATA SCP SCR SCSI SDK SDN SEO SFTP SHA SHA-1 SHA-256 SIP SLA SLAs SMB SMBs SMS SMTP SNI SNMP SOAP SOC SOC2 SOHO SP1 SP2
    SPF SPAM SQL SSD SSDs SSH SSL SSO STARTTLS SVN TB TCO TCP TLD TLDs TLS TOS TPM TTL UAC UDP UDRP UEFI UI UPS URI URL URLs USB UTC UTF UTF-8 UUID UX VIP
    VLAN VM VMs VNC VOIP VoIP VPC VPN VPNs VPS VPSes VSS WAF WAN WCAG WHOIS Whois WMI WWW WYSIWYG XML XSS ZIP ccTLD ccTLDs gTLD gTLDs sTLD Internet Web English
    """.split()
)


def capitalised_runs(text: str) -> Iterator[Run]:
    """Maximal runs of capitalised words, with a lone "of", "for", "and" inside. Sentence openers stay in."""
    for match in _RUN.finditer(text):
        start, end = match.span()
        while end > start and not (text[end - 1].isalnum() or text[end - 1] in "+#"):
            end -= 1
        if end - start >= 5 and text[end - 2 : end] == "'s":
            end -= 2
        if end > start:
            yield Run(start, end, text[start:end], _opens_sentence(text, start))


def _opens_sentence(text: str, start: int) -> bool:
    before = text[max(0, start - 4) : start].rstrip(" \"'(")
    return not before or before[-1] in ".!?:\n•*-–—>" or "\n" in text[max(0, start - 2) : start]


def strip_common(run: Run, text: str) -> Run | None:
    """The run without ordinary words at its ends; None when nothing of it is left."""
    words = [(match.start() + run.start, match.end() + run.start) for match in re.finditer(r"\S+", run.text)]
    while words and _is_common(text[slice(*words[0])]):
        words.pop(0)
    while words and _is_common(text[slice(*words[-1])]):
        words.pop()
    if not words:
        return None
    start, end = words[0][0], words[-1][1]
    return Run(start, end, text[start:end], run.opens and start == run.start)


def _is_common(word: str) -> bool:
    return word.casefold() in COMMON or word.isdigit()
