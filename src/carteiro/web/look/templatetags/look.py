"""Tags and filters for the parts that pages are made of."""

import math
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from django import forms, template
from django.contrib.messages.storage.base import Message
from django.forms.boundfield import BoundField
from django.template.loader import render_to_string
from django.template.loader_tags import BlockNode
from django.templatetags.static import static
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.timesince import timesince
from django.utils.translation import gettext as _

from carteiro.web.look.charts import Chart, path
from carteiro.web.look.lists import Page
from carteiro.web.look.tabs import Tab
from carteiro.web.look.toasts import undo_of

register = template.Library()

NEARLY_FULL = 80
FULL = 100
"""Percent of a quota from which its meter is coloured."""

_UNITS = ("bytes", "KB", "MB", "GB", "TB", "PB")


@register.simple_tag
def icon(name: str, size: str = "") -> SafeString:
    """A picture of static/look/icons.svg, for the eye alone: the text beside it has to say the same."""
    return format_html(
        '<svg class="icon {}" aria-hidden="true"><use href="{}#{}"/></svg>', size, static("look/icons.svg"), name
    )


@register.simple_tag(takes_context=True)
def again(context: template.Context, name: str) -> SafeString:
    """A block of the page once more: its title is in the head and above the content."""
    return BlockNode(name, template.NodeList()).render(context)


@register.inclusion_tag("look/form/whole.html", takes_context=True)
def form(
    context: template.Context,
    form: forms.BaseForm,
    submit: str = "",
    cancel: str = "",
    action: str = "",
    tone: str = "primary",
) -> dict[str, Any]:
    """A whole form that is sent by POST, with its submit bar; `tone` is "danger" for what can't be taken back."""
    return {
        "form": form,
        "submit": submit or _("Save"),
        "cancel": cancel,
        "action": action,
        "tone": tone,
        "csrf_token": context.get("csrf_token"),
    }


@register.filter
def kind(field: BoundField) -> str:
    """What a field looks like: "switch", "group", "password" or "" for a plain one."""
    widget = field.field.widget
    if isinstance(widget, forms.PasswordInput):
        return "password"
    if isinstance(widget, forms.CheckboxInput):
        return "switch"
    return "group" if widget.use_fieldset else ""


@register.filter
def undo(message: Message) -> str:
    """Where a message's Undo is sent to, or nothing."""
    return undo_of(message)


@register.simple_tag
def badge(tone: str, label: str | Promise, shape: str = "") -> SafeString:
    """A state in words, coloured; `tone` is ok, info, warn, bad, away or off."""
    return format_html('<span class="badge {}">{}{}</span>', tone, icon(f"mark-{shape or tone}"), label)


@register.simple_tag
def dot(tone: str, label: str | Promise, shape: str = "") -> SafeString:
    """A state as a mark, with the shape of its tone or one of its own; its words for pointers and screen readers."""
    return format_html(
        '<span class="dot {}" title="{}">{}<span class="unseen">{}</span></span>',
        tone,
        label,
        icon(f"mark-{shape or tone}"),
        label,
    )


@register.simple_tag
def key(states: Iterable[tuple[str, str | Promise] | tuple[str, str | Promise, str]]) -> SafeString:
    """What the marks of a list mean: tones and words, and shapes where several states share a tone."""
    lines = ((tone, icon(f"mark-{(*shape, tone)[0]}"), label) for tone, label, *shape in states)
    items = format_html_join("", '<li><span class="dot {}">{}</span>{}</li>', lines)
    return format_html('<ul class="key">{}</ul>', items)


@register.filter
def size(value: float | None) -> str:
    """Bytes for people: "1.2 GB", by powers of 1024 as the settings count them."""
    bytes_ = float(value or 0)
    power = min(int(math.log(bytes_, 1024)) if bytes_ >= 1 else 0, len(_UNITS) - 1)
    shown = round(bytes_ / 1024**power, 1)
    places = 0 if shown >= 100 or shown.is_integer() else 1
    return f"{number_format(shown, places)}\N{NO-BREAK SPACE}{_UNITS[power]}"


@register.filter
def amount(value: float, sizes: bool = False) -> str:
    """A number of a chart: of things, or of bytes."""
    if sizes:
        return size(value)
    return number_format(int(value) if float(value).is_integer() else value, use_l10n=True, force_grouping=True)


@register.simple_tag
def when(moment: datetime | None, style: str = "") -> SafeString:
    """A moment in the reader's time zone; the style "ago" says how long it is past, "date" the day alone."""
    if moment is None:
        return format_html('<span class="muted">{}</span>', _("never"))
    local = timezone.localtime(moment)
    # Translators: a moment, in the letters of https://docs.djangoproject.com/en/stable/ref/templates/builtins/#date
    whole = date_format(local, _("j M Y, H:i"))
    shown = whole
    if style == "ago":
        shown = _ago(moment)
    elif style == "date":
        shown = date_format(local, _("j M Y"))
    return format_html('<time datetime="{}" title="{}">{}</time>', local.isoformat(timespec="seconds"), whole, shown)


def _ago(moment: datetime) -> str:
    past = timezone.now() - moment
    if timedelta() <= past < timedelta(minutes=1):
        return _("just now")
    if timedelta() <= past < timedelta(days=7):
        return _("%(time)s ago") % {"time": timesince(moment, depth=1)}
    return date_format(timezone.localtime(moment), _("j M Y") if past >= timedelta() else _("j M Y, H:i"))


@register.inclusion_tag("look/parts/meter.html")
def meter(used: int, allowed: int | None) -> dict[str, Any]:
    """How much of a quota is used, both in bytes; without a quota, what is used."""
    share = 0.0 if not allowed else min(100.0, round(used * 100 / allowed, 1))
    tone = "bad" if share >= FULL else "warn" if share >= NEARLY_FULL else ""
    return {"used": used, "allowed": allowed, "share": f"{share:g}" if share else "", "tone": tone}


