"""All addresses of the site."""

from django.urls import include, path

from carteiro.web.site import refusals

urlpatterns = [
    path("", include("carteiro.web.look.urls")),
    path("", include("carteiro.web.people.urls")),
    path("", include("carteiro.web.account.urls")),
    path("", include("carteiro.web.panel.urls")),
]
handler404 = refusals.not_found
handler500 = refusals.broken
