"""Dumps of every kind of server, good and bad, loaded into a private one that is gone afterwards."""

import gzip
import shutil
import subprocess
from pathlib import Path

import psutil
import pytest

from carteiro.importers.postfixadmin import OldHost, databases, dumps, read, reading, servers
from carteiro.words import Fault

from .conftest import quiet

HEAD = "-- MariaDB dump 10.19\n/*!40101 SET NAMES utf8mb4 */;\n"
TAIL = "/*!40111 SET SQL_NOTES=@OLD_SQL_NOTES */;\n-- Dump completed\n"
TABLES = """\
CREATE TABLE `admin` (`username` varchar(255), `password` varchar(255)) ENGINE=MyISAM;
CREATE TABLE `alias` (`address` varchar(255), `goto` text, `domain` varchar(255)) ENGINE=MyISAM;
CREATE TABLE `domain` (`domain` varchar(255), `description` varchar(255)) ENGINE=MyISAM {charset};
CREATE TABLE `domain_admins` (`username` varchar(255), `domain` varchar(255)) ENGINE=MyISAM;
CREATE TABLE `mailbox` (`username` varchar(255), `password` varchar(255), `name` varchar(255),
  `created` datetime NOT NULL DEFAULT '0000-00-00 00:00:00') ENGINE=MyISAM {charset};
"""


def script(*statements: str, charset: str = "", head: str = HEAD, tail: str = TAIL) -> str:
    return "\n".join((head, TABLES.format(charset=charset), *statements, tail))


def loaded(room: Path, text: str | bytes, tmp_path: Path) -> OldHost:
    file = tmp_path / "dump.sql"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    with dumps.loaded(file, room, quiet) as database:
        return read(database)


def refused(room: Path, text: str | bytes, tmp_path: Path) -> Fault:
    with pytest.raises(Fault) as caught:
        loaded(room, text, tmp_path)
    return caught.value


def test_the_fixture_holds_what_its_tables_say(old_guide: OldHost) -> None:
    assert old_guide.counts() == old_guide.counts() | {"domain": 4, "mailbox": 12, "alias": 22, "admin": 4, "log": 40}
    assert old_guide.schema == ""
    joao = next(row for row in old_guide.mailboxes if row.address == "joao@empresa.test")
    assert joao.name == "João Araújo"
    contato = next(row for row in old_guide.mailboxes if row.address.startswith("contato@"))
    assert contato.dates.created is None


def test_the_upgraded_tables_say_the_same(old_guide: OldHost, upgraded: OldHost) -> None:
    assert upgraded.schema == "1847"
    assert upgraded.mailboxes == old_guide.mailboxes
    assert upgraded.aliases == old_guide.aliases
    assert upgraded.log == old_guide.log
    assert {row.address: row.superadmin for row in upgraded.admins}["super@empresa.test"]


def test_nothing_is_left_of_the_server(room: Path, tmp_path: Path) -> None:
    with dumps.loaded(_file(tmp_path, script()), room, quiet):
        assert _servers(room)
        assert (room / "server").exists()
    assert not _servers(room)
    assert not (room / "server").exists()


def test_the_server_runs_as_nobody_of_importance_and_no_one_else_reaches_it(room: Path, tmp_path: Path) -> None:
    with dumps.loaded(_file(tmp_path, script()), room, quiet):
        (server,) = _servers(room)
        assert server.username() == "carteiro-import"
        assert (room / "server").stat().st_mode & 0o777 == 0o700
        assert not server.net_connections(kind="inet")


