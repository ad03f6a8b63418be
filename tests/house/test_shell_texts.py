"""What the shell of the checkout says is said in Brazilian Portuguese too."""

import re
import subprocess

from .pages import ROOT

SHELL = (*sorted((ROOT / "bootstrap").glob("*.sh")), ROOT / "up", ROOT / "test", ROOT / "carteiro")
# The text is the first word after the command, and printf's: a variable in it could not be looked up.
SAID = re.compile(r'(?:^|[^\w-])(?:say|die|install_packages) "((?:[^"\\]|\\.)*)"')


def _texts() -> set[str]:
    found = {text for file in SHELL for text in SAID.findall(file.read_text(encoding="utf-8"))}
    return found - {"$@", "$text"}  # die's own call of say, and install_packages'


def _portuguese() -> dict[str, str]:
    script = 'source "$1"; for text in "${!PORTUGUESE[@]}"; do printf "%s\\0" "$text" "${PORTUGUESE[$text]}"; done'
    argv = ["bash", "-c", script, "-", str(ROOT / "bootstrap" / "portuguese.sh")]
    words = subprocess.run(argv, capture_output=True, text=True, check=True).stdout.split("\0")
    return dict(zip(words[:-1:2], words[1::2], strict=True))


def test_every_text_has_a_translation_and_no_translation_is_left_over() -> None:
    assert len(_texts()) > 20
    assert _texts() == set(_portuguese())


def test_no_text_holds_a_variable() -> None:
    assert not [text for text in _texts() if re.search(r"[$`]", text)]


def test_a_translation_takes_the_same_values() -> None:
    assert not [
        text
        for text, told in _portuguese().items()
        if re.findall("%.", text) != re.findall("%.", told) or set(re.findall("%.", text)) - {"%s"}
    ]
