"""The projection of the accounts that Postfix and Dovecot read, so that mail depends on no Python and no database."""

from carteiro.directory.comparison import Difference, check
from carteiro.directory.projector import Progress, catch_up, follow, hold, lag, rebuild
from carteiro.directory.store import prepare

__all__ = ["Difference", "Progress", "catch_up", "check", "follow", "hold", "lag", "prepare", "rebuild"]
