"""The app of Django's."""

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """How people get in."""

    name = "carteiro.web.people"
    label = "people"
