"""What mail programs ask by themselves when somebody types an address into them; no sign-in, and nothing secret."""

import re

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

from carteiro.hosting.models import Domain
from carteiro.mail.address import parse_domain, parse_mailbox_address
from carteiro.mail.program_settings import autoconfig, autodiscover
from carteiro.web.account.programs import servers
from carteiro.words import Fault

# A parser would have to be kept from what XML can do to it; this one thing is all that is wanted.
_ADDRESS = re.compile(rb"<EMailAddress>\s*([^<>\s]{3,254})\s*</EMailAddress>")
_LONGEST = 10_000


def thunderbird(request: HttpRequest) -> HttpResponse:
    """The settings for the domain of an address, or of the name that was asked for (autoconfig.DOMAIN)."""
    address = request.GET.get("emailaddress", "")
    asked = address.rpartition("@")[2] if "@" in address else request.get_host().partition(":")[0]
    content = autoconfig(_hosted(asked.removeprefix("autoconfig.")), servers())
    return HttpResponse(content, content_type="text/xml; charset=utf-8")


@csrf_exempt
def outlook(request: HttpRequest) -> HttpResponse:
    """The settings for an address, the same whether there is such a mailbox or not."""
    found = _ADDRESS.search(request.body[:_LONGEST]) if request.method == "POST" else None
    if found is None:
        raise Http404
    try:
        address = parse_mailbox_address(found[1].decode("utf-8", "replace"))
    except Fault as fault:
        raise Http404 from fault
    _hosted(address.domain.ascii)
    return HttpResponse(autodiscover(str(address), servers()), content_type="text/xml; charset=utf-8")


def _hosted(name: str) -> str:
    """The domain's name, if people have mailboxes in it."""
    try:
        domain = parse_domain(name).ascii
    except Fault as fault:
        raise Http404 from fault
    if not Domain.objects.filter(name=domain, kind__in=(Domain.Kind.HOSTED, Domain.Kind.ALIAS), active=True).exists():
        raise Http404
    return domain
