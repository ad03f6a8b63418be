"""The languages: what a person is told, and in which language."""

from carteiro.words.fault import N_, Fault
from carteiro.words.speak import explain, translate

__all__ = ["N_", "Fault", "explain", "translate"]
