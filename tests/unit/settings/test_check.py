"""Rules across settings: each has an id, a hint and a test."""

import pytest

from carteiro.settings.check import RULES
from carteiro.settings.errors import InvalidSettings
from carteiro.settings.load import load_text

HOST = 'hostname = "mail.example.org"\n'

BROKEN = {
    "E001": "[listen]\nsubmission = 25\n",
    "E002": '[listen]\naddresses = ["*", "127.0.0.1"]\n',
    "E003": '[tls]\ncertificate = "/etc/host.crt"\n',
    "E004": '[outgoing]\nsmarthost = "smtp.example.net"\ntls = "required"\nusername = "ana"\n',
    "E005": '[outgoing]\nusername = "ana"\npassword_file = "/etc/secret"\ntls = "required"\n',
    "E006": '[outgoing]\nsmarthost = "smtp.example.net"\nusername = "ana"\npassword_file = "/etc/secret"\n',
    "E007": '[outgoing]\nsmarthost = "Mail.example.org:2525"\n',
    "E008": '[mail]\nmessage_size_limit = "1G"\ndefault_quota = "100M"\n',
    "E009": 'postmaster = "root@mail.example.org"\n',
    "E010": "[limits]\nsmtp_processes = 20\n",
}

KEPT = {
    "E001": "[listen]\npop3 = 0\npop3s = 0\n",
    "E002": '[listen]\naddresses = ["127.0.0.1", "::1"]\n',
    "E003": '[tls]\ncertificate = "/etc/host.crt"\nkey = "/etc/host.key"\n',
    "E004, E005 and E006": (
        '[outgoing]\nsmarthost = "smtp.example.net"\ntls = "required"\n'
        'username = "ana"\npassword_file = "/etc/secret"\n'
    ),
    "E007": '[outgoing]\nsmarthost = "smtp.example.org"\n',
    "E008": '[mail]\nmessage_size_limit = "1G"\ndefault_quota = "0"\n',
    "E009": 'postmaster = "root@example.org"\n',
    "E010": "[limits]\nconnections_per_client = 100\n",
}


@pytest.mark.parametrize("rule", BROKEN)
def test_a_broken_rule_is_told_with_its_id_and_a_hint(rule: str) -> None:
    with pytest.raises(InvalidSettings) as caught:
        load_text(HOST + BROKEN[rule])
    assert f"({rule}) " in str(caught.value)
    assert not caught.value.more
    assert caught.value.remedy


@pytest.mark.parametrize("text", KEPT.values(), ids=KEPT.keys())
def test_settings_that_keep_the_rule_are_taken(text: str) -> None:
    load_text(HOST + text)


def test_the_panels_ports_are_compared_with_the_others() -> None:
    with pytest.raises(InvalidSettings, match=r"listen\.https: port 993 is the one of listen\.imaps"):
        load_text(HOST + "[listen]\nhttps = 993\n")
    load_text(HOST + "[listen]\nhttps = 0\nhttp = 0\n")


def test_every_rule_is_tried_here() -> None:
    assert [rule.id for rule in RULES] == list(BROKEN)


def test_a_broken_rule_names_the_line_of_the_setting() -> None:
    with pytest.raises(
        InvalidSettings, match=r"carteiro\.toml, line 3: listen\.submission: port 25 is the one of listen\.smtp"
    ):
        load_text(HOST + BROKEN["E001"])


def test_the_other_half_of_a_pair_is_told_as_well() -> None:
    for half, other in (("key", "certificate"), ("certificate", "key")):
        with pytest.raises(InvalidSettings, match=rf"tls\.{half}: it is given without tls\.{other}"):
            load_text(HOST + f'[tls]\n{half} = "/etc/host"\n')
