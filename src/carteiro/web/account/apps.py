"""The app of Django's."""

from django.apps import AppConfig


class AccountConfig(AppConfig):
    """The pages of a mailbox's owner."""

    name = "carteiro.web.account"
    label = "own_account"
