"""What quota-status of Dovecot 2.3 must know of dovecot.conf, as its environment."""

import re
from collections.abc import Iterator

# Where mail is, how it is read and how it is counted. All else in dovecot.conf is for others.
_NEEDED = re.compile(
    r"base_dir|state_dir|log_path|recipient_delimiter|first_valid_uid"
    # The plugins are chosen below: here only the quota is needed.
    r"|mail_(?!plugins$)\w+|mailbox_\w+|maildir_\w+"
    r"|namespace/inbox/\w+"
    # A warning is sent when a message is saved, which quota-status never does.
    r"|plugin/quota(?!_warning)\w*"
)


def quota_status_environment(configuration: str) -> dict[str, str]:
    """The settings as Dovecot reads them from the environment: NAME or SECTION/NAME, in capitals.

    They are taken from `configuration`, the dovecot.conf that all others read, so that the two can't differ.
    """
    # Each list names its members first.
    lists = {"MAIL_PLUGINS": "quota", "NAMESPACE": "inbox", "NAMESPACE/INBOX/NAME": "inbox", "PLUGIN": ""}
    # A percent sign that is doubled in the file stands for itself in the environment.
    needed = {
        name.upper(): value.replace("%%", "%") for name, value in _settings(configuration) if _NEEDED.fullmatch(name)
    }
    return lists | needed


def _settings(configuration: str) -> Iterator[tuple[str, str]]:
    """Each setting's path, as in `protocol/lmtp/mail_plugins`, with its value."""
    sections: list[str] = []
    for line in map(str.strip, configuration.splitlines()):
        if line.startswith("#"):
            continue
        if line.endswith("{"):
            sections.append("/".join(line.removesuffix("{").split()))
        elif line == "}":
            sections.pop()
        elif "=" in line:
            name, _, value = line.partition("=")
            yield "/".join((*sections, name.strip())), value.strip()
