"""The addresses of signing in and out, and of what keeps an account safe."""

from django.urls import path

from carteiro.web.people import password, security, sign_in, sudo
from carteiro.web.people.pages import page

# For whoever is not signed in yet.
ENTRANCE = [
    path("sign-in/", sign_in.enter, name="sign-in"),
    path("sign-in/second/", sign_in.second, name="second-factor"),
    path("sign-out/", sign_in.leave, name="sign-out"),
    path("forgotten/", password.forgotten, name="forgotten"),
    path("recover/", password.choose, name="recover-choose"),
    path("recover/<str:secret>/", password.take_link, name="recover"),
    path("confirm/<str:secret>/", password.confirm_address, name="recovery-confirm"),
    path("setup/<str:secret>/", password.first, name="setup"),
]
urlpatterns = [
    *ENTRANCE,
    page("sudo/", sudo.confirm, "sudo"),
    page("account/password/", password.change, "account-password"),
    page("account/security/", security.overview, "security"),
    page("account/security/app/", security.add_app, "security-app"),
    page("account/security/key/", security.add_key, "security-key"),
    page("account/security/codes/", security.codes, "security-codes"),
    page("account/security/recovery/", security.recovery_address, "security-recovery"),
    page("account/security/sessions/", security.end_sessions, "security-sessions"),
    page("account/security/<int:number>/remove/", security.remove, "security-remove"),
]
