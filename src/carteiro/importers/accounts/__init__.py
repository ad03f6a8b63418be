"""The plan carried out: through the use cases of `hosting`, each thing with the memory of it in one transaction."""

from carteiro.importers.accounts.carrying import Outcome, Report, carry_out
from carteiro.importers.accounts.log import tell_log
from carteiro.importers.accounts.state import state_of, unread

__all__ = ["Outcome", "Report", "carry_out", "state_of", "tell_log", "unread"]
