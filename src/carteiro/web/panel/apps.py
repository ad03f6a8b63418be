"""The app of Django's."""

from django.apps import AppConfig


class PanelConfig(AppConfig):
    """The pages of administrators."""

    name = "carteiro.web.panel"
    label = "panel"
