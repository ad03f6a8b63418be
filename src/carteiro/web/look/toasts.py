"""Messages after something was done, with the way back where there is one."""

from django.contrib import messages
from django.contrib.messages.storage.base import Message
from django.http import HttpRequest
from django.utils.functional import Promise

_MARK = "undo "


def undoable(request: HttpRequest, text: str | Promise, undo: str) -> None:
    """Say that something was done, with a button that sends a POST to the path `undo`."""
    messages.success(request, str(text), extra_tags=_MARK + undo)


def undo_of(message: Message) -> str:
    """The path that undoes what a message tells, or nothing."""
    tags = str(message.extra_tags or "")
    return tags.removeprefix(_MARK) if tags.startswith(_MARK) else ""
