"""Domain names: IDNA 2008 in, lower-case ASCII inside, Unicode shown."""

import ipaddress
import re
import unicodedata
from dataclasses import dataclass

import idna

from carteiro.mail.fault import InvalidAddress
from carteiro.mail.shown import shown
from carteiro.words import N_

_LONGEST = 253  # RFC 1035 section 2.3.4, without the root's dot
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?", re.ASCII)
_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*", re.ASCII)

# Scripts that one label may mix, as Unicode TR 39 section 5.2 ("highly restrictive") has it.
_TOGETHER = (
    frozenset({"LATIN", "HAN", "HIRAGANA", "KATAKANA"}),
    frozenset({"LATIN", "HAN", "BOPOMOFO"}),
    frozenset({"LATIN", "HAN", "HANGUL"}),
)
_HAN = frozenset({"CJK", "IDEOGRAPHIC"})


@dataclass(frozen=True, order=True)
class DomainName:
    """A domain name of two labels or more, in lower case and ASCII (A-labels, RFC 5890)."""

    ascii: str

    def __str__(self) -> str:
        return self.ascii

    @property
    def unicode(self) -> str:
        """The name as people read it (U-labels)."""
        return idna.decode(self.ascii) if "xn--" in self.ascii else self.ascii


def parse_domain(text: str) -> DomainName:
    """The domain that `text` names, mapped as UTS 46 says. Raises InvalidAddress."""
    if is_ip_address(text):
        raise InvalidAddress(
            N_("{value} is an IP address."), N_("Name a domain, such as example.org."), value=shown(text)
        )
    if len(text) > _LONGEST:
        raise _too_long(text)
    name = text.lower() if text.isascii() else _to_ascii(text)
    labels = name.split(".")
    if len(labels) < 2 or not all(_LABEL.fullmatch(label) for label in labels):
        raise InvalidAddress(
            N_("{value} is not a domain name."),
            N_("Write labels of letters, digits and inner dashes joined by dots, such as example.org."),
            value=shown(text),
        )
    if len(name) > _LONGEST:
        raise _too_long(text)
    if _NUMBER.fullmatch(labels[-1]):
        raise InvalidAddress(
            N_("{value} is not a domain name: its last label is a number."),
            N_("Name a domain, such as example.org."),
            value=shown(text),
        )
    for label in labels:
        if label.startswith("xn--"):
            _check_scripts(text, _to_unicode(text, label))
    return DomainName(name)


def is_ip_address(text: str) -> bool:
    """Whether `text` is an IP address, alone or as an address literal (RFC 5321 section 4.1.3)."""
    bare = text.removeprefix("[").removesuffix("]")
    if bare[:5].lower() == "ipv6:":
        bare = bare[5:]
    try:
        ipaddress.ip_address(bare)
    except ValueError:
        return False
    return True


def _to_ascii(text: str) -> str:
    try:
        return idna.encode(text, uts46=True, std3_rules=True).decode("ascii")
    except idna.IDNAError as error:
        raise _not_international(text) from error


def _to_unicode(text: str, label: str) -> str:
    try:
        return idna.ulabel(label)
    except idna.IDNAError as error:
        raise _not_international(text) from error


def _not_international(text: str) -> InvalidAddress:
    return InvalidAddress(
        N_("{value} is not an international domain name."),
        N_("IDNA 2008 does not allow it; give the name in its registered form."),
        value=shown(text),
    )


def _too_long(text: str) -> InvalidAddress:
    return InvalidAddress(
        N_("The domain name {value} is too long."), N_("It has at most 253 characters."), value=shown(text)
    )


def _check_scripts(text: str, label: str) -> None:
    scripts = {_script(letter) for letter in label if unicodedata.category(letter) in {"Ll", "Lo"}}
    if len(scripts) > 1 and not any(scripts <= together for together in _TOGETHER):
        raise InvalidAddress(
            N_("{value} mixes scripts ({scripts}) in one label, which lets it look like another name."),
            N_("Write the whole label in one script."),
            value=shown(text),
            scripts=", ".join(sorted(script.title() for script in scripts)),
        )


def _script(letter: str) -> str:
    """The script, which is the first word of the character's name for all that matter here."""
    word = unicodedata.name(letter, "UNKNOWN").split()[0]
    return "HAN" if word in _HAN else word
