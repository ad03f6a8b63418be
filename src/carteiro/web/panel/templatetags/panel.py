"""Filters for the administrators' pages."""

from django import template
from django.utils.translation import get_language

from carteiro.words import Fault, explain

register = template.Library()


@register.filter
def told(fault: Fault) -> str:
    """A fault in the reader's language."""
    return " ".join(explain(fault, get_language() or "")).strip()
