"""A fault on its way from one process to another: as data, to be shown in the reader's language."""

from collections.abc import Mapping
from typing import Any

from carteiro.words.fault import Fault


def packed(fault: Fault) -> dict[str, Any]:
    """A fault as what JSON can carry."""
    values = {name: value if isinstance(value, int) else str(value) for name, value in fault.values.items()}
    return {"text": fault.text, "remedy": fault.remedy, "code": fault.code, "values": values}


def unpacked(data: Mapping[str, Any]) -> Fault:
    """The fault that another process packed."""
    return Fault(data["text"], data["remedy"], code=data["code"], **data["values"])
