"""The quota policy service of Dovecot 2.3 knows what dovecot.conf says."""

import re
import shlex
from collections.abc import Iterator

import pytest

from tests.golden.cases import CASES

# A new setting of dovecot.conf is either in the service's environment or named here.
NOT_FOR_IT = re.compile(
    r"instance_name|protocols|listen|ssl\w*|disable_plaintext_auth|auth_\w+"
    r"|mail_plugins|lmtp_\w+|lda_\w+|hostname|postmaster_address|sendmail_path"
    r"|plugin/(quota_warning\d*|sieve\w*|fts\w*|mail_log_\w+)"
)


def _file(name: str, path: str, debian: int = 12) -> str:
    (found,) = (file for file in CASES[name].build(debian).files if file.path == path)
    return found.content.decode()


def _environment(name: str) -> dict[str, str]:
    words = shlex.split(_file(name, "dovecot/quota-status"), comments=True)
    return dict(word.split("=", 1) for word in words[words.index("env") + 1 :] if "=" in word)


def _written(name: str) -> Iterator[tuple[str, str]]:
    """The settings of dovecot.conf that stand outside sections, and those for plugins."""
    outside, plugins = _file(name, "dovecot/dovecot.conf").split("\nplugin {\n")
    for found in re.finditer(r"^(\w+) = (.*)$", outside, re.MULTILINE):
        yield found[1], found[2]
    for found in re.finditer(r"^  (\w+) = (.*)$", plugins.split("\n}\n")[0], re.MULTILINE):
        yield f"plugin/{found[1]}", found[2]


@pytest.mark.parametrize("name", CASES)
def test_no_setting_of_mail_or_quota_is_forgotten(name: str) -> None:
    wanted = {path.upper(): value for path, value in _written(name) if not NOT_FOR_IT.fullmatch(path)}
    assert len(wanted) > 15
    given = _environment(name)
    # In the file a percent sign of the text is doubled.
    assert wanted == {path: given.get(path, "").replace("0%", "0%%") for path in wanted}


@pytest.mark.parametrize("name", CASES)
def test_a_list_names_its_members(name: str) -> None:
    given = _environment(name)
    assert given["DOVECONF_ENV"] == "1"
    assert (given["NAMESPACE"], given["NAMESPACE/INBOX/NAME"], given["NAMESPACE/INBOX/INBOX"]) == (
        "inbox",
        "inbox",
        "yes",
    )
    assert (given["PLUGIN"], given["MAIL_PLUGINS"]) == ("", "quota")


def test_values_come_without_the_quotes_and_doubled_signs_of_the_file() -> None:
    given = _environment("production")
    assert given["PLUGIN/QUOTA_GRACE"] == "0%"
    assert not [path for path, value in given.items() if '"' in value]


def test_dovecot_2_4_needs_none_of_it() -> None:
    assert "dovecot/quota-status" not in {file.path for file in CASES["production"].build(13).files}
    assert "executable = quota-status -p postfix" in _file("production", "dovecot/dovecot.conf", 13)
