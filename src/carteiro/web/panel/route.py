"""“What would happen to mail for …”: an address walked through aliases, limits and transports, in words."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language, gettext_lazy

from carteiro.hosting import route
from carteiro.hosting.route import Journey, Outcome, Tone
from carteiro.mail.address import parse_target
from carteiro.web.look.fields import AddressField
from carteiro.web.look.forms import Form, refusals
from carteiro.web.people.request import PersonRequest
from carteiro.words import translate_for

_TONES = {
    Tone.WAY: ("info", gettext_lazy("It goes on")),
    Tone.GOOD: ("ok", gettext_lazy("It arrives")),
    Tone.WARNING: ("warn", gettext_lazy("Not at once")),
    Tone.BAD: ("bad", gettext_lazy("It does not arrive")),
}
_OUTCOMES = {
    Outcome.TAKEN: ("ok", gettext_lazy("Taken")),
    Outcome.PUT_OFF: ("warn", gettext_lazy("Put off")),
    Outcome.REFUSED: ("bad", gettext_lazy("Refused")),
    Outcome.NOT_OURS: ("info", gettext_lazy("Not here")),
}


class RouteForm(Form):
    """The address that somebody wonders about."""

    refuse_unknown = False

    address = AddressField(label=gettext_lazy("Address"), parse=parse_target)


def show(request: PersonRequest) -> HttpResponse:
    """The box, and below it the answer."""
    form = RouteForm(request.GET if "address" in request.GET else None)
    shown: dict[str, object] = {"form": form}
    if form.is_bound and form.is_valid():
        with refusals(form, "address"):
            shown |= _told(route.explain(request.actor, form.cleaned_data["address"]))
    return render(request, "panel/route.html", shown, status=422 if form.errors else 200)


def _told(journey: Journey) -> dict[str, object]:
    reader = get_language() or ""
    steps = [
        (*_TONES[step.tone], translate_for(reader, step.text, **step.values), range(min(step.depth, 8)))
        for step in journey.steps
    ]
    tone, label = _OUTCOMES[journey.outcome]
    return {"journey": journey, "steps": steps, "tone": tone, "outcome": label, "ends": sorted(journey.recipients)}
