"""Redirects to where a crawler has no business, by every way of writing it; circles; names that change their mind."""

from __future__ import annotations

from tests.ingest.factories import items, rss
from tests.ingest.hostile.farm import Case, Place
from tests.servers import FEED_TYPE, Answer, Asked, redirect

INSIDE = r"(is|,) an? [\w -]+ address; HOSTWIRE_FETCH_ALLOW="
# hosts that mean this machine, or another one inside; the canary listens at all that are this one
INSIDE_HOSTS = {
    "loopback": "127.0.0.1",
    "loopback by name": "localhost",
    "loopback by a name with a dot": "localhost.",
    "another loopback": "127.8.9.10",
    "loopback in decimal": "2130706433",
    "loopback in hexadecimal": "0x7f000001",
    "loopback in hexadecimal parts": "0x7f.0.0.1",
    "loopback in octal": "017700000001",
    "loopback in octal parts": "0177.0.0.01",
    "loopback shortened": "127.1",
    "loopback in full-width digits": "１２７.０.０.１",
    "loopback with ideographic dots": "127。0。0。1",
    "loopback percent-encoded": "%31%32%37.0.0.1",
    "nothing": "0.0.0.0",
    "nothing shortened": "0",
    "IPv6 loopback": "[::1]",
    "IPv6 loopback in full": "[0000:0000:0000:0000:0000:0000:0000:0001]",
    "IPv6 unspecified": "[::]",
    "IPv4-mapped loopback": "[::ffff:127.0.0.1]",
    "IPv4-mapped loopback in hexadecimal": "[::ffff:7f00:1]",
    "IPv4-mapped private": "[::ffff:10.0.0.1]",
    "IPv4-compatible loopback": "[::127.0.0.1]",
    "NAT64 loopback": "[64:ff9b::7f00:1]",
    "NAT64 private": "[64:ff9b::10.0.0.1]",
    "local NAT64": "[64:ff9b:1::7f00:1]",
    "6to4 loopback": "[2002:7f00:1::1]",
    "Teredo": "[2001:0:7f00:1::1]",
    "class A private": "10.1.2.3",
    "class B private": "172.16.5.4",
    "class C private": "192.168.1.1",
    "carrier's own": "100.64.1.1",
    "cloud metadata": "169.254.169.254",
    "cloud metadata over IPv6": "[fd00:ec2::254]",
    "IPv6 link-local": "[fe80::1]",
    "IPv6 site-local": "[fec0::1]",
    "IPv6 private": "[fc00::1]",
    "IPv6 multicast": "[ff02::1]",
    "multicast": "224.0.0.251",
    "broadcast": "255.255.255.255",
    "benchmarking": "198.18.0.1",
    "documentation": "192.0.2.1",
    "reserved": "240.0.0.1",
}
NO_ADDRESS = r"redirected to "
OTHER_TARGETS = {
    "file": "file:///etc/passwd",
    "file in capitals": "FILE:///etc/passwd",
    "data": "data:text/xml,<rss/>",
    "javascript": "javascript:alert(1)",
    "ftp": "ftp://127.0.0.1/feed",
    "gopher": "gopher://127.0.0.1:25/xHELO",
    "dict": "dict://127.0.0.1:11211/stats",
    "ldap": "ldap://127.0.0.1/",
    "unix socket": "unix:///var/run/docker.sock",
    "view-source": "view-source:http://127.0.0.1/",
    "a user name": "http://user:password@example.org/",
    "a user name that looks like a host": "http://example.org@127.0.0.1/",
    "a broken bracket": "http://[::1",
    "a port beyond all ports": "http://127.0.0.1:99999/",
    "a port of zero": "http://127.0.0.1:0/",
    "a port in words": "http://127.0.0.1:ssh/",
    "no host": "http:///feed",
    "nine thousand characters": "/" + "x" * 9000,
}
PORTS = {"SSH": 22, "SMTP": 25, "PostgreSQL": 5432, "Redis": 6379, "Docker": 2375, "memcached": 11211}


def redirect_cases(place: Place) -> list[Case]:
    return [
        *(
            Case(
                f"redirect to {name}",
                {"/feed": _to(f"http://{host}:{place.canary}/")},
                error=f"{INSIDE}|no address that can be read|no such host",
            )
            for name, host in INSIDE_HOSTS.items()
        ),
        *(
            Case(f"redirect to {name}", {"/feed": _to(target)}, error=NO_ADDRESS)
            for name, target in OTHER_TARGETS.items()
        ),
        *(
            Case(f"redirect to the port of {name}", {"/feed": _to(f"http://127.0.0.1:{port}/")}, error=INSIDE)
            for name, port in PORTS.items()
        ),
        *_ways(place),
        *_names(place),
    ]


