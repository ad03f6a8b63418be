"""What the owner decided about conflicts, as a TOML file that is written, edited and given back."""

import json
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from carteiro.importers.planning.questions import QUESTIONS
from carteiro.importers.planning.said import Said
from carteiro.words import N_, Fault, translate

EVERYTHING = "*"


@dataclass(frozen=True)
class Conflict:
    """Something that can't be brought in just as it is, and what will be done about it."""

    name: str
    thing: str
    said: Said
    chosen: str

    @property
    def done(self) -> str:
        """What will be done, as a message id."""
        return QUESTIONS[self.name].answers[self.chosen]

    @property
    def decided(self) -> bool:
        """Whether it is something else than the default."""
        return self.chosen != QUESTIONS[self.name].default


@dataclass(frozen=True)
class Decisions:
    """Answers by conflict and thing; `*` stands for all things that are not named."""

    answers: Mapping[tuple[str, str], str] = field(default_factory=dict)

    def choose(self, name: str, thing: str) -> str:
        """The answer for one thing."""
        for key in ((name, thing), (name, EVERYTHING)):
            if key in self.answers:
                return self.answers[key]
        return QUESTIONS[name].default


def read(file: Path) -> Decisions:
    """Read a decisions file. Raises Fault that names what is wrong in it."""
    try:
        told = tomllib.loads(file.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise Fault(
            N_("The decisions file {file} can't be read: {reason}."),
            N_("Write a new one with --plan --decisions, and edit that."),
            code="invalid",
            file=file,
            reason=getattr(error, "strerror", None) or error,
        ) from error
    entries = told.get("decision", [])
    return Decisions(dict(_entry(file, each) for each in entries))


def _entry(file: Path, entry: Mapping[str, Any]) -> tuple[tuple[str, str], str]:
    name, thing, answer = (str(entry.get(key, "")) for key in ("conflict", "of", "answer"))
    question = QUESTIONS.get(name)
    if question is None or not thing or answer not in question.answers:
        known = QUESTIONS if question is None else question.answers
        raise Fault(
            N_("In {file} the decision on {name} of {thing} has the answer {answer}, which there is not."),
            N_("Known are {known}."),
            code="invalid",
            file=file,
            name=name or "?",
            thing=thing or "?",
            answer=answer or "?",
            known=", ".join(known),
        )
    return (name, thing), answer


def write(conflicts: Iterable[Conflict]) -> str:
    """The decisions file: each conflict with its answers, as comments in the reader's language, and what is chosen."""
    lines = [
        f"# {line}"
        for line in (
            translate(N_("Decisions for an import. Change an answer, and give the file back with --decisions.")),
            translate(N_('of = "*" stands for all things that are not named.')),
        )
    ]
    for conflict in conflicts:
        lines += ["", f"# {_one_line(conflict.said.told())}"]
        answers = QUESTIONS[conflict.name].answers
        lines += [f"#   {answer}: {translate(text)}" for answer, text in answers.items()]
        lines += ["[[decision]]", f"conflict = {_quoted(conflict.name)}", f"of = {_quoted(conflict.thing)}"]
        lines.append(f"answer = {_quoted(conflict.chosen)}")
    return "\n".join((*lines, ""))


def _one_line(text: str) -> str:
    """A comment of TOML holds no control characters."""
    return "".join(each if each.isprintable() else " " for each in text)


def _quoted(text: str) -> str:
    # What JSON escapes is escaped the same way in TOML's basic strings, but for DEL.
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
