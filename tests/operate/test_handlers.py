"""Every request has somebody who carries it out."""

from carteiro.hosting import requests
from carteiro.operate.answers import ANSWERS
from carteiro.operate.handlers import HANDLERS


def test_every_kind_of_request_is_carried_out_by_one_handler() -> None:
    handled = [*HANDLERS, *ANSWERS]
    assert len(handled) == len(set(handled))
    assert set(handled) == set(requests.KINDS.values())
