"""What would happen to mail for an address, said in words.

The engines ask the directory (`directory/sql/walk.sql`, `recipient_status.sql`); this tells the same from the accounts,
step by step, and tests hold the one against the other.
"""

from carteiro.hosting.route.answering import explain
from carteiro.hosting.route.steps import Journey, Outcome, Step, Tone

__all__ = ["Journey", "Outcome", "Step", "Tone", "explain"]
