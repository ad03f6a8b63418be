"""Hashes that both Dovecot releases can check, generated passwords, and the rules for chosen ones."""

import hashlib
import shutil
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from carteiro.mail.password import (
    InvalidPassword,
    app_password,
    check_policy,
    generate_password,
    hash_password,
    parse_hash,
)

SECRET = "correct horse"

# Made by `doveadm pw -s SCHEME -p 'correct horse'` of Dovecot 2.3.19.
FROM_DOVECOT = [
    "{ARGON2ID}$argon2id$v=19$m=65536,t=3,p=1$uu+jGtdWZcu/qz34C572iw$uOWooVi4ENYMAkXG8kAbwJICWtgX9PNFBiiqV667blo",
    "{ARGON2I}$argon2i$v=19$m=32768,t=4,p=1$zcSafdPJvxjZcckPhmIEGA$IjbfjSuGSrOS7cWMH+7QvPwwRuUJQAZmgmWaS1wAyr0",
    "{SHA512-CRYPT}$6$91F/jBTaPuo0FJzA$RHF/sIlFyGKxBBJGB/a.T7sBNNYvXrYT5ZJSfgZIxe1N74DjsOqP1zhN0TbtJIzYaLdZBNLxIu2XRmiLT14EA0",
    "{SHA256-CRYPT}$5$6esLjF0/Ba9a4NzN$CxmnfBhJ3A0Zgvrmn3Ethu1m0I1hS2qXkxN4qfe9zL7",
    "{BLF-CRYPT}$2y$05$X0x6WZ4HFcUigDYRWH0F9OekxSY03Z7ZAJSii7afdn2mdnGD06tda",
    "{MD5-CRYPT}$1$Uy3TH8PP$DWe9.RuAKotcjQS9xcMR30",
    "{DES-CRYPT}xTaZ6KUmYSP.g",
    "{CRYPT}$2y$05$LFXRZxqJe8vUb5xLGs9QSejxkRzpIJe898ygHzoxLBuX.o63R/GRe",
    "{PBKDF2}$1$fXaNNnO8ffiy4I4D$5000$2678ed0b470c2773309319d46824bf8b0e35eadd",
    "{PLAIN-MD5}3cb4e732631f47e6eb961f34554b7cde",
    "{SSHA}+EW6msthuVFG7xOLPegKYslCvCwQyrJ1",
    "{SSHA256}tMyi4TwcyGFDSl86E/26wHzq9aH0UTptFw/k9H9XB1+tYULS",
    "{SSHA512}l2PaD4E8B8mJQokbwwG0IWrm0UyEMrwqlYF4gRn+AVNKV79PFBhI078y5nGi+Gd23XykuBkVD1eGHxMdO+MyXX7NPrs=",
    "{SMD5}vCCubnHF7WYqkMaiWPvaqf351qw=",
    "{SHA}L55TUjtiq8FBorTWAZ0jy6g129A=",
    "{SHA1}L55TUjtiq8FBorTWAZ0jy6g129A=",
    "{SHA256}QQTTb42iwlQ0n4WDZ5Pr4CngyVcGOjTJHC6SAxh7VjE=",
    "{SHA512}VraY3v7bWkNbY0r+MyC7rz/c2SC2xQOkRvx7endrKY1HnRumqLYXgI6wv1ec6aldZoNHvKtxSQhayTyyeZUZew==",
    "{LDAP-MD5}PLTnMmMfR+brlh80VUt83g==",
]


@pytest.mark.parametrize("text", FROM_DOVECOT)
def test_a_hash_that_dovecot_made_is_taken_as_it_is(text: str) -> None:
    assert parse_hash(text) == text


@pytest.mark.parametrize(
    ("text", "scheme"),
    [
        ("$1$abcdefgh$" + "x" * 22, "MD5-CRYPT"),
        ("$5$salt$" + "x" * 43, "SHA256-CRYPT"),
        ("$6$rounds=5000$salt$" + "x" * 86, "SHA512-CRYPT"),
        ("$2y$10$" + "x" * 53, "BLF-CRYPT"),
        ("$2a$10$" + "x" * 53, "BLF-CRYPT"),
        ("$argon2id$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$" + "x" * 43, "ARGON2ID"),
    ],
)
def test_a_bare_hash_gets_its_scheme(text: str, scheme: str) -> None:
    assert parse_hash(text) == f"{{{scheme}}}{text}"


