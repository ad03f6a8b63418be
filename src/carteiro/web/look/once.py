"""A form that does its work once: neither a double click nor a form that is sent again does it twice."""

import secrets
import time
from typing import Any

from django.contrib.sessions.backends.base import SessionBase
from django.contrib.sessions.models import Session
from django.core.signing import BadSignature, Signer
from django.db import transaction
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from carteiro.web.look.forms import Form

FIELD = "once"
KEPT = 50
"""How many spent tokens a session remembers."""

_SPENT = "look.spent"
_FORGOTTEN = "look.forgotten"
_SIGNER = Signer(salt="carteiro.web.look.once")


class Once(Form):
    """A form that is carried out once for each time that it is shown: `ThingForm(request.POST or None, session=…)`.

    The token is spent when all else is right, so a form that comes back with a fault can be sent again.
    """

    extras = Form.extras | {FIELD}

    def __init__(self, *args: Any, session: SessionBase, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._session = session
        self._spent = False

    @cached_property
    def once(self) -> str:
        """The token for the page: that of the data while it is good, else a new one."""
        held = str(self.data.get(FIELD, ""))
        return held if held and not self._spent else new_token()

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]  # Django's own hook for what comes after all checks
        if self.errors:
            return
        self._spent = True
        if not spend(self._session, str(self.data.get(FIELD, ""))):
            self.add_error(None, _("This form was sent already. Look first; send it again only if you mean it twice."))


def new_token() -> str:
    """A token for one sending of a form."""
    return _SIGNER.sign(f"{time.time_ns()}.{secrets.token_hex(4)}")


def spend(session: SessionBase, token: str) -> bool:
    """Whether the token is good, which it is once in a session.

    A session remembers the last `KEPT` tokens; what was made before one that it forgot is refused too. The session's
    row is read under a lock, so that of two requests at the same moment the second one sees what the first one did.
    """
    try:
        made = _made(token)
    except BadSignature:
        return False
    if session.session_key is None:
        session.create()
    with transaction.atomic():
        stored = _locked(session)
        spent: list[str] = stored.get(_SPENT, [])
        forgotten: int = stored.get(_FORGOTTEN, 0)
        if token in spent or made <= forgotten:
            return False
        spent.append(token)
        forgotten = max([forgotten, *map(_made, spent[:-KEPT])])
        for each in (stored, session):
            each.update({_SPENT: spent[-KEPT:], _FORGOTTEN: forgotten})
        stored.save()
    return True


def _made(token: str) -> int:
    return int(_SIGNER.unsign(token).partition(".")[0])


def _locked(session: SessionBase) -> SessionBase:
    list(Session.objects.select_for_update().filter(session_key=session.session_key).values_list("pk"))
    return type(session)(session.session_key)
