"""Filters: rules that are chosen, and the script of one's own hand."""

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from carteiro.hosting.models import FilterRule
from carteiro.hosting.owner import filters, scripts
from carteiro.web import live
from carteiro.web.account.filter_forms import Editor, initial
from carteiro.web.account.whose import Whose, whose
from carteiro.web.look import rules
from carteiro.web.look.fields import PLAIN
from carteiro.web.look.forms import Form, refusals
from carteiro.web.people.request import PersonRequest


class ScriptForm(Form):
    """A script in Sieve."""

    script = forms.CharField(
        label=gettext_lazy("Script (Sieve)"),
        max_length=scripts.LONGEST,
        required=False,
        strip=False,
        widget=forms.Textarea(PLAIN | {"rows": 20, "class": "code"}),
        help_text=gettext_lazy("It runs after the rules, for what they left in the inbox. Empty: no script."),
    )


def list_(request: PersonRequest, address: str = "") -> HttpResponse:
    """The rules in their order, in words."""
    owner = whose(request, address)
    rows = [
        {
            "row": row,
            "conditions": [rules.condition(each) for each in row.conditions],
            "actions": [rules.action(each) for each in row.actions],
            "urls": {verb: owner.url(f"filter-{verb}", row.pk) for verb in ("edit", "move", "switch", "remove")},
        }
        for row in filters.list_(request.actor, owner.address)
    ]
    shown = {"rows": rows, "owner": owner, "add": owner.url("filter-add"), "script": owner.url("script")}
    return render(request, "account/filters.html", shown)


def add(request: PersonRequest, address: str = "") -> HttpResponse:
    """Make a rule."""
    owner = whose(request, address)
    editor = Editor(request.POST if request.method == "POST" else None, initial(None))
    if editor.is_valid():
        with refusals(editor.rule):
            rule, active = editor.parsed(), editor.rule.cleaned_data["active"]
            filters.add(request.actor, owner.address, rule, active=active)
            messages.success(request, _("The rule is in use.") if active else _("The rule is saved."))
            return owner.go("filters")
    return _editor(request, owner, editor)


def edit(request: PersonRequest, number: int, address: str = "") -> HttpResponse:
    """Change a rule."""
    owner = whose(request, address)
    row = filters.get(request.actor, owner.address, number)
    editor = Editor(request.POST if request.method == "POST" else None, initial(row))
    if editor.is_valid():
        with refusals(editor.rule):
            active = editor.rule.cleaned_data["active"]
            filters.set_(request.actor, owner.address, number, editor.parsed(), active=active)
            messages.success(request, _("The rule is in use.") if active else _("The rule is saved."))
            return owner.go("filters")
    return _editor(request, owner, editor, row)


@require_POST
def move(request: PersonRequest, number: int, address: str = "") -> HttpResponse:
    """Let a rule change places with the one above or below it."""
    owner = whose(request, address)
    filters.move(request.actor, owner.address, number, up=request.POST.get("way") == "up")
    return owner.go("filters")


@require_POST
def switch(request: PersonRequest, number: int, address: str = "") -> HttpResponse:
    """Use a rule, or use it no more."""
    owner = whose(request, address)
    filters.set_(request.actor, owner.address, number, active=request.POST.get("active") == "yes")
    return owner.go("filters")


def remove(request: PersonRequest, number: int, address: str = "") -> HttpResponse:
    """Ask, then remove a rule."""
    owner = whose(request, address)
    row = filters.get(request.actor, owner.address, number)
    if request.method == "POST":
        filters.remove(request.actor, owner.address, number)
        messages.success(request, _("The rule is gone."))
        return owner.go("filters")
    return render(request, "account/filter_remove.html", {"row": row, "cancel": owner.url("filters")})


def script(request: PersonRequest, address: str = "") -> HttpResponse:
    """The script of one's own hand; what is wrong with it is told line by line, and nothing is lost."""
    owner = whose(request, address)
    if request.method == "POST":
        form = ScriptForm(request.POST)
    else:
        form = ScriptForm(initial={"script": live.answer_to(scripts.read(request.actor, owner.address))})
    if form.is_valid():
        with refusals(form, "script"):
            question = scripts.write(request.actor, owner.address, form.cleaned_data["script"])
            mistakes = live.answer_to(question)
            if not mistakes:
                messages.success(request, _("The script is in use."))
                return owner.go("filters")
            for line, text in mistakes:
                form.add_error("script", _("Line %(line)d: %(text)s") % {"line": line, "text": text})
    shown = {"form": form, "owner": owner, "cancel": owner.url("filters")}
    return render(request, "account/script.html", shown, status=422 if form.errors else 200)


def _editor(request: PersonRequest, owner: Whose, editor: Editor, row: FilterRule | None = None) -> HttpResponse:
    shown = {"editor": editor, "owner": owner, "row": row, "cancel": owner.url("filters")}
    return render(request, "account/filter_edit.html", shown, status=editor.status)
