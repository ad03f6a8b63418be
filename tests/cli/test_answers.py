"""How the command line answers: one line, stable JSON, exit statuses, suggestions."""

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(sys.executable).with_name("carteiro")


def carteiro(*words: str, language: str = "C.UTF-8") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "carteiro", *words],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": language},
        timeout=60,
    )


LATIN = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8", "PYTHONIOENCODING": "latin-1"}


@pytest.mark.parametrize("words", ["alias add --help", "log tail --help", "domain list"])
def test_a_terminal_that_lacks_our_letters_hides_nothing_else(tmp_path: Path, words: str) -> None:
    command = f"{sys.executable} -m carteiro --instance {tmp_path} {words}"
    done = subprocess.run(
        ["script", "--quiet", "--return", "--command", command, "/dev/null"],  # gives it a terminal, script(1)
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        env=LATIN,
        timeout=60,
    )
    assert b"Traceback" not in done.stdout
    assert done.returncode == (1 if "list" in words else 0)
    assert (b"no Carteiro instance" if "list" in words else b"Options") in done.stdout


def test_files_and_programs_get_utf_8_whatever_the_terminal_has(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "carteiro", "--instance", str(tmp_path), "log", "tail", "--help"]
    done = subprocess.run(command, capture_output=True, check=True, env=LATIN, timeout=60)
    assert "…" in done.stdout.decode("utf-8")


def test_a_missing_instance_is_one_line_that_says_what_to_do(tmp_path: Path) -> None:
    said = carteiro("--instance", str(tmp_path), "domain", "list")
    assert said.returncode == 1
    assert said.stderr.count("\n") == 1
    assert str(tmp_path) in said.stderr
    assert "./up" in said.stderr


def test_the_same_in_json(tmp_path: Path) -> None:
    said = carteiro("--instance", str(tmp_path), "--json", "domain", "list")
    assert said.returncode == 1
    assert set(json.loads(said.stdout)["error"]) == {"code", "message", "remedy"}


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ((), ("Opções", "Comandos", "Caixas postais: senhas", "Responder em JSON.", "Mostrar esta ajuda e sair.")),
        (("mailbox",), ("Comandos", "Cria uma caixa postal.", "Traz de volta uma caixa postal removida")),
        (("grant", "remove"), ("Argumentos", "A caixa postal que faz o login.", "[obrigatório]", "Não perguntar.")),
        (("status",), ("Informa como está cada serviço", "Mostrar esta ajuda e sair.")),
    ],
)
def test_help_is_in_the_language_of_the_terminal(words: tuple[str, ...], told: tuple[str, ...]) -> None:
    said = carteiro(*words, "--help", language="pt_BR.UTF-8")
    assert said.returncode == 0, said.stderr
    # A frame is around it, and lines are broken where they end.
    text = " ".join(re.sub("[─│╭╮╰╯]", " ", said.stdout).split())
    assert [line for line in told if line not in text] == []
    assert "Show this message" not in text


def test_the_same_in_portuguese(tmp_path: Path) -> None:
    said = carteiro("--instance", str(tmp_path), "domain", "list", language="pt_BR.UTF-8")
    assert "Não há" in said.stderr


def test_a_misspelt_noun_gets_a_suggestion_and_status_two() -> None:
    said = carteiro("domian", "list")
    assert said.returncode == 2
    assert "domain" in said.stderr


def test_a_misspelt_option_gets_status_two() -> None:
    assert carteiro("mailbox", "add", "--qouta", "2G", "ana@example.org").returncode == 2


def test_a_wrong_setting_is_told_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "carteiro.toml").write_text('hostname = "mail.example.org"\n[listen]\nsmpt = 25\n')
    said = carteiro("--instance", str(tmp_path), "domain", "list")
    assert said.returncode == 1
    assert "smpt" in said.stderr
    assert "3" in said.stderr
    assert "smtp" in said.stderr


def test_the_version_is_told() -> None:
    said = carteiro("--version")
    assert said.returncode == 0
    assert said.stdout.strip()


ASKED = "carteiro mailbox re"


@pytest.mark.parametrize(
    "asked",
    [
        {"_CARTEIRO_COMPLETE": "complete_bash", "COMP_WORDS": ASKED, "COMP_CWORD": "2"},
        {"_CARTEIRO_COMPLETE": "complete_zsh", "_TYPER_COMPLETE_ARGS": ASKED},
        {
            "_CARTEIRO_COMPLETE": "complete_fish",
            "_TYPER_COMPLETE_FISH_ACTION": "get-args",
            "_TYPER_COMPLETE_ARGS": ASKED,
        },
    ],
    ids=["bash", "zsh", "fish"],
)
def test_shells_can_complete(asked: dict[str, str]) -> None:
    said = subprocess.run([PROGRAM], capture_output=True, text=True, check=False, env=asked, timeout=60)
    assert said.returncode == 0, said.stderr
    assert {"rename", "remove", "restore"} <= set(re.findall(r"\w+", said.stdout))
    assert "passwd" not in said.stdout


def test_bash_gets_what_it_needs_to_complete() -> None:
    # The shell that asks is found by its process: bash itself has to be the parent.
    asking = f'"{PROGRAM}" --show-completion; true'
    said = subprocess.run(["bash", "-c", asking], capture_output=True, text=True, check=False, timeout=60)
    assert "complete -o" in said.stdout, said.stderr
