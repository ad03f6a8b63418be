"""A page answers when what it did is live, and says so where it is not yet."""

import getpass
import time

from django.test import Client

from carteiro.host.bell import Bell
from carteiro.hosting.models import Domain
from carteiro.settings.layout import Layout
from tests.web.conftest import Browser, World

NOT_YET = "do not follow it yet"


def add_domain(client: Client, name: str) -> str:
    sent = {"name": name, "own_aliases": "0"}
    answer = client.post("/domains/add/", sent, follow=True)
    assert Domain.objects.filter(name=name).exists()
    return answer.content.decode()


def test_who_changes_something_waits_for_the_directory(browser: Browser, world: World, layout: Layout) -> None:
    client = browser(world.superadmin)
    rung: list[bool] = []

    def work() -> None:
        time.sleep(0.2)
        rung.append(True)

    layout.run.mkdir()
    with Bell(layout.projector_socket, work, getpass.getuser()).hung():
        assert NOT_YET not in add_domain(client, "new.example")
        assert rung == [True]
        client.get("/domains/")
        assert rung == [True]


def test_where_the_directory_does_not_follow_the_page_says_so(browser: Browser, world: World, layout: Layout) -> None:
    assert NOT_YET in add_domain(browser(world.superadmin), "new.example")
