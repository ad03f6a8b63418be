"""Addresses: what is taken, what is refused, and the one form in which they are kept."""

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from carteiro.mail.address import (
    Address,
    InvalidAddress,
    parse_address,
    parse_catch_all,
    parse_mailbox_address,
    parse_target,
    split_detail,
)
from carteiro.mail.domain import parse_domain

BAD = {
    "a control character": "a\x07na@example.org",
    "NUL": "ana\0@example.org",
    "a line end": "ana@example.org\n",
    "a carriage return": "ana\r@example.org",
    "double quotes": '"ana"@example.org',
    "a single quote": "o'brien@example.org",
    "a backslash": "an\\a@example.org",
    "320 characters": "a" * 64 + "@" + "b" * 251 + ".org",
    "65 characters before the @": "a" * 65 + "@example.org",
    "255 characters in all": "a" * 64 + "@" + ".".join(["b" * 46] * 4) + ".orgx",
    "a way up": "../ana@example.org",
    "a slash": "ana/bin@example.org",
    "two dots": "ana..b@example.org",
    "a dot in front": ".ana@example.org",
    "a dot behind": "ana.@example.org",
    "a per cent sign": "ana%example.com@example.org",
    "a bang path": "example.com!ana@example.org",
    "a source route": "@example.com:ana@example.org",
    "two at signs": "ana@example.com@example.org",
    "a leading dash": "-ana@example.org",
    "a space": "ana b@example.org",
    "angle brackets": "<ana@example.org>",
    "a pipe": "|sh@example.org",
    "an include": ":include:x@example.org",
    "a comma": "ana,bob@example.org",
    "letters that are not ASCII": "aná@example.org",
    "a long s that folds to ASCII": "\u017fa@example.org",
    "an address literal": "ana@[192.0.2.1]",
    "an IPv6 literal": "ana@[IPv6:2001:db8::1]",
    "an IP address": "ana@192.0.2.1",
    "mixed scripts": "ana@p\u0430ypal.example",
    "no domain": "ana@",
    "no local part": "@example.org",
    "no at sign": "ana.example.org",
    "a single label": "ana@localhost",
    "nothing": "",
    "a lone surrogate": "a\ud800@example.org",
}


@pytest.mark.parametrize("text", BAD.values(), ids=BAD.keys())
def test_an_address_is_refused_with(text: str) -> None:
    with pytest.raises(InvalidAddress) as caught:
        parse_address(text)
    assert str(caught.value).isprintable()


def test_an_address_is_kept_in_lower_case_and_ascii() -> None:
    address = parse_address("Ana.Maria@BÜCHER.example")
    assert str(address) == "ana.maria@xn--bcher-kva.example"
    assert address.unicode == "ana.maria@bücher.example"


def test_the_longest_address_is_taken() -> None:
    text = "a" * 64 + "@" + ".".join(["b" * 46] * 4) + ".o"
    assert len(text) == 254
    assert str(parse_address(text)) == text


def test_a_mailbox_has_no_detail_in_its_address() -> None:
    assert str(parse_address("ana+news@example.org")) == "ana+news@example.org"
    with pytest.raises(InvalidAddress, match="tag"):
        parse_mailbox_address("ana+news@example.org")


@pytest.mark.parametrize("local", ["o'brien", "a#b", "a=b+c", "srs0=x=y=z", "a*b", "a?b^c~d"])
def test_a_target_elsewhere_may_hold_more_than_ours(local: str) -> None:
    assert parse_target(f"{local}@example.net").local == local


@pytest.mark.parametrize(
    "local", ["a%b", "a!b", "a/b", "-a", "|a", "a`b", '"a b"', "a..b", "a\0", "a\nb", "a,b", "a b"]
)
def test_a_target_elsewhere_has_no_meaning_beyond_a_name(local: str) -> None:
    with pytest.raises(InvalidAddress):
        parse_target(f"{local}@example.net")


def test_a_catch_all_is_a_domain_behind_an_at_sign() -> None:
    catch_all = parse_catch_all("@Example.ORG")
    assert catch_all == Address("", parse_domain("example.org"))
    assert catch_all.is_catch_all
    assert str(catch_all) == "@example.org"


@pytest.mark.parametrize("text", ["example.org", "ana@example.org", "@", "@@example.org", "@192.0.2.1"])
def test_anything_else_is_no_catch_all(text: str) -> None:
    with pytest.raises(InvalidAddress):
        parse_catch_all(text)


@pytest.mark.parametrize(
    ("local", "parts"),
    [
        ("ana", ("ana", None)),
        ("ana+news", ("ana", "news")),
        ("ana+news+more", ("ana", "news+more")),
        ("ana+", ("ana", "")),
        ("+news", ("+news", None)),
    ],
)
def test_a_detail_is_what_follows_the_first_plus(local: str, parts: tuple[str, str | None]) -> None:
    assert split_detail(local) == parts


ANY = st.text(st.characters(exclude_categories=())) | st.from_regex(
    r"[A-Za-z0-9.+_%!'\"/\\-]*@[\w.\-]+", fullmatch=True
)


@given(ANY)
@example("\u0130@example.org")
@example("a@\u2488example.org")
def test_any_text_is_an_address_or_a_fault(text: str) -> None:
    for parse in (parse_address, parse_mailbox_address, parse_target, parse_catch_all):
        try:
            address = parse(text)
        except InvalidAddress as fault:
            assert "\n" not in str(fault)
        else:
            assert parse(str(address)) == address


@given(st.from_regex(r"[A-Za-z0-9._+=&-]{1,64}@([a-zA-Z0-9ß-]{1,20}\.){1,3}[a-z]{2,6}", fullmatch=True) | ANY)
def test_an_accepted_address_means_nothing_to_sql_a_path_or_a_map(text: str) -> None:
    try:
        address = parse_address(text)
    except InvalidAddress:
        return
    assert re.fullmatch(r"[a-z0-9_+=&.-]+@[a-z0-9.-]+", str(address))
    assert ".." not in str(address)
    assert not str(address).startswith(("-", "."))
    assert len(str(address)) <= 254
    assert parse_address(str(address)) == address
    assert parse_address(address.unicode) == address
