"""The app of Django's."""

from django.apps import AppConfig


class LookConfig(AppConfig):
    """How the site looks."""

    name = "carteiro.web.look"
    label = "look"
