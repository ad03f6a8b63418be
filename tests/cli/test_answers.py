"""How the command line answers: one line, stable JSON, exit statuses, suggestions."""

import json
import subprocess
import sys
from pathlib import Path

import pytest


def carteiro(*words: str, language: str = "C.UTF-8") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "carteiro", *words],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": language},
        timeout=60,
    )


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


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_shells_can_complete(shell: str) -> None:
    said = carteiro("--show-completion", shell)
    assert said.returncode == 0, said.stderr
    assert "carteiro" in said.stdout
