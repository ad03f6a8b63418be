"""The addresses of the owner's pages, each with the right that it needs.

Some of them exist twice: for one's own mailbox, and for that of somebody for whom an administrator acts.
"""

from django.urls import URLPattern, path

from carteiro.hosting.access import Right
from carteiro.web.account import (
    app_passwords,
    asking,
    external,
    filters,
    forwarding,
    overview,
    own_aliases,
    programs,
    strength,
    vacation,
)
from carteiro.web.people.pages import View, page

_KEYS, _FILTERS, _EXTERNAL = Right.MANAGE_APP_PASSWORDS, Right.EDIT_FILTERS, Right.MANAGE_EXTERNAL_ACCOUNTS


def both(route: str, view: View, name: str, right: Right) -> list[URLPattern]:
    """A page of one's own, and the same one for an administrator."""
    return [
        page(f"account/{route}", view, f"account-{name}", right),
        page(f"mailboxes/<str:address>/{route}", view, f"mailbox-{name}", right),
    ]


urlpatterns = [
    page("account/", overview.show, "account", Right.SEE_MAILBOX),
    page("account/folders/", overview.folders, "account-folders", Right.SEE_MAILBOX),
    page("account/sessions/", overview.logins, "account-sessions", Right.SEE_MAILBOX),
    page("account/sessions/end/", overview.end_sessions, "account-sessions-end", Right.SEE_MAILBOX),
    page("account/forwarding/", forwarding.edit, "account-forwarding", Right.MANAGE_FORWARDING),
    page("account/aliases/", own_aliases.list_, "account-aliases", Right.MANAGE_OWN_ALIASES),
    page("account/aliases/<str:alias>/remove/", own_aliases.remove, "account-alias-remove", Right.MANAGE_OWN_ALIASES),
    page("account/password/strength/", strength.rate, "password-strength"),
    page("account/programs/", programs.show, "account-programs", Right.SEE_MAILBOX),
    page("account/programs/mail.mobileconfig", programs.profile, "account-profile", Right.SEE_MAILBOX),
    *both("vacation/", vacation.edit, "vacation", Right.EDIT_VACATIONS),
    *both("filters/", filters.list_, "filters", _FILTERS),
    *both("filters/add/", filters.add, "filter-add", _FILTERS),
    *both("filters/script/", filters.script, "script", _FILTERS),
    *both("filters/<int:number>/", filters.edit, "filter-edit", _FILTERS),
    *both("filters/<int:number>/move/", filters.move, "filter-move", _FILTERS),
    *both("filters/<int:number>/switch/", filters.switch, "filter-switch", _FILTERS),
    *both("filters/<int:number>/remove/", filters.remove, "filter-remove", _FILTERS),
    *both("app-passwords/", app_passwords.list_, "app-passwords", _KEYS),
    *both("app-passwords/add/", app_passwords.add, "app-password-add", _KEYS),
    *both("app-passwords/<int:number>/remove/", app_passwords.remove, "app-password-remove", _KEYS),
    *both("external/", external.list_, "external", _EXTERNAL),
    *both("external/add/", external.add, "external-add", _EXTERNAL),
    *both("external/<int:number>/", external.edit, "external-edit", _EXTERNAL),
    *both("external/<int:number>/fetch/", external.fetch, "external-fetch", _EXTERNAL),
    *both("external/<int:number>/remove/", external.remove, "external-remove", _EXTERNAL),
    path(".well-known/autoconfig/mail/config-v1.1.xml", asking.thunderbird, name="autoconfig-below"),
    path("mail/config-v1.1.xml", asking.thunderbird, name="autoconfig"),
    path("autodiscover/autodiscover.xml", asking.outlook, name="autodiscover"),
    path("Autodiscover/Autodiscover.xml", asking.outlook, name="autodiscover-capital"),
]
