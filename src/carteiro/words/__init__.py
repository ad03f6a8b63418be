"""The languages: what a person is told, and in which language."""

from carteiro.words.carrying import packed, unpacked
from carteiro.words.fault import N_, Fault
from carteiro.words.speak import explain, lend, translate, translate_for

__all__ = ["N_", "Fault", "explain", "lend", "packed", "translate", "translate_for", "unpacked"]
