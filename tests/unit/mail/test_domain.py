"""Domain names, international ones too."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from carteiro.mail.domain import InvalidAddress, parse_domain


@pytest.mark.parametrize(
    ("text", "ascii_form"),
    [
        ("Example.ORG", "example.org"),
        ("BÜCHER.example", "xn--bcher-kva.example"),
        ("faß.example", "xn--fa-hia.example"),
        ("xn--BCHER-kva.example", "xn--bcher-kva.example"),
        ("correios\u3002example", "correios.example"),
        ("пример.рф", "xn--e1afmkfd.xn--p1ai"),
        ("東京ラーメンtokyo.jp", "xn--tokyo-fx4d2bvewdr311b46wc.jp"),
        ("1.example", "1.example"),
        ("a" * 63 + ".example", "a" * 63 + ".example"),
    ],
)
def test_a_domain_is_kept_in_ascii(text: str, ascii_form: str) -> None:
    domain = parse_domain(text)
    assert domain.ascii == ascii_form
    assert parse_domain(domain.unicode) == domain


BAD = {
    "an IPv4 address": "192.0.2.1",
    "an IPv6 address": "2001:db8::1",
    "an address literal": "[192.0.2.1]",
    "an IPv6 literal": "[IPv6:2001:db8::1]",
    "an old form of an IP address": "192.0.513",
    "a hexadecimal IP address": "0xc0.0x0",
    "a single label": "localhost",
    "nothing": "",
    "a dot": ".",
    "the root's dot": "example.org.",
    "an empty label": "example..org",
    "a leading dot": ".example.org",
    "a leading dash": "-example.org",
    "a dash at a label's end": "example-.org",
    "an underscore": "_dmarc.example.org",
    "a space": "example org.net",
    "a NUL": "example\0.org",
    "a line end": "example.org\n",
    "a slash": "example.org/x",
    "a way up": "../example.org",
    "a per cent sign": "%s.example.org",
    "a quote": "exam'ple.org",
    "a label of 64": "a" * 64 + ".org",
    "a name of 254": ".".join(["a" * 62] * 4) + ".or",
    "too many characters to look at": "ü" * 10_000 + ".org",
    "a false A-label": "xn--a.org",
    "an A-label of ASCII": "xn--abc-.org",
    "latin with cyrillic": "p\u0430ypal.example",
    "the same in its A-label": "xn--pypal-4ve.example",
    "latin with greek": "g\u03bfogle.example",
    "a joiner out of place": "a\u200db.example",
    "a lone surrogate": "\ud800.example",
}


@pytest.mark.parametrize("text", BAD.values(), ids=BAD.keys())
def test_a_domain_is_refused_that_is(text: str) -> None:
    with pytest.raises(InvalidAddress) as caught:
        parse_domain(text)
    assert str(caught.value).isprintable()


def test_mixed_scripts_are_named() -> None:
    with pytest.raises(InvalidAddress, match="Cyrillic, Latin"):
        parse_domain("p\u0430ypal.example")


@given(st.text(st.characters(exclude_categories=())) | st.from_regex(r"[\w.\-]{1,80}\.[a-z]{2,5}", fullmatch=True))
@example("\u0130.example")
@example("xn--\u0130.example")
def test_any_text_is_a_domain_or_a_fault(text: str) -> None:
    try:
        domain = parse_domain(text)
    except InvalidAddress:
        return
    assert parse_domain(str(domain)) == domain
    assert parse_domain(domain.unicode) == domain
    assert set(str(domain)) <= set("abcdefghijklmnopqrstuvwxyz0123456789.-")
