"""What somebody chooses for the eye, and the frame of pages."""

import pytest
from django.test import Client


def test_a_theme_is_kept_and_comes_with_the_page(gallery: Client) -> None:
    answer = gallery.post("/look/theme/", {"theme": "dark", "next": "/gallery/"})
    assert (answer.status_code, answer["Location"]) == (302, "/gallery/")
    cookie = answer.cookies["__Host-theme"]
    assert (cookie["secure"], cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, True, "Lax", "/")
    html = gallery.get("/gallery/").content.decode()
    assert 'data-theme="dark"' in html
    assert 'dark.css" media="screen"' in html
    gallery.post("/look/theme/", {"theme": ""})
    assert "data-theme" not in gallery.get("/gallery/").content.decode()


def test_light_needs_no_dark_colours(gallery: Client) -> None:
    gallery.post("/look/theme/", {"theme": "light"})
    assert "dark.css" not in gallery.get("/gallery/").content.decode()


def test_an_invented_theme_is_none(gallery: Client) -> None:
    gallery.cookies["__Host-theme"] = '"><script>'
    assert "<script>" not in gallery.get("/gallery/").content.decode()


@pytest.mark.parametrize(
    "place", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "\\\\evil.example", ""]
)
def test_nobody_is_led_elsewhere(gallery: Client, place: str) -> None:
    assert gallery.post("/look/theme/", {"theme": "dark", "next": place})["Location"] == "/"


def test_a_language_is_kept_if_there_is_such_a_one(gallery: Client) -> None:
    assert "__Host-language" in gallery.post("/look/language/", {"language": "en"}).cookies
    assert "__Host-language" not in gallery.post("/look/language/", {"language": "tlh"}).cookies


def test_choosing_needs_a_form_of_ours(gallery: Client) -> None:
    assert gallery.get("/look/theme/").status_code == 405
    strict = Client(enforce_csrf_checks=True, headers={"X-Forwarded-Proto": "https"})
    assert strict.post("/look/theme/", {"theme": "dark"}).status_code == 403


def test_htmx_is_sent_the_list_and_no_frame(gallery: Client) -> None:
    html = gallery.get("/gallery/", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in html
    assert "Nothing found" in html
    assert 'id="messages"' in html


def test_a_form_with_faults_comes_back_as_422(gallery: Client) -> None:
    answer = gallery.post("/gallery/", {"address": "no", "name": "<b>Name</b>", "password": "", "quota": "x"})
    assert answer.status_code == 422
    assert "&lt;b&gt;Name&lt;/b&gt;" in answer.content.decode()


def test_a_message_has_its_way_back(gallery: Client) -> None:
    once = gallery.get("/gallery/").content.decode().split('name="once" value="')[1].partition('"')[0]
    data = {"address": "a@example.org", "password": "x", "quota": "2G", "kind": "hosted", "second": "", "once": once}
    answer = gallery.post("/gallery/", data, follow=True)
    assert '<form method="post" action="/gallery/undo/">' in answer.content.decode()
