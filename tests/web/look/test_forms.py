"""Forms: each fault at its field, nothing lost, nothing unknown taken."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django import forms
from django.http import QueryDict
from django.utils import timezone, translation

from carteiro.hosting.errors import Exists, Forbidden, Limit
from carteiro.web.look.fields import (
    AddressesField,
    AddressField,
    DayField,
    DomainField,
    MomentField,
    SizeField,
    SwitchField,
    TriStateField,
)
from carteiro.web.look.forms import Fieldset, Form, refusals
from carteiro.words import N_


class Thing(Form):
    name = AddressField(label="Name", help_text="Its address.")
    quota = SizeField(label="Quota", required=False)
    note = forms.CharField(label="Note", required=False)
    on = SwitchField(label="On")
    to = AddressesField(label="To", required=False)

    fieldsets = (Fieldset("More", ("to",), folded=True),)


def thing(text: str) -> Thing:
    return Thing(QueryDict(text))


def test_what_is_right_comes_as_values() -> None:
    form = thing("name=Alice@Example.ORG&quota=2G&on=on&to=a@x.example%0Ab@x.example, a@x.example")
    assert form.is_valid(), form.errors
    assert form.cleaned_data == {
        "name": "alice@example.org",
        "quota": 2 * 1024**3,
        "note": "",
        "on": True,
        "to": ["a@x.example", "b@x.example"],
    }


def test_a_fault_is_at_its_field_and_what_was_typed_stays() -> None:
    html = str(thing("name=no+address&quota=2+elephants&note=%3Cb%3Ekept"))
    assert 'value="no address"' in html
    assert 'value="2 elephants"' in html
    assert "&lt;b&gt;kept" in html
    assert 'aria-invalid="true"' in html
    assert 'aria-describedby="id_name_helptext id_name_error"' in html
    assert 'id="id_name_error"' in html


def test_the_cursor_is_in_the_first_field_with_a_fault() -> None:
    form = thing("name=a@example.org&quota=nothing&to=nobody")
    html = str(form)
    assert html.count("autofocus") == 1
    assert "autofocus" in str(form["quota"])


def test_a_fault_opens_the_fieldset_that_hides_it() -> None:
    assert '<details class="fieldset" open>' in str(thing("name=a@example.org&to=nobody"))
    assert '<details class="fieldset">' in str(Thing())


@pytest.mark.parametrize("text", ["name=a@example.org&superadmin=1", "name=a@example.org&on=on&domain_id=7"])
def test_an_unknown_field_is_refused(text: str) -> None:
    form = thing(text)
    assert not form.is_valid()
    assert "has no field" in form.non_field_errors()[0]


def test_a_form_may_take_unknown_fields() -> None:
    class Lenient(Thing):
        refuse_unknown = False

    assert Lenient(QueryDict("name=a@example.org&other=1")).is_valid()


def test_parts_of_a_field_are_not_unknown() -> None:
    class When(Form):
        start = forms.SplitDateTimeField()
        day = forms.DateField(widget=forms.SelectDateWidget)

    data = "start_0=2026-01-02&start_1=10:00&day_year=2026&day_month=1&day_day=2"
    assert When(QueryDict(data)).is_valid()


def test_a_refusal_of_a_use_case_goes_to_the_field() -> None:
    form = thing("name=a@example.org")
    assert form.is_valid()
    with refusals(form, "name"):
        raise Exists(N_("{value} is not a size."), value="a@example.org")
    assert form.errors["name"] == ["a@example.org is not a size."]
    assert "autofocus" in str(form["name"])


def test_a_refusal_may_name_its_field_itself() -> None:
    form = thing("name=a@example.org")
    with refusals(form, "name"):
        raise Limit("Too much.", field="quota")
    assert list(form.errors) == ["quota"]


def test_a_refusal_that_fits_no_field_is_on_top() -> None:
    form = thing("name=a@example.org")
    with refusals(form, "elsewhere"):
        raise Limit("Too much.", "Take less.")
    assert form.non_field_errors() == ["Too much. Take less."]


def test_whoever_may_not_gets_no_form_for_it() -> None:
    with pytest.raises(Forbidden), refusals(thing("name=a@example.org"), "name"):
        raise Forbidden("No.")


def test_other_errors_are_bugs_and_stay_so() -> None:
    with pytest.raises(KeyError), refusals(Thing()):
        raise KeyError("name")


def test_a_refusal_is_told_in_the_readers_language() -> None:
    with translation.override("pt-br"):
        form = thing("name=a@example.org&quota=x")
        assert not form.is_valid()
    assert form.errors["quota"][0].startswith("“x” não é") or "não é um tamanho" in form.errors["quota"][0]


def test_sizes_are_shown_as_they_are_typed() -> None:
    assert 'value="2G"' in str(Thing(initial={"quota": 2 * 1024**3})["quota"])
    assert not Thing(QueryDict("quota=2G"), initial={"quota": 2 * 1024**3})["quota"]._has_changed()


def test_every_wrong_address_of_a_list_is_told() -> None:
    form = thing("name=a@example.org&to=one%0Aright@x.example%0Atwo")
    assert len(form.errors["to"]) == 2


def test_a_list_is_bounded() -> None:
    class Few(Form):
        to = AddressesField(most=2)

    assert not Few({"to": "a@x.example b@x.example c@x.example"}).is_valid()


def test_a_domain_is_stored_in_ascii_and_shown_in_unicode() -> None:
    class One(Form):
        name = DomainField()

    form = One({"name": "MÜLLER.example"})
    assert form.is_valid()
    assert form.cleaned_data["name"] == "xn--mller-kva.example"
    assert "müller.example" in str(One(initial={"name": "xn--mller-kva.example"}))


@pytest.mark.parametrize(("sent", "value"), [("yes", True), ("no", False), ("", None)])
def test_three_states(sent: str, value: bool | None) -> None:
    class Policy(Form):
        need = TriStateField(otherwise="As the host says")

    form = Policy({"need": sent})
    assert form.is_valid()
    assert form.cleaned_data["need"] is value
    assert "checked" in str(Policy(initial={"need": value})["need"])


def test_moments_are_typed_in_the_readers_zone() -> None:
    class Away(Form):
        start = MomentField()
        day = DayField()

    with timezone.override(ZoneInfo("America/Sao_Paulo")):
        form = Away({"start": "2026-03-01T22:30", "day": "2026-03-01"})
        assert form.is_valid(), form.errors
        assert 'value="2026-03-01T22:30"' in str(Away(initial=form.cleaned_data)["start"])
    assert form.cleaned_data["start"].astimezone(UTC) == datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
    assert 'value="2026-03-01"' in str(Away(initial=form.cleaned_data)["day"])
    assert not Away({"start": "1.3.2026", "day": "0000-99-99"}).is_valid()


def test_line_breaks_do_not_get_into_a_line() -> None:
    form = thing("name=a@example.org%0D%0ABcc:%20b@example.org")
    assert not form.is_valid()