def _to(target: str, status: int = 302) -> Answer:
    """The bytes of a bare UTF-8 address, as servers send them."""
    return redirect(target.encode().decode("latin-1"), status)


def _ways(place: Place) -> list[Case]:
    inside = f"http://127.0.0.1:{place.canary}/"
    row = {f"/{n}": redirect(f"{n + 1}") for n in range(1, 12)}
    return [
        Case("redirect to itself", {"/feed": redirect("feed")}, error="circle"),
        Case("redirects in a circle of two", {"/feed": redirect("b"), "/b": redirect("feed")}, error="circle"),
        Case("redirects to ever new addresses", {"/feed": redirect("1"), **row}, error=r"more than 8 redirects"),
        Case(
            "nine redirects",
            {"/feed": redirect("1"), **{f"/{n}": redirect(f"{n + 1}") for n in range(1, 9)}},
            error=r"more than 8 redirects \(max_redirects\)",
        ),
        Case("redirects that set a cookie each time", {"/feed": _baker}, error=r"more than 8 redirects"),
        Case("redirect without an address", {"/feed": Answer(status=302)}, error="without saying where"),
        Case("redirect with an empty address", {"/feed": redirect("")}, error="circle|without"),
        Case(
            "redirect through a good hop to the inside", {"/feed": redirect("b"), "/b": redirect(inside)}, error=INSIDE
        ),
        Case("permanent redirect to the inside", {"/feed": redirect(inside, 301)}, error=INSIDE),
        Case("redirect to the inside that keeps the method", {"/feed": redirect(inside, 308)}, error=INSIDE),
        Case(
            "redirect to the inside without a scheme", {"/feed": redirect(f"//127.0.0.1:{place.canary}/")}, error=INSIDE
        ),
        Case(
            "redirect to the inside over TLS", {"/feed": redirect(f"https://127.0.0.1:{place.canary}/")}, error=INSIDE
        ),
        Case(
            "redirect with a backslash",
            {"/feed": redirect(f"http://127.0.0.1:{place.port}\\@127.0.0.1:{place.canary}/")},
            error=".",
        ),
        Case("redirect with a line break", {"/feed": redirect(f"http://127.0.0.1:{place.canary}/\tx")}, error="."),
        Case("300 with choices", {"/feed": Answer(status=300, headers={"Location": inside})}, error="HTTP 300"),
        Case(
            "refresh header to the inside",
            {
                "/feed": Answer(
                    rss(items([910_001])),
                    content_type=FEED_TYPE,
                    headers={"Refresh": f"0; url={inside}", "Link": f"<{inside}>; rel=hub", "Content-Location": inside},
                )
            },
            new=1,
        ),
        Case("source inside", {"/feed": Answer()}, error=INSIDE, host="127.0.0.2"),
    ]


def _names(place: Place) -> list[Case]:
    """Names whose look-ups the test's resolver answers: in turn, then the last one again."""
    feed = Answer(rss(items([920_001])), content_type=FEED_TYPE)

    def named(name: str, host: str, answers: list[list[str]], route: Answer, error: str | None = INSIDE) -> Case:
        new = None if error else 1
        return Case(name, {"/feed": route}, error=error, new=new, host=host, names={host: answers})

    home = ["127.0.0.1"]
    return [
        named(
            "name that leads inside", "inside.example", [["10.0.0.7"]], feed, error="10.0.0.7 port|is 10.0.0.7|within"
        ),
        named(
            "name that moves inside between two hops",
            "rebound.example",
            [home, home],
            _to(f"http://rebound.example:{place.canary}/"),
        ),
        named(
            "name that moves inside for a new connection",
            "later.example",
            [home, ["169.254.169.254"]],
            _to(f"http://later.example:{place.canary}/"),
        ),
        named("name without an address", "empty.example", [[]], feed, error="no such host"),
        named(
            "name with inside addresses before a good one", "mixed.example", [["::1", "127.0.0.1"]], feed, error=None
        ),
    ]


def _baker(asked: Asked) -> Answer:
    number = int(asked.headers.get("cookie", "n=0").rpartition("=")[2]) + 1
    return redirect("feed", 302, **{"Set-Cookie": f"n={number}"})
