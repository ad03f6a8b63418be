"""The settings file: what is read, and how each fault is told."""

from pathlib import Path

import pytest

from carteiro.settings.errors import InvalidSettings
from carteiro.settings.layout import Layout
from carteiro.settings.load import load, load_text

HOST = 'hostname = "mail.example.org"\n'


def refusal(text: str) -> str:
    """The first fault of a settings text, as it is shown."""
    with pytest.raises(InvalidSettings) as caught:
        load_text(text, "carteiro.toml")
    assert str(caught.value).isprintable()
    return str(caught.value)


def test_a_host_name_is_enough() -> None:
    settings = load_text(HOST)
    assert settings.hostname == "mail.example.org"
    assert settings.listen.addresses == ("*",)
    assert settings.mail.message_size_limit == 50 * 1024**2
    assert settings.limits.recipients_per_message == 1000


def test_values_are_brought_into_their_one_form() -> None:
    settings = load_text(
        'hostname = "Mail.BÜCHER.example"\npostmaster = "Ana@Example.org"\n'
        '[listen]\naddresses = ["2001:DB8:0::1"]\n[outgoing]\nsmarthost = "SMTP.example.net"\n'
        '[mail]\ndefault_quota = "1G"\n'
    )
    assert settings.hostname == "mail.xn--bcher-kva.example"
    assert settings.postmaster == "ana@example.org"
    assert settings.listen.addresses == ("2001:db8::1",)
    assert settings.outgoing.smarthost == "smtp.example.net:25"
    assert settings.mail.default_quota == 1024**3


def test_settings_can_not_be_changed() -> None:
    with pytest.raises(ValueError, match="frozen"):
        load_text(HOST).hostname = "other.example.org"  # type: ignore[misc]


def test_the_file_of_the_instance_is_read(tmp_path: Path) -> None:
    (tmp_path / "carteiro.toml").write_text(HOST)
    assert load(Layout.below(tmp_path)) == load_text(HOST)


def test_a_missing_file_is_told_with_its_path_and_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(InvalidSettings, match=r"carteiro\.toml does not exist.*--instance") as caught:
        load(Layout.below(tmp_path))
    assert caught.value.code == "no_instance"


def test_a_directory_in_place_of_the_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "carteiro.toml").mkdir()
    with pytest.raises(InvalidSettings, match=r"can't be read: Is a directory"):
        load(Layout.below(tmp_path))


def test_a_file_that_is_not_utf_8_is_told_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "carteiro.toml").write_bytes(HOST.encode() + "# é".encode("latin-1"))
    with pytest.raises(InvalidSettings, match=r"carteiro\.toml, line 2: that is not UTF-8"):
        load(Layout.below(tmp_path))


def test_a_missing_host_name_is_told() -> None:
    assert refusal("") == (
        "carteiro.toml: hostname is missing. "
        "Allowed is a full host name of two labels or more, such as mail.example.org."
    )


def test_a_wrong_value_is_told_with_file_line_key_value_reason_and_what_is_allowed() -> None:
    assert refusal(HOST + "[listen]\n# the port\nsmtp = 70000\n") == (
        "carteiro.toml, line 4: listen.smtp = 70000 is not allowed: it is too large. "
        "Allowed is a port from 1 to 65535, or 0 for off."
    )


@pytest.mark.parametrize(
    ("written", "nearest"),
    [
        ("[listen]\nsmpt = 25", "listen.smtp"),
        ("[lisen]\nsmtp = 25", "listen"),
        ("[mail]\nmessage_size = 25", "mail.message_size_limit"),
        ("[mail]\nDefault_Quota = 25", "mail.default_quota"),
        ("smtp = 25", "listen.smtp"),
        ("[dns]\nsmarthost = 'x'", "outgoing.smarthost"),
        ("hostnme = 'x'", "hostname"),
    ],
)
def test_a_misspelt_or_misplaced_key_gets_the_nearest_one_suggested(written: str, nearest: str) -> None:
    assert refusal(HOST + written).endswith(f"is not a setting. Did you mean {nearest}?")


def test_a_key_like_no_other_gets_the_list_of_what_is_known() -> None:
    assert refusal(HOST + "[dns]\nzzz = 1").endswith("dns.zzz is not a setting. Known here are nameservers.")