def test_the_scheme_is_written_in_capitals_and_md5_is_md5_crypt() -> None:
    body = "$1$abcdefgh$" + "x" * 22
    assert parse_hash("{md5}" + body) == "{MD5-CRYPT}" + body


@pytest.mark.parametrize("scheme", ["PLAIN", "CLEAR", "CLEARTEXT", "PLAIN-TRUNC", "plain"])
def test_a_cleartext_scheme_is_refused_without_showing_the_password(scheme: str) -> None:
    with pytest.raises(InvalidPassword) as caught:
        parse_hash(f"{{{scheme}}}{SECRET}")
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "",
        SECRET,
        "{}x",
        "{SSHA}",
        "{SSHA}not base64!",
        "{SSHA}" + "A" * 24,
        "{SHA512-CRYPT}$5$salt$" + "x" * 43,
        "{SHA512-CRYPT}$6$salt$" + "x" * 85,
        "{BLF-CRYPT}$2y$10$" + "x" * 52,
        "{DES-CRYPT}abc",
        "{CRYPT}' OR 1=1 --",
        "{ARGON2ID}$argon2i$v=19$m=19456,t=2,p=1$c2FsdHNhbHQ$" + "x" * 43,
        "{PLAIN-MD5}" + "g" * 32,
        "{NO-SUCH}abc",
        "$6$salt$" + "x" * 86 + "\n",
        "$7$salt",
        "{SSHA}\0",
    ],
)
def test_what_no_engine_could_check_is_refused(text: str) -> None:
    with pytest.raises(InvalidPassword) as caught:
        parse_hash(text)
    assert not text or text not in str(caught.value)


@given(st.text() | st.from_regex(r"\{[A-Z0-9-]{2,12}\}[ -~]{0,100}", fullmatch=True))
def test_any_text_is_a_hash_or_a_fault(text: str) -> None:
    try:
        parsed = parse_hash(text)
    except InvalidPassword:
        return
    assert parse_hash(parsed) == parsed
    assert not set(parsed) & set("'\"\\ \n\0;`")


def test_a_new_hash_is_one_that_is_taken_and_salted() -> None:
    first, second = hash_password(SECRET), hash_password(SECRET)
    assert parse_hash(first) == first
    assert first.startswith("{ARGON2ID}$argon2id$v=19$m=19456,t=2,p=1$")
    assert first != second


@pytest.mark.lab
@pytest.mark.parametrize("clear", [SECRET, "grüße aus köln", "'; DROP TABLE x"])
def test_dovecot_accepts_the_password_of_a_new_hash_and_no_other(clear: str) -> None:
    doveadm = shutil.which("doveadm") or pytest.skip("doveadm (dovecot-core) is not installed")
    for attempt, accepted in ((clear, True), (clear + "x", False)):
        command = [doveadm, "-O", "pw", "-t", hash_password(clear), "-p", attempt]
        assert (subprocess.run(command, capture_output=True, check=False).returncode == 0) is accepted


def test_generated_passwords_differ_and_keep_the_rules() -> None:
    made = {generate_password() for _ in range(200)}
    assert len(made) == 200
    for password in made:
        check_policy(password)
        assert len(password.replace("-", "")) * 5 >= 80


def test_of_an_app_password_only_the_digest_is_kept() -> None:
    clear, digest = app_password()
    assert hashlib.sha256(clear.encode()).hexdigest() == digest
    assert len(clear.replace("-", "")) * 5 >= 120


@pytest.mark.parametrize("clear", [SECRET, "ção-1234", "abcd1234", "x" * 509 + "abc"])
def test_a_sound_password_is_taken(clear: str) -> None:
    check_policy(clear)


@pytest.mark.parametrize(
    "clear",
    [
        "",
        "short12",
        "x" * 600 + "abc",
        "ü" * 300 + "abc",
        "with\nline",
        "with\0nul",
        "aaaaaaaaaa",
        "abababab",
        "a\ud800bcdefgh",
    ],
)
def test_a_weak_or_unsendable_password_is_refused_without_showing_it(clear: str) -> None:
    with pytest.raises(InvalidPassword) as caught:
        check_policy(clear)
    assert not clear or clear not in str(caught.value)
