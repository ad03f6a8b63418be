"""What follows from settings for services, checks and probes."""

from dataclasses import replace

import pytest

from carteiro.stack.tree import Check, Service, Stack
from tests.golden.cases import CASES, Case


def _changed(**settings: object) -> Stack:
    case = CASES["production"]
    return replace(case, settings={**case.settings, **settings}).build(12)


def _service(stack: Stack, name: str) -> Service:
    return next(service for service in stack.services if service.name == name)


def test_the_same_arguments_give_the_same_stack() -> None:
    case: Case = CASES["production"]
    assert case.build(13) == case.build(13)


def test_no_two_files_have_the_same_path() -> None:
    paths = [file.path for file in CASES["smarthost"].build(12).files]
    assert len(paths) == len(set(paths))


def test_services_start_in_the_order_of_their_dependence() -> None:
    names = [service.name for service in CASES["trial"].build(12).services]
    assert names == ["projector", "worker", "dovecot", "postfix", "web", "nginx"]


def test_another_size_limit_needs_no_restart() -> None:
    before, after = _changed(), _changed(mail={"message_size_limit": "20M"})
    assert before.files != after.files
    assert _service(before, "postfix").restart == _service(after, "postfix").restart


def test_another_address_to_listen_on_needs_a_restart() -> None:
    before, after = _changed(), _changed(listen={"addresses": ["192.0.2.1"]})
    for name in ("postfix", "dovecot", "nginx"):
        assert _service(before, name).restart != _service(after, name).restart


def test_a_service_that_is_off_is_not_probed() -> None:
    kinds = {probe.kind for probe in _changed(listen={"pop3": 0, "submission": 0}).probes}
    assert {"pop3", "submission"}.isdisjoint(kinds)
    assert {"pop3s", "submissions"} <= kinds


def test_the_panel_is_off_with_its_port_and_nginx_with_both() -> None:
    names = {service.name for service in _changed(listen={"https": 0}).services}
    assert "web" not in names
    assert "nginx" in names
    neither = _changed(listen={"https": 0, "http": 0})
    assert not {"web", "nginx"} & {service.name for service in neither.services}
    assert not [file.path for file in neither.files if file.path.startswith("nginx/")]


def test_the_panel_reads_changed_settings_anew() -> None:
    before, after = _changed(), _changed(mail={"bin_days": 7})
    assert _service(before, "web").restart != _service(after, "web").restart
    assert _service(before, "nginx") == _service(after, "nginx")


@pytest.mark.parametrize(("tls", "seconds"), [({}, 86400), ({"certificate": "/x.crt", "key": "/x.key"}, 63072000)])
def test_browsers_insist_on_a_public_certificate_for_years(tls: dict[str, str], seconds: int) -> None:
    (file,) = (file for file in _changed(tls=tls).files if file.path == "nginx/nginx.conf")
    assert file.content.count(f'Strict-Transport-Security "max-age={seconds}"'.encode()) == 3


def test_the_smarthosts_password_is_in_one_file_that_root_alone_may_read() -> None:
    holders = [file for file in CASES["smarthost"].build(12).files if b"p$ss w%rd" in file.content]
    assert [(file.path, file.mode, file.owner) for file in holders] == [("postfix/outgoing_password", 0o600, "root")]


def test_an_instances_own_services_are_told_where_it_is() -> None:
    trial, production = CASES["trial"].build(12), CASES["production"].build(12)
    assert _service(trial, "worker").argv[3:] == ("--instance", "/var/lib/carteiro-trial", "service", "worker")
    assert _service(production, "worker").argv[3:] == ("service", "worker")


def test_a_check_is_pointed_at_the_staged_generation() -> None:
    check = Check("x", ("try", "-c", "{generation}/a"))
    assert check.command("/g/7") == ("try", "-c", "/g/7/a")
