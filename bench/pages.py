"""How quick the panel's pages are with very many accounts: `python -m bench.pages`, in a directory of its own.

Django's test client asks the whole site (middleware, use cases, database, templates) in one process, so that what is
measured is the server's own time for a page: on the clock, and in processor time, which is what is held against the
limit, since other work on the machine makes the clock run ahead. The limits: p95 of 100 ms, 12 queries a page, 15 kB
compressed once the static files are in the browser's cache.
"""

import argparse
import gzip
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from django.core.management import call_command

from carteiro.settings.layout import Layout
from carteiro.settings.schema import Settings
from carteiro.web.site import settings as site

P95_MS, QUERIES, COMPRESSED = 100.0, 12, 15_000
QUESTION = "what would happen"
_CHUNK = 2000
_RANDOM = random.Random(3)


@dataclass(frozen=True)
class Size:
    """How much there is."""

    domains: int
    mailboxes: int
    rounds: int


@dataclass(frozen=True)
class Figure:
    """What one kind of page took."""

    name: str
    milliseconds: Sequence[float]  # on the clock
    processor: Sequence[float]  # of processor time, which others on the machine do not change
    queries: int
    compressed: int

    @property
    def good(self) -> bool:
        # A question walks as far as the mail would: its queries grow with the way, not with the accounts.
        few = self.queries <= QUERIES or self.name == QUESTION
        return _p95(self.processor) <= P95_MS and few and self.compressed <= COMPRESSED

    def __str__(self) -> str:
        middle = statistics.median(self.milliseconds)
        times = f"{middle:10.1f}{_p95(self.milliseconds):10.1f}{_p95(self.processor):10.1f}"
        told = f"{self.name:28}{times}{self.queries:9}{self.compressed:9}"
        return told if self.good else f"{told}  over the limit"


def _p95(values: Sequence[float]) -> float:
    return statistics.quantiles(values, n=20, method="inclusive")[18]


def main() -> None:
    """Fill a database, ask for the pages, print a line for each; exit status 1 where a limit is passed."""
    size = _options()
    with tempfile.TemporaryDirectory(prefix="carteiro-pages-") as directory:
        layout = Layout.below(Path(directory))
        site.prepare(layout, Settings(hostname="mx.example.org"), "only for this measurement")
        call_command("collectstatic", interactive=False, verbosity=0)
        _fill(layout, size)
        figures = list(_measure(size))
    sys.stdout.write(f"{'page':28}{'median ms':>10}{'p95':>10}{'p95 cpu':>10}{'queries':>9}{'gzip B':>9}\n")
    sys.stdout.writelines(f"{figure}\n" for figure in figures)
    sys.exit(0 if all(figure.good for figure in figures) else 1)


def _options() -> Size:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--domains", type=int, default=10_000)
    parser.add_argument("--mailboxes", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=40, help="how often each page is asked for")
    return Size(**vars(parser.parse_args()))


