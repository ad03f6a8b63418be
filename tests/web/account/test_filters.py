"""The editor of rules: its rows work by buttons alone, and a rule comes back as it was stored."""

import pytest
from django.urls import reverse

from carteiro.hosting.models import FilterRule
from carteiro.settings.layout import Layout
from tests.web.conftest import Browser, World
from tests.web.panel.worker import answering

ADD = "/account/filters/add/"


def sent(conditions: list[dict[str, str]], actions: list[dict[str, str]], **more: str) -> dict[str, str]:
    """A form of the editor as a browser sends it."""
    data = {"name": "Bills", "match": "all", "active": "on", **more}
    for prefix, rows in (("if", conditions), ("do", actions)):
        data |= {f"{prefix}-TOTAL_FORMS": str(len(rows)), f"{prefix}-INITIAL_FORMS": str(len(rows))}
        data |= {f"{prefix}-{place}-{name}": value for place, row in enumerate(rows) for name, value in row.items()}
    return data


FROM_SHOP = {"field": "from", "header": "", "test": "contains", "value": "shop"}
TO_BILLS = {"do": "file", "value": "Bills"}


def test_a_rule_is_stored_and_shown_in_words(browser: Browser, world: World) -> None:
    client = browser(world.bob)
    answer = client.post(ADD, sent([FROM_SHOP], [TO_BILLS, {"do": "flag seen", "value": ""}]))
    assert (answer.status_code, answer["Location"]) == (302, "/account/filters/")
    row = FilterRule.objects.get()
    assert row.actions == [{"do": "file", "value": "Bills"}, {"do": "flag", "value": "seen"}]
    shown = client.get("/account/filters/").content.decode()
    assert "Sender contains “shop”" in shown
    assert "Move to folder “Bills”; Mark as read" in shown
    edited = client.get(reverse("account-filter-edit", args=[row.pk])).content.decode()
    assert '<option value="flag seen" selected>' in edited


def test_buttons_change_the_rows_and_keep_what_was_typed(browser: Browser, world: World) -> None:
    client = browser(world.bob)
    typed = sent([FROM_SHOP, FROM_SHOP | {"value": "second"}], [TO_BILLS])
    more = client.post(ADD, typed | {"row": "if+"}).content.decode()
    assert 'name="if-TOTAL_FORMS" value="3"' in more
    assert 'value="second"' in more
    less = client.post(ADD, typed | {"row": "if-0"}).content.decode()
    assert 'name="if-TOTAL_FORMS" value="1"' in less
    assert 'value="second"' in less
    assert 'value="shop"' not in less
    assert not FilterRule.objects.exists()


@pytest.mark.parametrize("button", ["", "if", "if-", "if-99", "do-x", "what+", "if+" * 50])
def test_a_strange_button_does_no_harm(browser: Browser, world: World, button: str) -> None:
    answer = browser(world.bob).post(ADD, sent([FROM_SHOP], [TO_BILLS]) | {"row": button})
    assert answer.status_code == 200
    assert 'value="shop"' in answer.content.decode()


@pytest.mark.parametrize(
    ("conditions", "actions", "more"),
    [
        ([FROM_SHOP | {"value": ""}], [TO_BILLS], {}),
        ([FROM_SHOP | {"test": "over"}], [TO_BILLS], {}),
        ([FROM_SHOP | {"field": "moon"}], [TO_BILLS], {}),
        ([FROM_SHOP | {"field": "header", "header": "X Y"}], [TO_BILLS], {}),
        ([FROM_SHOP], [], {}),
        ([FROM_SHOP], [{"do": "file", "value": "../x"}], {}),
        ([FROM_SHOP], [{"do": "redirect", "value": "nobody"}], {}),
        ([FROM_SHOP], [{"do": "redirect", "value": "bob@example.org"}], {}),
        ([FROM_SHOP], [TO_BILLS] * 21, {}),
        ([FROM_SHOP], [TO_BILLS], {"if-TOTAL_FORMS": "many"}),
        ([FROM_SHOP], [TO_BILLS], {"name": "x" * 256}),
        ([FROM_SHOP], [TO_BILLS], {"name": "a\r\nb"}),
        ([FROM_SHOP], [TO_BILLS], {"match": "most"}),
    ],
)
def test_a_fault_comes_back_with_what_was_typed(
    browser: Browser,
    world: World,
    conditions: list[dict[str, str]],
    actions: list[dict[str, str]],
    more: dict[str, str],
) -> None:
    answer = browser(world.bob).post(ADD, sent(conditions, actions) | more)
    assert answer.status_code == 422
    assert not FilterRule.objects.exists()


def test_rules_change_places_are_switched_off_and_removed(browser: Browser, set_up: World) -> None:
    client = browser(set_up.bob)
    first, second, *_ = FilterRule.objects.order_by("position")
    client.post(reverse("account-filter-move", args=[second.pk]), {"way": "up"})
    assert FilterRule.objects.order_by("position").first() == second
    client.post(reverse("account-filter-switch", args=[second.pk]), {"active": "no"})
    second.refresh_from_db()
    assert not second.active
    assert client.get(reverse("account-filter-remove", args=[first.pk])).status_code == 200
    assert FilterRule.objects.filter(pk=first.pk).exists()
    client.post(reverse("account-filter-remove", args=[first.pk]))
    assert not FilterRule.objects.filter(pk=first.pk).exists()


def test_a_script_comes_back_with_its_mistakes_by_line(browser: Browser, world: World, layout: Layout) -> None:
    with answering(layout, lambda asked: [[2, "unknown command 'fly'"]] if hasattr(asked, "script") else "keep;\n"):
        assert "keep;" in browser(world.bob).get("/account/filters/script/").content.decode()
        answer = browser(world.bob).post("/account/filters/script/", {"script": "keep;\nfly <me>;\n"})
    assert answer.status_code == 422
    shown = answer.content.decode()
    assert "Line 2: unknown command &#x27;fly&#x27;" in shown
    assert "fly &lt;me&gt;;" in shown
