"""The addresses of what people choose for the eye."""

from django.urls import path

from carteiro.web.look import preferences

urlpatterns = [
    path("look/theme/", preferences.theme, name="look-theme"),
    path("look/language/", preferences.language, name="look-language"),
]
