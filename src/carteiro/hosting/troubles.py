"""What the databases say when they can't do their work, and what a person has to know of it."""

from enum import Enum

from carteiro.words import N_


class Trouble(Enum):
    """A reason with its remedy; the same whichever database it is."""

    AWAY = (
        N_("The accounts database can't be reached: {reason}."),
        N_("See that its server runs and can be reached; mail and log-in go on meanwhile."),
    )
    CROWDED = (
        N_("The database server takes no more connections: {reason}."),
        N_("Raise its max_connections, or end what holds them; mail and log-in go on meanwhile."),
    )
    DENIED = (
        N_("The database server does not let us in: {reason}."),
        N_("Check the user, the password in its file, and from where that user may connect."),
    )
    UNKNOWN = (N_("The database is not there: {reason}."), N_("Create it, or correct the setting `database`."))
    TLS = (
        N_("There is no trusted connection to the database server: {reason}."),
        N_("Check tls, ca, certificate and key in the setting `database`, and that user carteiro can read the files."),
    )
    BUSY = (N_("The accounts database is busy: another command is writing."), N_("Try again in a moment."))
    CROSSED = (N_("Two changes at the same moment stood in each other's way."), N_("Repeat the command."))
    FILE_READ_ONLY = (
        N_("The accounts database can't be written: {reason}."),
        N_("Check the owner and mode of its files."),
    )
    SERVER_READ_ONLY = (
        N_("The database server only reads: {reason}."),
        N_("Make the server writable, or name the one that is."),
    )
    RIGHTS = (
        N_("The database's user lacks a right: {reason}."),
        N_("Give the user all rights on this database."),
    )
    FULL = (N_("The disk of the accounts database is full."), N_("Free some space and try again."))
    DISK = (
        N_("The disk of the accounts database fails: {reason}."),
        N_("Check the disk and its free space."),
    )
    DAMAGED = (
        N_("The accounts database is damaged: {reason}."),
        N_("Put the last backup in its place; mail goes on meanwhile."),
    )
    NOT_OPENED = (N_("The accounts database can't be opened: {reason}."), N_("Run 'carteiro apply' as root."))
    RELEASE = (N_("The accounts database is not of this release: {reason}."), N_("Run 'carteiro apply' as root."))
    OTHER = (N_("The accounts database refuses: {reason}."), "")


# What SQLite says (https://sqlite.org/rescode.html): part of its message.
_SQLITE = (
    ("locked", Trouble.BUSY),
    ("readonly", Trouble.FILE_READ_ONLY),
    ("full", Trouble.FULL),
    ("disk I/O", Trouble.DISK),
    ("malformed", Trouble.DAMAGED),
    ("not a database", Trouble.DAMAGED),
    ("unable to open", Trouble.NOT_OPENED),
    ("no such", Trouble.RELEASE),
)
# Numbers of MariaDB and MySQL (https://mariadb.com/kb/en/mariadb-error-code-reference/); from 2000 on, of the client.
_MYSQL = {
    Trouble.AWAY: (
        1053,
        1077,
        1079,
        1152,
        1158,
        1159,
        1160,
        1161,
        1184,
        1927,
        2002,
        2003,
        2005,
        2006,
        2012,
        2013,
        2055,
    ),
    Trouble.CROWDED: (1040, 1041, 1135, 1203, 1226),
    Trouble.DENIED: (1045, 1130, 1251, 1275, 1524, 1698, 1820, 1862, 3118, 4151),
    Trouble.UNKNOWN: (1044, 1049),
    Trouble.TLS: (2026, 3159),
    Trouble.BUSY: (1205,),
    Trouble.CROSSED: (1020, 1213),
    Trouble.SERVER_READ_ONLY: (1036, 1290, 1792, 1836),
    Trouble.RIGHTS: (1142, 1143, 1227, 1370),
    Trouble.FULL: (1021, 1114),
    Trouble.DISK: (3, 1026, 1030),
    Trouble.DAMAGED: (1034, 1035, 1194, 1195, 1712),
    Trouble.RELEASE: (1054, 1146),
}
# SQLSTATE, or what it begins with (https://www.postgresql.org/docs/current/errcodes-appendix.html).
_POSTGRESQL = (
    ("40P01", Trouble.CROSSED),
    ("40001", Trouble.CROSSED),
    ("55P03", Trouble.BUSY),
    ("53300", Trouble.CROWDED),
    ("53100", Trouble.FULL),
    ("25006", Trouble.SERVER_READ_ONLY),
    ("42501", Trouble.RIGHTS),
    ("3D000", Trouble.UNKNOWN),
    ("42P01", Trouble.RELEASE),
    ("42703", Trouble.RELEASE),
    ("28", Trouble.DENIED),
    ("08", Trouble.AWAY),
    ("57P", Trouble.AWAY),
    ("25P03", Trouble.AWAY),
    ("58", Trouble.DISK),
    ("XX", Trouble.DAMAGED),
)
# libpq tells why a connection was not made in words only.
_CONNECTING = (
    ("certificate", Trouble.TLS),
    ("SSL", Trouble.TLS),
    ("remaining connection slots", Trouble.CROWDED),
    ("too many", Trouble.CROWDED),
    ("authentication failed", Trouble.DENIED),
    ("no password supplied", Trouble.DENIED),
    ("pg_hba.conf", Trouble.DENIED),
    ('role "', Trouble.DENIED),
    ('database "', Trouble.UNKNOWN),
)


def trouble_of(error: BaseException) -> Trouble:
    """Which one an exception of a driver, or Django's for it, is."""
    cause = error.__cause__ or error
    module = type(cause).__module__.partition(".")[0]
    if module == "pymysql":
        return _of_mysql(cause)
    if module == "psycopg":
        return _of_postgresql(cause)
    text = said(error)
    if "already closed" in text:
        return Trouble.AWAY
    return next((trouble for part, trouble in _SQLITE if part in text), Trouble.OTHER)


def told(error: BaseException) -> tuple[str, str]:
    """The reason, with a place for what the database `said`, and the remedy."""
    text, remedy = trouble_of(error).value
    return str(text), str(remedy)


def said(error: BaseException) -> str:
    """The database's own words in one line, without its number."""
    words = error.args[1] if len(error.args) > 1 and isinstance(error.args[0], int) else error
    return " ".join(str(words).split()).rstrip(".")


def passes(error: BaseException) -> bool:
    """Whether the same thing, done anew on a new connection, may well succeed at once."""
    return trouble_of(error) in (Trouble.AWAY, Trouble.CROSSED)


def _of_mysql(cause: BaseException) -> Trouble:
    number = cause.args[0] if cause.args else 0
    text = said(cause)
    if number == 0 and not text.strip("( ,')0"):  # the driver's word for a connection that is closed
        return Trouble.AWAY
    if number in (3, 1026, 1030) and ("No space left" in text or " 28 " in text):
        return Trouble.FULL
    if number == 2003 and ("SSL" in text or "CERTIFICATE" in text):
        return Trouble.TLS
    return next((trouble for trouble, numbers in _MYSQL.items() if number in numbers), Trouble.OTHER)


def _of_postgresql(cause: BaseException) -> Trouble:
    state = getattr(cause, "sqlstate", None)
    if state:
        return next((trouble for start, trouble in _POSTGRESQL if state.startswith(start)), Trouble.OTHER)
    if type(cause).__name__ not in ("OperationalError", "ConnectionTimeout", "InterfaceError"):
        return Trouble.OTHER
    # Without a number it comes from the client: no connection, or none any more.
    text = said(cause)
    return next((trouble for part, trouble in _CONNECTING if part in text), Trouble.AWAY)
