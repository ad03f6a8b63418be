"""The directory's questions in the words of the installed Dovecot."""

import re
from collections.abc import Mapping
from pathlib import Path

from carteiro.stack.facts import Versions
from carteiro.stack.quoting import one_line, sql

_PLACE = re.compile(r"\{[a-z0-9_]+\}")
# Neutral place → variable. Both releases escape a variable for the SQL driver themselves.
_VARIABLES_23 = {
    "{address}": "%u",
    "{user}": "%n",
    "{domain}": "%d",
    "{protocol}": "%s",
    "{password_sha256}": "%{sha256:password}",
}
_VARIABLES_24 = {
    "{address}": "%{user}",
    "{user}": "%{user | username}",
    "{domain}": "%{user | domain}",
    "{protocol}": "%{protocol}",
    "{password_sha256}": "%{password | sha256 | hexlify}",
}

# Only of a message that breaks this does 2.4 tell quota-status anything else than of a full mailbox. Nobody else sees
# it: APPEND would say [LIMIT] in place of [OVERQUOTA].
_STATUS_FIELDS_24 = {
    "quota_mail_size": "CASE WHEN '%{protocol}' = 'quota-status' AND quota_bytes > 0 "
    "THEN quota_bytes || 'B' ELSE 'unlimited' END",
}


def queries(asked: Mapping[str, str], mail: Path, versions: Versions) -> dict[str, str]:
    """The queries of dovecot.conf: app_password_query, password_query, user_query, quota_user_query, iterate_query and
    no_users_query.

    What the directory tells of a mailbox (home, quota_bytes, quota_messages, count_usage) becomes the fields of the
    release; `mail` is the directory that holds the homes, each below the first two letters of its name.
    """
    is_24 = versions.dovecot >= (2, 4)
    fields = _fields_24() if is_24 else _fields_23()
    home = {"home": f"{sql(f'{mail}/')} || substr(home, 1, 2) || '/' || home"}
    user = _columns({"user": '"user"', **home, **fields, **(_STATUS_FIELDS_24 if is_24 else {})})
    prefetched = _columns({f"userdb_{name}": value for name, value in {**home, **fields}.items()})
    variables = _VARIABLES_24 if is_24 else _VARIABLES_23
    text = {name: _put(query, variables) for name, query in asked.items()}
    return {
        "app_password_query": _select(f"user, password, nopassword, {prefetched}", text["app_password"]),
        "password_query": _select(f"user, password, {prefetched}", text["password"]),
        "user_query": _select(user, text["user"]),
        "quota_user_query": _select(user, text["quota_user"]),
        "iterate_query": text["iterate"],
        # A userdb that can't list its users makes `doveadm -A` fail; this one has none of its own.
        "no_users_query": "SELECT '' AS \"user\" WHERE 0",
    }


def _select(columns: str, query: str) -> str:
    return f"SELECT {columns} FROM ({query})"  # noqa: S608 - all of it is our own text


def _columns(fields: Mapping[str, str]) -> str:
    return ", ".join(f'{value} AS "{name}"' for name, value in fields.items())


def _fields_23() -> dict[str, str]:
    return {
        "quota_rule": "'*:bytes=' || quota_bytes || ':messages=' || quota_messages",
        "quota_clone_dict": "CASE WHEN count_usage THEN 'proxy::usage' END",
    }


def _fields_24() -> dict[str, str]:
    return {
        "quota_storage_size": "quota_bytes || 'B'",
        "quota_message_count": "quota_messages",
        "mail_plugins/quota_clone": "CASE WHEN count_usage THEN 'yes' ELSE 'no' END",
    }


def _put(query: str, variables: Mapping[str, str]) -> str:
    # A comment would swallow what is put around the query.
    text = one_line(query).replace("%", "%%")
    return _PLACE.sub(lambda place: variables[place[0]], text)
