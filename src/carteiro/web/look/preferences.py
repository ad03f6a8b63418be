"""What somebody chose for the eye: the theme and the language, kept in cookies."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import check_for_language
from django.views.decorators.http import require_POST

THEME_COOKIE = "__Host-theme"
THEMES = ("light", "dark")

_YEAR = 365 * 86400


@require_POST
def theme(request: HttpRequest) -> HttpResponse:
    """Choose light or dark; anything else leaves it to the browser."""
    response = _back(request)
    chosen = request.POST.get("theme", "")
    if chosen in THEMES:
        _keep(response, THEME_COOKIE, chosen)
    else:
        response.set_cookie(THEME_COOKIE, "", max_age=0, secure=True, httponly=True, samesite="Lax")
    return response


@require_POST
def language(request: HttpRequest) -> HttpResponse:
    """Choose a language that there is."""
    response = _back(request)
    chosen = request.POST.get("language", "")
    if chosen in dict(settings.LANGUAGES) and check_for_language(chosen):
        _keep(response, settings.LANGUAGE_COOKIE_NAME, chosen)
    return response


def chosen_theme(request: HttpRequest) -> str:
    """The theme of a request's cookie, or nothing."""
    held = request.COOKIES.get(THEME_COOKIE, "")
    return held if held in THEMES else ""


def _keep(response: HttpResponse, name: str, value: str) -> None:
    response.set_cookie(name, value, max_age=_YEAR, secure=True, httponly=True, samesite="Lax")


def _back(request: HttpRequest) -> HttpResponse:
    """To the page that the form was on, if it is one of ours."""
    place = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(place, {request.get_host()}, require_https=request.is_secure())
    return HttpResponseRedirect(place if safe else "/")