@pytest.mark.parametrize(
    "line",
    [
        "hostname = 5",
        "postmaster = true",
        'listen = "*"',
        "listen = { smtp = true }",
        'listen = { smtp = "25" }',
        "listen = { smtp = 25.0 }",
        'listen = { addresses = "*" }',
        "listen = { addresses = [1] }",
        "tls = { key = 1979-05-27 }",
        "mail = { message_size_limit = 50 }",
        "mail = { full_text_search = 1 }",
        'mail = { full_text_search = "yes" }',
        'mail = { quota_warnings = ["80"] }',
        "[[mail]]",
    ],
)
def test_a_wrong_type_is_refused_on_its_line(line: str) -> None:
    start = "" if line.startswith("hostname") else HOST
    told = refusal(start + line)
    assert told.startswith(f"carteiro.toml, line {2 if start else 1}: ")
    assert "it has the wrong type. Allowed is " in told


@pytest.mark.parametrize(
    "line",
    [
        'hostname = "192.0.2.1"',
        'hostname = "localhost"',
        'hostname = "mail.example.org\\u0000"',
        'hostname = "$(reboot).example.org"',
        'database = "oracle"',
        'postmaster = "ana"',
        "listen = { smtp = -1 }",
        "listen = { reinject = 0 }",
        "listen = { addresses = [] }",
        'listen = { addresses = ["127.0.0.1", "127.0.0.1"] }',
        'listen = { addresses = ["0.0.0.0"] }',
        'listen = { addresses = ["fe80::1%eth0"] }',
        'listen = { addresses = ["mail.example.org"] }',
        'tls = { key = "host.key" }',
        'tls = { key = "/etc/../host.key" }',
        'tls = { key = "/etc/a b" }',
        'tls = { key = "/etc/$mydomain" }',
        'mail = { message_size_limit = "1K" }',
        'mail = { message_size_limit = "2G" }',
        "mail = { bin_days = -1 }",
        "mail = { quota_warnings = [95, 80] }",
        "mail = { quota_warnings = [0] }",
        'outgoing = { smarthost = "a b" }',
        'outgoing = { username = "a\\nb" }',
        'outgoing = { tls = "none" }',
        'outgoing = { bind_address = "eth0" }',
        'dns = { nameservers = ["192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4"] }',
        "limits = { recipients_per_message = 99 }",
    ],
)
def test_a_value_out_of_bounds_is_refused_on_its_line(line: str) -> None:
    start = "" if line.startswith("hostname") else HOST
    told = refusal(start + line)
    assert told.startswith(f"carteiro.toml, line {2 if start else 1}: ")
    assert "Allowed is " in told


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (HOST + "x = [", 2),
        (HOST + "\n[listen\n", 3),
        (HOST + "smtp 25\n", 2),
        (HOST + HOST, 2),
        ("hostname = mail.example.org\n", 1),
        (HOST + "x = '\0'", 2),
        (HOST + "x = " + "[" * 3000, 2),
        (HOST + "x = " + "9" * 5000, 2),
    ],
)
def test_what_is_not_toml_is_told_with_its_line(text: str, line: int) -> None:
    assert refusal(text).startswith(f"carteiro.toml, line {line}: that is not TOML: ")


def test_a_huge_file_is_refused() -> None:
    assert "too large" in refusal("#" * 300_000)


def test_all_faults_are_told_in_the_order_of_their_lines() -> None:
    with pytest.raises(InvalidSettings) as caught:
        load_text('[listen]\nimap = true\nsmpt = 25\n[dns]\nnameservers = ["x"]\n')
    told = [str(fault) for fault in (caught.value, *caught.value.more)]
    assert [text.split(":")[0] for text in told] == [
        *(f"carteiro.toml, line {line}" for line in (2, 3, 5)),
        "carteiro.toml",
    ]


@pytest.mark.parametrize(
    "line",
    [
        'database = "mysql://carteiro:hunter2@localhost/x"',
        '[outgoing]\npassword = "hunter2"',
        '[outgoing]\npassword_file = "hunter2"',
    ],
)
def test_a_password_that_strayed_into_the_file_is_not_repeated(line: str) -> None:
    assert "hunter2" not in refusal(HOST + line)