def _fill(layout: Layout, size: Size) -> None:
    """Rows as the use cases would make them, but for the change records, which no page here reads."""
    from django.db import transaction
    from django.utils import timezone

    from carteiro.hosting import admins, domains
    from carteiro.hosting.access import Actor
    from carteiro.hosting.database import configure
    from carteiro.hosting.models import Alias, AliasTarget, Domain, Login, Mailbox, Usage
    from carteiro.mail.password import hash_password

    configure.setup(layout)
    configure.migrate()
    root = Actor.root(origin="bench")
    domains.add(root, "first.example", quota=10**12)
    stored, now = hash_password("tram-gravel-onion-42"), timezone.now()
    admins.add(root, "root@host.example", stored, superadmin=True)
    admins.add(root, "one@host.example", stored, domains=["first.example"])
    with transaction.atomic():
        names = (
            Domain(name=f"d{n}.example", tags=[f"t{n % 9}"], description=f"Customer {n}", quota=10**11)
            for n in range(size.domains - 1)
        )
        _store(names)
        held = list(Domain.objects.order_by("pk"))
        # A twentieth of all is in one domain, the others have about ten each.
        places = (held[0 if n % 20 == 0 else n % len(held)] for n in range(size.mailboxes))
        boxes = (
            Mailbox(address=f"user{n}@{domain.name}", domain=domain, name=f"Person {n}", password=stored, quota=10**9)
            for n, domain in enumerate(places)
        )
        _store(boxes)
        mailboxes = list(Mailbox.objects.order_by("pk"))
        _store(Usage(mailbox=box, size=_RANDOM.randrange(10**9), messages=9, at=now) for box in mailboxes)
        _store(Login(mailbox=box, protocol="imap", network="192.0.2.1", at=now) for box in mailboxes)
        _store(
            Alias(address=f"alias{n}@{held[n % len(held)].name}", domain=held[n % len(held)])
            for n in range(size.mailboxes // 5)
        )
        _store(Alias(address=box.address, domain=box.domain) for box in mailboxes[:: len(mailboxes) // 1000 or 1])
        aliases = list(Alias.objects.order_by("pk"))
        _store(
            AliasTarget(alias=alias, address=mailboxes[n * 7 % len(mailboxes)].address, position=0)
            for n, alias in enumerate(aliases)
        )


def _store(rows: Iterator[object]) -> None:
    while chunk := list(islice(rows, _CHUNK)):
        type(chunk[0])._default_manager.bulk_create(chunk, batch_size=500)  # type: ignore[attr-defined]


def _measure(size: Size) -> Iterator[Figure]:
    from django.test import Client

    from carteiro.hosting.people import persons

    client = Client(headers={"X-Forwarded-For": "192.0.2.7", "X-Forwarded-Proto": "https"})
    person = persons.find("root@host.example")
    assert person is not None
    client.force_login(person, backend="carteiro.web.people.backend.AddressBackend")
    for name, paths in _pages(size):
        yield _figure(client, name, paths, size.rounds)


def _figure(client: "object", name: str, paths: Sequence[str], rounds: int) -> Figure:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    spent: list[tuple[float, float]] = []
    most = largest = 0
    for number in range(rounds + 2):
        path = paths[number % len(paths)]
        with CaptureQueriesContext(connection) as queries:
            begin = time.perf_counter(), time.process_time()
            answer = client.get(path)  # type: ignore[attr-defined]
            took = (time.perf_counter() - begin[0]) * 1000, (time.process_time() - begin[1]) * 1000
        assert answer.status_code == 200, (path, answer.status_code)
        most, largest = max(most, len(queries)), max(largest, len(gzip.compress(answer.content)))
        # The first ones compile templates.
        if number >= 2:
            spent.append(took)
    return Figure(name, [wall for wall, _ in spent], [own for _, own in spent], most, largest)


def _pages(size: Size) -> Iterator[tuple[str, list[str]]]:
    from carteiro.hosting.models import Domain, Mailbox

    boxes = list(Mailbox.objects.order_by("pk").values_list("pk", "address")[:: size.mailboxes // 50 or 1])
    deep = Mailbox.objects.order_by("-address").values_list("pk", flat=True)[100]
    domain = Domain.objects.order_by("-name").values_list("pk", flat=True)[100]
    yield "domains", ["/domains/"]
    yield "domains, last page", [f"/domains/?after={domain}"]
    yield "domains, search", ["/domains/?q=77", "/domains/?q=customer+99", "/domains/?q=zzzz"]
    yield "domains, tag", ["/domains/?tag=t3"]
    yield "domains, by change", ["/domains/?sort=-changed"]
    yield "a domain", ["/domains/first.example/", "/domains/d7.example/"]
    yield "a domain's settings", ["/domains/first.example/edit/"]
    yield "a domain's mailboxes", ["/domains/first.example/mailboxes/", "/domains/d7.example/mailboxes/"]
    yield "mailboxes", ["/mailboxes/"]
    yield "mailboxes, last page", [f"/mailboxes/?after={deep}"]
    yield "mailboxes, search", ["/mailboxes/?q=777", "/mailboxes/?q=Person+99999", "/mailboxes/?q=zzzz"]
    yield "mailboxes, by storage", ["/mailboxes/?sort=-used"]
    yield "mailboxes, by change", ["/mailboxes/?sort=-changed"]
    yield "mailboxes that forward", ["/mailboxes/?state=forwarding"]
    yield "a mailbox", [f"/mailboxes/{address}/" for _, address in boxes]
    yield "a mailbox's settings", [f"/mailboxes/{address}/edit/" for _, address in boxes]
    yield "aliases", ["/aliases/"]
    yield "aliases, search", ["/aliases/?q=777", "/aliases/?q=user99999", "/aliases/?q=zzzz"]
    yield "a domain's aliases", ["/domains/first.example/aliases/"]
    yield QUESTION, [f"/route/?address=alias{number}@d{number - 1}.example" for number in range(1, 40)]


if __name__ == "__main__":
    main()
