"""Makes the README's pictures of the panel, from a trial with sample data: `python -m tests.journeys.pictures`.

They land in docs/pictures; the trial runs below a directory of its own, on 127.0.43.2, and goes with it.
"""

import math
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, sync_playwright

from tests import conftest  # noqa: F401 - sets Django up
from tests.lab.instance import Instance, Person

from .browsing import Reader, chromium_for, reader

PLACE = Path(__file__).resolve().parents[2] / "docs" / "pictures"
ADDRESS = "127.0.43.2"
NAME = "mail.carteiro.test"
LARGEST_BYTES = 120 * 1024
ANA = Person("ana@padaria.example", "tram gravel onion 42")
DOMAINS = {
    "padaria.example": ("Padaria do Largo", ["customers", "south"], 40),
    "harbour.example": ("Harbour Authority", ["customers"], 120),
    "choir.example": ("Choir of the Old Town", ["clubs"], 25),
    "museum.example": ("Museum of Letters", ["clubs", "south"], 60),
    "postal.example": ("Postal History Society", ["clubs"], 15),
}
NAMES = ("ana", "bruno", "carla", "diogo", "elisa", "filipe", "gloria", "hugo", "iris", "joana")
DESK = {"viewport": {"width": 1200, "height": 760}}
TELEPHONE = {"viewport": {"width": 390, "height": 780}, "device_scale_factor": 1.5, "has_touch": True}
# Name of the picture → the page, and how it is looked at.
PICTURES: dict[str, tuple[str, dict[str, Any]]] = {
    "start": ("/", DESK),
    "start-dark": ("/", DESK | {"color_scheme": "dark"}),
    "domains": ("/domains/", DESK),
    "mailboxes": ("/domains/padaria.example/mailboxes/", DESK),
    "mailbox": (f"/mailboxes/{ANA.address}/", DESK),
    "route": ("/route/?address=team%40padaria.example", DESK),
    "vacation-telephone": ("/account/vacation/", TELEPHONE),
    "start-pt-BR": ("/", DESK | {"locale": "pt-BR"}),
}


@contextmanager
def trial() -> Iterator[Instance]:
    """A trial as `./up` makes it."""
    instance = Instance(ADDRESS, NAME, "127.0.0.1", web=True)
    instance.settings_file.unlink()
    try:
        done = instance.run("up", "--listen", ADDRESS, "--detach")
        assert done.returncode == 0, done.stdout + done.stderr
        yield instance
    finally:
        instance.destroy()


def furnish(instance: Instance) -> None:
    """Domains and people, and some days of their mail."""
    from carteiro.hosting import admins, aliases, domains, mailboxes
    from carteiro.hosting.owner import vacations
    from carteiro.mail.password import hash_password
    from carteiro.operate import accounts
    from carteiro.operate.instance import Instance as Opened
    from carteiro.settings.layout import Layout

    hashed = hash_password(ANA.password)
    with accounts.opened(Opened.open(Layout.below(instance.directory))) as actor:
        for domain, (description, tags, most) in DOMAINS.items():
            domains.add(
                actor,
                domain,
                description=description,
                tags=tags,
                max_mailboxes=most,
                max_aliases=most,
                quota=50 * 10**9,
            )
            for name in NAMES[: 4 + most % 7]:
                new = mailboxes.NewMailbox(f"{name}@{domain}", hashed, name=name.title(), quota=5 * 2**30)
                mailboxes.add(actor, new)
        aliases.add(
            actor, aliases.NewAlias("team@padaria.example", [ANA.address, "bruno@padaria.example"], "All of us")
        )
        mailboxes.set_(actor, "carla@padaria.example", forward_to=["carla@elsewhere.example"], keep_copy=True)
        mailboxes.set_(actor, "diogo@padaria.example", smtp=False)
        text = "I am away until Monday. Bruno (bruno@padaria.example) answers for me.\n\nAna"
        vacations.set_(actor, ANA.address, active=True, subject="Away until Monday", text=text)
        domains.set_(actor, "museum.example", paused=True)
        admins.add(actor, ANA.address, "", superadmin=True)
        wait_for_the_worker()
        numbers()


def wait_for_the_worker() -> None:
    """Until it has looked at the host once."""
    from carteiro.hosting.running import readings

    deadline = time.monotonic() + 60
    while readings.Name.SERVICES not in readings.last(readings.Name.SERVICES):
        assert time.monotonic() < deadline, "the worker has not looked at the services"
        time.sleep(1)


def numbers() -> None:
    """What the worker would have counted in eight days, and what the mailboxes hold."""
    from django.utils import timezone

    from carteiro.hosting.models import Login, Mailbox, Sample, Usage
    from carteiro.hosting.running.figures import HOUR, Series

    now = timezone.now()
    hour = now.replace(minute=0, second=0, microsecond=0)
    share = {Series.RECEIVED: 90, Series.DELIVERED: 110, Series.SENT: 45, Series.RELAYED: 30, Series.REJECTED: 18}
    share |= {Series.LOGIN_IMAP: 140, Series.LOGIN_POP3: 22}
    Sample.objects.all().delete()  # the worker has counted the trial's own first letters by now
    Sample.objects.bulk_create(
        Sample(series=series.value, hour=hour - HOUR * back, value=round(most * busy(hour - HOUR * back, back)))
        for series, most in share.items()
        for back in range(192)
    )
    for number, mailbox in enumerate(Mailbox.objects.filter(domain__name__in=DOMAINS).order_by("pk")):
        size = (number * 7919 % 43 + 4) * 10**8
        Usage.objects.update_or_create(mailbox=mailbox, defaults={"size": size, "messages": size // 60_000, "at": now})
        Login.objects.create(mailbox=mailbox, protocol="imap", network=f"192.0.2.{number + 10}", at=now - HOUR * number)
    day = hour.replace(hour=0)
    Sample.objects.bulk_create(
        Sample(series=Series.STORED.value, key=key, hour=day - timedelta(days=back), value=(30 - back // 2) * part)
        for key, part in {"": 4 * 10**9, "padaria.example": 10**9, "harbour.example": 2 * 10**9}.items()
        for back in range(30)
    )


def busy(at: Any, salt: int) -> float:
    """More by day than by night, and no two hours alike."""
    return max(0.04, math.sin((at.hour - 6) / 24 * 2 * math.pi) + 0.25 * math.sin(salt * 1.7)) * (
        0.3 if at.weekday() > 4 else 1
    )


def take(chromium: Browser, instance: Instance) -> None:
    """All pictures."""
    with reader(chromium, instance, **DESK) as window:
        window.go("/sign-in/")
        window.page.locator("#id_address").fill(ANA.address)
        keep(window, "sign-in")
        window.sign_in(ANA)
        cookies = window.context.storage_state()
    for name, (path, seen) in PICTURES.items():
        with reader(chromium, instance, storage_state=cookies, **seen) as window:
            assert window.go(path) == 200, path
            window.page.wait_for_load_state("networkidle")
            keep(window, name)


def keep(window: Reader, name: str) -> None:
    file = PLACE / f"{name}.png"
    window.page.screenshot(path=file)
    size = file.stat().st_size
    print(f"{file.name}: {size / 1000:.0f} kB")
    if size > LARGEST_BYTES:
        sys.exit(f"{file.name} is too large for a README")


def main() -> None:
    PLACE.mkdir(exist_ok=True)
    with trial() as instance:
        furnish(instance)
        with sync_playwright() as playwright, chromium_for(playwright, instance) as chromium:
            take(chromium, instance)


if __name__ == "__main__":
    main()