@register.inclusion_tag("look/parts/chart.html")
def bars(chart: Chart) -> dict[str, Any]:
    """A chart as bars."""
    return {"chart": chart, "bars": True}


@register.inclusion_tag("look/parts/chart.html")
def lines(chart: Chart) -> dict[str, Any]:
    """A chart as lines."""
    return {"chart": chart}


@register.inclusion_tag("look/parts/spark.html")
def spark(values: Sequence[float]) -> dict[str, Any]:
    """A line the size of a word, beside the number that it leads to."""
    line, area = path(values, max([*values, 1])) if any(values) else ("", "")
    return {"line": line, "area": area}


@register.inclusion_tag("look/parts/tile.html")
def tile(label: str, value: object, **more: object) -> dict[str, Any]:
    """A number with its name; `note` below it, `values` for a line beside it, `url`, `tone` with `tone_label`."""
    return {"label": label, "value": value, **more}


@register.inclusion_tag("look/parts/progress.html")
def progress(label: str, done: int, of: int) -> dict[str, Any]:
    """How far something is."""
    return {"label": label, "done": done, "of": of}


@register.inclusion_tag("look/parts/strength.html")
def strength(score: int, remark: str = "") -> dict[str, Any]:
    """How good a password is, from 0 to 4, with what would make it better."""
    words = (_("Very weak"), _("Weak"), _("Fair"), _("Good"), _("Very good"))
    return {"score": score, "words": words[score], "remark": remark}


@register.inclusion_tag("look/parts/tabs.html")
def tabs(tabs: Iterable[Tab], label: str) -> dict[str, Any]:
    """Pages beside this one; the label names them for screen readers."""
    return {"tabs": tabs, "label": label}


@register.inclusion_tag("look/parts/trail.html")
def trail(*steps: str) -> dict[str, Any]:
    """The pages above this one: label, address, label, address, …"""
    return {"steps": zip(steps[::2], steps[1::2], strict=True)}


@register.inclusion_tag("look/parts/filters.html")
def filters(page: Page[Any], placeholder: str = "") -> dict[str, Any]:
    """The search field and the choices above a list."""
    return {"page": page, "placeholder": placeholder or _("Search")}


@register.inclusion_tag("look/parts/above.html")
def found(page: Page[Any]) -> dict[str, Any]:
    """How many there are, and what narrows the list."""
    return {"page": page}


@register.inclusion_tag("look/parts/heads.html")
def heads(page: Page[Any], picks: bool = False) -> dict[str, Any]:
    """The head of a table; with `picks` its first column holds the boxes of `pick`."""
    return {"page": page, "picks": picks}


@register.inclusion_tag("look/parts/pages.html")
def pages(page: Page[Any]) -> dict[str, Any]:
    """The way to the next page of a list and back."""
    return {"page": page}


@register.simple_tag
def pick(value: object, label: str) -> SafeString:
    """The cell with the box that chooses a row for the form of `bulk`."""
    box = format_html('<input type="checkbox" name="chosen" value="{}" form="bulk">', value)
    return format_html('<td class="pick"><label>{}<span class="unseen">{}</span></label></td>', box, label)


@register.simple_block_tag(takes_context=True)
def bulk(context: template.Context, content: SafeString, action: str) -> SafeString:
    """The bar with the buttons (name="action") for the chosen rows."""
    return _drawn("bulk", content=content, action=action, csrf_token=context.get("csrf_token"))


@register.simple_block_tag
def menu(content: SafeString, label: str) -> SafeString:
    """The menu of a row: links and buttons of the class "item"; the label says whose it is."""
    return _drawn("menu", content=content, label=label)


@register.simple_block_tag
def empty(content: SafeString, picture: str, title: str) -> SafeString:
    """What stands where a list would be, with what to do first."""
    return _drawn("empty", content=content, name=picture, title=title)


@register.simple_block_tag
def notice(content: SafeString, tone: str, title: str = "", picture: str = "") -> SafeString:
    """A remark in the page; `tone` as for a badge."""
    picture = picture or {"ok": "check", "warn": "alert", "bad": "alert"}.get(tone, "info")
    return _drawn("notice", content=content, tone=tone, title=title, picture=picture)


@register.simple_block_tag
def fact(content: SafeString, label: str) -> SafeString:
    """A line of a <dl class="facts">."""
    return format_html("<div><dt>{}</dt><dd>{}</dd></div>", label, content)


@register.simple_tag
def chips(words: Iterable[str], url: str = "") -> SafeString:
    """Tags; with the address of a list, each leads to the rows that have it (the word is added to the address)."""
    if not url:
        return format_html(
            '<span class="chips">{}</span>',
            format_html_join("", '<span class="chip">{}</span>', ((word,) for word in words)),
        )
    links = ((url, quote(word), word) for word in words)
    return format_html(
        '<span class="chips">{}</span>', format_html_join("", '<a class="chip" href="{}{}">{}</a>', links)
    )


@register.inclusion_tag("look/parts/copy.html")
def copy(source: str, label: str = "") -> dict[str, Any]:
    """A button that copies: the element with the id `source`, or `source` itself."""
    return {"source": source, "label": label or _("Copy")}


@register.inclusion_tag("look/parts/secret.html")
def secret(label: str, value: str, id: str = "secret") -> dict[str, Any]:
    """Something that is shown once."""
    return {"label": label, "value": value, "id": id}


def _drawn(part: str, **values: object) -> SafeString:
    return render_to_string(f"look/parts/{part}.html", values)
