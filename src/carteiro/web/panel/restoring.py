"""The ways back: from a removal, and to the list that something was chosen from."""

from collections.abc import Iterable
from urllib.parse import urlencode

from django.urls import reverse

from carteiro.hosting.models import Binned


def undo_path(row: Binned) -> str:
    """Where the removal of what a row of the bin holds is taken back."""
    kind = "alias_domain" if row.snapshot.get("target") else row.kind
    return f"{reverse('bin-restore')}?{urlencode({'kind': kind, 'key': row.key})}"


def list_of(noun: str, chosen: Iterable[str]) -> str:
    """The list of the one domain that all chosen addresses are of, else of all domains; `noun` is in the plural."""
    names = {address.rpartition("@")[2] for address in chosen}
    return reverse(f"domain-{noun}", args=[*names]) if len(names) == 1 else reverse(noun)
