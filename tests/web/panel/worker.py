"""A worker that answers questions as a test says, behind the socket that the site rings at."""

import getpass
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connections

from carteiro.host.bell import Bell
from carteiro.hosting import requests
from carteiro.jobs import queue
from carteiro.jobs.models import Request
from carteiro.settings.layout import Layout
from carteiro.words import Fault, packed

Answers = Callable[[requests.TypedRequest], Any]


@contextmanager
def answering(layout: Layout, answers: Answers) -> Iterator[list[requests.TypedRequest]]:
    """Gives what was asked, as it comes in; a Fault that `answers` raises is the answer."""
    asked: list[requests.TypedRequest] = []

    def carry_out(row: Request) -> object:
        asked.append(requests.parse(row))
        try:
            return {"answer": answers(asked[-1])}
        except Fault as fault:
            return {"fault": packed(fault)}

    def work() -> None:
        try:
            queue.drain(carry_out)
        finally:
            connections.close_all()

    layout.run.mkdir(exist_ok=True)
    with Bell(layout.worker_socket, work, getpass.getuser()).hung():
        yield asked
