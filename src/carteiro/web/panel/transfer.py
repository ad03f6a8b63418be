"""Many at once by CSV: a file is looked through and its faults told, then it is stored; and the way out."""

import os
import re
import secrets
import time
from pathlib import Path

from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from carteiro.hosting import bulk
from carteiro.hosting.errors import NotFound
from carteiro.web.look.forms import Form, refusals
from carteiro.web.people.request import PersonRequest
from carteiro.words import N_, explain, translate_for

LARGEST = 2 * 1024**2
"""Bytes of one file."""
MOST = 5000
"""Lines of one file: each clear password takes some time to be hashed, and a browser waits for it."""
KEPT_SECONDS = 3600
_SHOWN = 200
_TOKEN = re.compile(r"[0-9a-f]{32}", re.ASCII)
_SESSION = "panel.import"


class ImportForm(Form):
    """A file."""

    file = forms.FileField(
        label=gettext_lazy("CSV file"),
        help_text=gettext_lazy("Its first line names the columns: kind, address, name, password, quota, targets …"),
        widget=forms.FileInput(attrs={"accept": ".csv,text/csv"}),
    )

    def clean_file(self) -> "UploadedFile[bytes]":
        """Neither too large nor too many lines."""
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > LARGEST:
            raise forms.ValidationError(_("The file is larger than 2 MB. Import it with “carteiro bulk import”."))
        lines = sum(chunk.count(b"\n") for chunk in file.chunks())
        if lines > MOST:
            raise forms.ValidationError(
                _("The file has more than %(most)d lines. Import it with “carteiro bulk import”.") % {"most": MOST}
            )
        return file


def upload(request: PersonRequest) -> HttpResponse:
    """Take a file, and show what it would make and every fault in it."""
    posted = request.method == "POST"
    form = ImportForm(request.POST if posted else None, request.FILES if posted else None)
    shown: dict[str, object] = {"form": form, "columns": _columns()}
    if request.method == "POST" and form.is_valid():
        with refusals(form, "file"):
            path = _keep(request, form.cleaned_data["file"])
            shown |= _preview(request, path)
    return render(request, "panel/import.html", shown, status=422 if form.errors else 200)


@require_POST
def apply(request: PersonRequest) -> HttpResponse:
    """Store what was looked through: all of it, or all but the lines with faults."""
    path = _kept(request)
    faults: list[bulk.LineFault] = []
    try:
        report = bulk.apply(
            request.actor, path, keep_going=request.POST.get("keep_going") == "yes", on_fault=faults.append
        )
    finally:
        path.unlink(missing_ok=True)
        request.session.pop(_SESSION, None)
    if not report.stored:
        return render(request, "panel/import.html", {"form": ImportForm(), **_told(report, faults)}, status=422)
    made = ", ".join(f"{count} × {kind}" for kind, count in report.made.items() if count)
    messages.success(request, _("Made: %(made)s.") % {"made": made or _("nothing")})
    return redirect("domains")


def export(request: PersonRequest) -> StreamingHttpResponse:
    """All that the person holds, without passwords."""
    # A BOM, so that spreadsheets take it for UTF-8.
    lines = (("\ufeff" if number == 0 else "") + line for number, line in enumerate(bulk.lines(request.actor)))
    answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="carteiro.csv"'
    answer["Cache-Control"] = "no-store"
    return answer


def _columns() -> list[tuple[str, str]]:
    reader = get_language() or ""
    return [(name, translate_for(reader, meaning)) for name, meaning in bulk.COLUMNS.items()]


def _preview(request: PersonRequest, path: Path) -> dict[str, object]:
    faults: list[bulk.LineFault] = []
    report = bulk.check(request.actor, path, on_fault=faults.append)
    return _told(report, faults) | {"token": path.stem, "preview": True}


def _told(report: bulk.Report, faults: list[bulk.LineFault]) -> dict[str, object]:
    reader = get_language() or ""
    told = [
        (fault.line, *explain(fault.fault, reader)) for fault in sorted(faults, key=lambda each: each.line)[:_SHOWN]
    ]
    made = [(kind, count) for kind, count in report.made.items() if count]
    return {"made": made, "faults": told, "count": report.faults, "more": max(report.faults - _SHOWN, 0)}


def _keep(request: PersonRequest, file: "UploadedFile[bytes]") -> Path:
    """The file may hold passwords: readable by this service alone, known to this session alone, and not for long."""
    room = _room()
    for old in room.glob("*.csv"):
        if time.time() - old.stat().st_mtime > KEPT_SECONDS:
            old.unlink(missing_ok=True)
    earlier = request.session.get(_SESSION)
    if earlier and _TOKEN.fullmatch(earlier):
        (room / f"{earlier}.csv").unlink(missing_ok=True)
    token = secrets.token_hex(16)
    path = room / f"{token}.csv"
    with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_CLOEXEC, 0o600), "wb") as stream:
        for chunk in file.chunks():
            stream.write(chunk)
    request.session[_SESSION] = token
    return path


def _kept(request: PersonRequest) -> Path:
    token = str(request.POST.get("token", ""))
    path = _room() / f"{token}.csv"
    if not _TOKEN.fullmatch(token) or token != request.session.get(_SESSION) or not path.is_file():
        raise NotFound(N_("That file is no longer here."), N_("Choose it once more."))
    return path


def _room() -> Path:
    room: Path = settings.CARTEIRO_LAYOUT.web_static.parent / "imports"
    room.mkdir(mode=0o700, parents=True, exist_ok=True)
    return room
