"""Help to set up mail programs: the settings for people, and as a profile and a code to take along."""

import segno
from django.conf import settings as django_settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from carteiro.hosting import mailboxes
from carteiro.mail.program_settings import Server, mobileconfig, servers_of
from carteiro.web.account.whose import whose
from carteiro.web.people.request import PersonRequest


def show(request: PersonRequest) -> HttpResponse:
    """The settings, as a table; the code leads a telephone to this page."""
    owner = whose(request, "")
    page = request.build_absolute_uri(reverse("account-programs"))
    code = segno.make(page, error="m", micro=False).svg_data_uri(scale=5, border=3, dark="#111", light="#fff")
    shown = {
        "mailbox": mailboxes.get(request.actor, owner.address),
        "servers": servers(),
        "sieve": django_settings.CARTEIRO_SETTINGS.listen.managesieve,
        "host": django_settings.CARTEIRO_SETTINGS.hostname,
        "code": code,
        "page": page,
    }
    return render(request, "account/programs.html", shown)


def profile(request: PersonRequest) -> HttpResponse:
    """The profile for Apple's Mail."""
    owner = whose(request, "")
    mailbox = mailboxes.get(request.actor, owner.address)
    content = mobileconfig(mailbox.address, mailbox.name, servers())
    answer = HttpResponse(content, content_type="application/x-apple-aspen-config")
    answer["Content-Disposition"] = 'attachment; filename="mail.mobileconfig"'
    return answer


def servers() -> list[Server]:
    """The listeners of this host."""
    settings = django_settings.CARTEIRO_SETTINGS
    return servers_of(settings.hostname, settings.listen.model_dump())