def test_the_server_dies_with_us(room: Path, tmp_path: Path) -> None:
    file = _file(tmp_path, script())
    code = f"""
import time
from pathlib import Path
from carteiro.importers.postfixadmin import dumps
with dumps.loaded(Path({str(file)!r}), Path({str(room)!r}), print):
    print("ready", flush=True)
    time.sleep(60)
"""
    with subprocess.Popen([".venv/bin/python", "-c", code], stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout is not None
        assert any(line == "ready\n" for line in run.stdout)
        found = _servers(room)
        assert found
        run.kill()
        run.wait()
    psutil.wait_procs(found, timeout=10)
    assert not _servers(room)
    loaded(room, script(), tmp_path)  # and what it left is no obstacle


def test_a_dump_that_is_packed_is_unpacked(room: Path, tmp_path: Path) -> None:
    assert loaded(room, gzip.compress(script("INSERT INTO `domain` VALUES ('a.test','x');").encode()), tmp_path).domains


@pytest.mark.parametrize(
    "head", ["-- phpMyAdmin SQL Dump\n", "-- MySQL dump 9.11\n", "", "\ufeff-- phpMyAdmin SQL Dump\r\n"]
)
def test_a_dump_of_a_program_that_does_not_tell_its_end_is_taken(head: str, room: Path, tmp_path: Path) -> None:
    text = script("INSERT INTO `domain` (`domain`, `description`) VALUES\n('a.test', 'x');", head=head, tail="")
    assert loaded(room, text, tmp_path).domains[0].description == "x"


def test_a_dump_with_quotes_of_ansi_is_read(room: Path, tmp_path: Path) -> None:
    text = script("INSERT INTO `domain` VALUES ('a.test','x');").replace("`", '"')
    assert loaded(room, text, tmp_path).domains


def test_zero_dates_and_engines_of_old_are_taken(room: Path, tmp_path: Path) -> None:
    old = loaded(room, script("INSERT INTO mailbox VALUES ('a@a.test','x','A','0000-00-00 00:00:00');"), tmp_path)
    assert old.mailboxes[0].dates.created is None


def test_utf8_in_a_latin1_table_is_put_right_and_told(room: Path, tmp_path: Path) -> None:
    twice = "Padaria São João".encode().decode("latin-1")
    row = f"INSERT INTO domain VALUES ('a.test','{twice}');"
    old = loaded(room, script(row, charset="DEFAULT CHARSET=latin1"), tmp_path)
    assert old.domains[0].description == "Padaria São João"
    assert [str(row) for row in old.repaired] == ["domain a.test"]


@pytest.mark.parametrize("names", ["/*!40101 SET NAMES latin1 */;\n", "", "SET NAMES 'latin1';\n"])
def test_a_dump_in_latin1_is_read_as_such(names: str, room: Path, tmp_path: Path) -> None:
    text = script("INSERT INTO domain VALUES ('a.test','Padaria São João');", head=f"-- MySQL dump 10.11\n{names}")
    assert loaded(room, text.encode("latin-1"), tmp_path).domains[0].description == "Padaria São João"


def test_bytes_of_utf8_under_the_name_of_latin1_are_put_right(room: Path, tmp_path: Path) -> None:
    head = "-- MySQL dump 10.11\n/*!40101 SET NAMES latin1 */;\n"
    text = script("INSERT INTO domain VALUES ('a.test','São João');", head=head, charset="DEFAULT CHARSET=latin1")
    assert loaded(room, text, tmp_path).domains[0].description == "São João"


@pytest.mark.parametrize("at", range(5, 100, 10))
def test_a_dump_cut_anywhere_is_refused(at: int, fixtures: Path, room: Path, tmp_path: Path) -> None:
    whole = (fixtures / "postfix.sql").read_bytes()
    fault = refused(room, whole[: len(whole) * at // 100], tmp_path)
    assert "cut short" in str(fault)


def test_the_table_at_which_a_dump_ends_is_named(fixtures: Path, room: Path, tmp_path: Path) -> None:
    whole = (fixtures / "postfix.sql").read_bytes()
    fault = refused(room, whole[: whole.index(b"'diretora@escola.test','$1$")], tmp_path)
    assert fault.values["table"] == "mailbox"
    fault = refused(room, whole[: whole.index(b"-- Table structure for table `domain`")], tmp_path)
    assert fault.values["missing"] == "domain, domain_admins, mailbox"


EVIL = (
    "GRANT ALL ON *.* TO loader@localhost;",
    "SELECT 'x' INTO OUTFILE '{out}';",
    "LOAD DATA INFILE '/etc/passwd' INTO TABLE alias;",
    "LOAD DATA LOCAL INFILE '/etc/passwd' INTO TABLE alias;",
    "CREATE TABLE alias2 ENGINE=InnoDB AS SELECT LOAD_FILE('/etc/passwd');",
    "DROP TABLE mailbox;",
    "DELETE FROM mailbox;",
    "system touch {out}\n;",
    "\\! touch {out}\n;",
    "source /etc/passwd\n;",
    "DELIMITER ;;\nCREATE PROCEDURE p() BEGIN DELETE FROM mailbox; END;;\nDELIMITER ;\nCALL p();",
    "/*!50003 CREATE EVENT e ON SCHEDULE EVERY 1 SECOND DO DELETE FROM mailbox */;",
    "SET GLOBAL general_log_file = '{out}';",
    "SHUTDOWN;",
    "INSTALL SONAME 'ha_connect';",
    "USE mysql; DELETE FROM user; USE postfix;",
    "CREATE TRIGGER t BEFORE INSERT ON alias FOR EACH ROW SET NEW.goto = 'evil@evil.test';",
)


def test_sql_that_does_more_than_it_should_is_passed_over(room: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    evil = "\n".join(EVIL).replace("{out}", str(out))
    mailbox = "USE postfix; INSERT INTO mailbox VALUES ('ana@a.test','x','Ana','2009-11-03');"
    alias = "INSERT INTO alias VALUES ('b@a.test','c@a.test','a.test');"
    old = loaded(room, script(mailbox, evil, alias, head=f"{HEAD}USE postfix;\n"), tmp_path)
    assert [row.address for row in old.mailboxes] == ["ana@a.test"]
    assert [row.goto for row in old.aliases] == [("c@a.test",)]
    assert not out.exists()


def test_reading_a_file_of_the_server_gives_nothing(room: Path, tmp_path: Path) -> None:
    old = loaded(room, script("INSERT INTO alias VALUES ('a@a.test',LOAD_FILE('/etc/passwd'),'a.test');"), tmp_path)
    assert old.aliases[0].goto == ()


def test_a_table_that_can_not_be_loaded_is_named(room: Path, tmp_path: Path) -> None:
    fault = refused(room, script("INSERT INTO mailbox VALUES ('too few');"), tmp_path)
    assert fault.values["table"] == "mailbox"


def test_what_is_told_of_it_cites_no_password(room: Path, tmp_path: Path) -> None:
    fault = refused(room, script("INSERT INTO mailbox VALUES ('a@a.test','$1$hash', SYNTAX ERROR);"), tmp_path)
    assert fault.values["table"] == "mailbox"
    assert "$1$" not in str(fault)


def test_of_a_dump_of_several_databases_postfixadmins_is_read(room: Path, tmp_path: Path) -> None:
    shop = "CREATE DATABASE `shop`; USE `shop`;\nCREATE TABLE `domain` (`x` int);\nINSERT INTO `domain` VALUES (1);\n"
    text = script("INSERT INTO domain VALUES ('a.test','');", head=f"{HEAD}{shop}USE `postfix`;\n")
    assert [row.name for row in loaded(room, text, tmp_path).domains] == ["a.test"]


def test_tables_with_a_prefix_are_found(room: Path, tmp_path: Path) -> None:
    text = script("INSERT INTO domain VALUES ('a.test','');").replace("`", "")
    for table in ("admin", "alias", "domain", "domain_admins", "mailbox"):
        text = text.replace(f"TABLE {table} ", f"TABLE pfa_{table} ").replace(f"INTO {table} ", f"INTO pfa_{table} ")
    assert [row.name for row in loaded(room, text, tmp_path).domains] == ["a.test"]


def test_a_dump_of_squirrelmails_tables_is_read(room: Path, tmp_path: Path) -> None:
    text = f"""{HEAD}
CREATE TABLE `address` (`owner` varchar(128), `nickname` varchar(16), `firstname` varchar(128),
  `lastname` varchar(128), `email` varchar(128), `label` varchar(255)) TYPE=MyISAM;
INSERT INTO `address` VALUES ('ana@a.test','ze','José','','ze@b.test','');
CREATE TABLE `userprefs` (`user` varchar(128), `prefkey` varchar(64), `prefval` blob) TYPE=MyISAM;
INSERT INTO `userprefs` VALUES ('ana@a.test','full_name','Ana Conceição');
{TAIL}"""
    with dumps.loaded(_file(tmp_path, text), room, quiet) as opened:
        assert tuple(reading.contacts(opened)) == (("ana@a.test", "ze", "José", "", "ze@b.test", ""),)
        assert tuple(reading.preferences(opened)) == (("ana@a.test", "full_name", "Ana Conceição"),)


def test_quotes_backslashes_and_semicolons_arrive(room: Path, tmp_path: Path) -> None:
    rows = (
        r"""INSERT INTO domain VALUES ('a.test','O\'Hara; "x" -- no # comment /* nor this */ \\'),('b.test','it''s');"""
    )
    old = loaded(room, script(rows), tmp_path)
    assert [row.description for row in old.domains] == ['O\'Hara; "x" -- no # comment /* nor this */ \\', "it's"]


@pytest.mark.parametrize("content", [b"", b"PGDMP\x01\x0e", b"\x00\x01\x02", b"   \n"])
def test_what_is_no_dump_is_refused(content: bytes, room: Path, tmp_path: Path) -> None:
    assert "not a dump" in str(refused(room, content, tmp_path))


def test_another_database_is_told_by_what_is_missing(room: Path, tmp_path: Path) -> None:
    fault = refused(room, f"{HEAD}CREATE TABLE `posts` (`id` int);\n{TAIL}", tmp_path)
    assert "mailbox" in str(fault.values["missing"])


def test_a_dump_that_is_not_there_is_told(room: Path, tmp_path: Path) -> None:
    with pytest.raises(Fault, match="can't be read"), dumps.loaded(tmp_path / "none.sql", room, quiet):
        pass


SQLITE = """\
PRAGMA foreign_keys=OFF;
BEGIN TRANSACTION;
CREATE TABLE admin (username text, password text);
CREATE TABLE alias (address text, goto text);
CREATE TABLE domain (domain text, description text, active integer);
INSERT INTO domain VALUES('a.test','it''s; São João',0);
CREATE TABLE domain_admins (username text, domain text);
CREATE TABLE mailbox (username text, password text);
ATTACH DATABASE '{out}' AS evil;
CREATE TABLE evil.x (y text);
COMMIT;
"""


def test_a_dump_of_sqlite_is_read_and_does_nothing_else(room: Path, tmp_path: Path) -> None:
    out = tmp_path / "evil.sqlite3"
    old = loaded(room, SQLITE.format(out=out), tmp_path)
    assert (old.domains[0].description, old.domains[0].active) == ("it's; São João", False)
    assert not out.exists()


POSTGRESQL = r"""--
-- PostgreSQL database dump
--

\restrict abc
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
CREATE FUNCTION public.evil() RETURNS integer LANGUAGE plpgsql AS $$ BEGIN; DROP TABLE mailbox; END; $$;
COPY public.alias FROM PROGRAM 'touch {out}';
CREATE TABLE public.admin (username character varying(255), password text, superadmin boolean DEFAULT false);
CREATE TABLE public.alias (address character varying(255), goto text, active boolean DEFAULT true,
    created timestamp with time zone DEFAULT now());
CREATE TABLE public.domain (domain character varying(255), description character varying(255));
CREATE TABLE public.domain_admins (username character varying(255), domain character varying(255),
    id integer DEFAULT nextval('public.domain_admins_id_seq'::regclass) NOT NULL);
CREATE TABLE public.mailbox (username character varying(255), password character varying(255), name text);
ALTER TABLE public.alias OWNER TO postfix;
COPY public.admin (username, password, superadmin) FROM stdin;
root@a.test	x	t
\.
COPY public.alias (address, goto, active, created) FROM stdin;
x@a.test	a;b'c@a.test\nd@a.test	f	2009-11-03 14:22:10-03
\.
INSERT INTO public.domain VALUES ('a.test', 'it''s São João');
COPY public.mailbox (username, password, name) FROM stdin;
\.
--
-- PostgreSQL database dump complete
--
\unrestrict abc
"""


def test_a_dump_of_postgresql_is_read_and_does_nothing_else(room: Path, tmp_path: Path) -> None:
    if not shutil.which("pg_config") and not Path("/usr/lib/postgresql").is_dir():
        pytest.skip("needs PostgreSQL's server: apt-get install postgresql")
    out = tmp_path / "out"
    old = loaded(room, POSTGRESQL.replace("{out}", str(out)), tmp_path)
    assert old.admins[0].superadmin
    assert old.aliases[0].goto == ("a;b'c@a.test", "d@a.test")
    assert not old.aliases[0].active
    assert str(old.aliases[0].dates.created) == "2009-11-03 17:22:10+00:00"
    assert old.domains[0].description == "it's São João"
    assert not out.exists()


def test_a_dump_of_postgresql_that_is_cut_is_refused(room: Path, tmp_path: Path) -> None:
    fault = refused(room, POSTGRESQL[: POSTGRESQL.index("x@a.test")], tmp_path)
    assert fault.values["table"] == "alias"


def test_a_live_database_is_read_and_a_wrong_password_is_told(room: Path) -> None:
    with servers.mariadb(room, quiet) as (place, password):
        with databases.opened(place, password) as opened:
            assert opened.tables() == []
        with pytest.raises(Fault, match="Access denied"), databases.opened(place, "wrong"):
            pass


def test_a_sqlite_file_is_read_and_not_changed(tmp_path: Path) -> None:
    file = tmp_path / "postfixadmin.db"
    subprocess.run(
        ["sqlite3", str(file)],
        input=SQLITE.replace("ATTACH", "--ATTACH").replace("CREATE TABLE evil", "--"),
        text=True,
        check=True,
    )
    before = file.read_bytes()
    with databases.opened(databases.parse_url(f"sqlite://{file}")) as opened:
        assert read(opened).domains[0].description == "it's; São João"
    assert file.read_bytes() == before


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("mysql://root:secret@localhost/postfix", "holds a password"),
        ("oracle://localhost/postfix", "no kind of database"),
        ("postfix", "no kind of database"),
        ("mysql://root@localhost", "can't be understood"),
        ("mysql://root@localhost/postfix?evil=1", "can't be understood"),
        ("mysql://root@localhost:port/postfix", "can't be understood"),
    ],
)
def test_a_url_that_is_wrong_is_told_without_its_password(url: str, told: str) -> None:
    with pytest.raises(Fault, match=told) as caught:
        databases.parse_url(url)
    assert "secret" not in str(caught.value)


def test_a_server_that_does_not_answer_is_told() -> None:
    place = databases.parse_url("mysql://root@127.0.0.1:1/postfix")
    with pytest.raises(Fault, match="can't be opened"), databases.opened(place, "x"):
        pass


def _file(directory: Path, text: str) -> Path:
    file = directory / "dump.sql"
    file.write_text(text)
    return file


def _servers(room: Path) -> list[psutil.Process]:
    return [each for each in psutil.process_iter() if _belongs(each, room)]


def _belongs(process: psutil.Process, room: Path) -> bool:
    try:
        return process.name() in {"mariadbd", "postgres"} and str(room) in " ".join(process.cmdline())
    except psutil.Error:
        return False
