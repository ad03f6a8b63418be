"""SquirrelMail's data, from its files and from its tables."""

from pathlib import Path
from typing import Any

import pytest

from carteiro.importers import php, squirrelmail
from carteiro.importers.planning.webmail import Person
from carteiro.words import Fault

ANA = "ana@a.test"


def person(directory: Path, settings: str = "", **files: bytes) -> Person:
    """One person's data; further files by their suffix."""
    (directory / f"{ANA}.pref").write_bytes(settings.encode("cp1252"))
    for suffix, content in files.items():
        (directory / f"{ANA}.{suffix}").write_bytes(content)
    return squirrelmail.read_directory(directory).people[ANA]


@pytest.fixture
def ana(fixtures: Path) -> Person:
    return squirrelmail.read_directory(fixtures / "squirrelmail").people["ana@empresa.test"]


def test_identities_come_with_their_signatures(ana: Person) -> None:
    first, second = ana.identities
    assert first["name"] == "Ana Conceição Souza"
    assert first["signature"] == "Ana Conceição Souza\nEmpresa Exemplo Ltda. - (11) 5555-0101"
    assert (second["address"], second["reply_to"]) == ("vendas@empresa.test", "vendas@empresa.test")
    assert second["signature"].startswith("Equipe de Vendas")


def test_address_books_come_with_groups_and_notes(ana: Person) -> None:
    by_name = {each["nickname"]: each for each in ana.contacts}
    assert len(by_name) == 5
    assert by_name["joao"] == {
        "nickname": "joao",
        "first_name": "João",
        "last_name": "Araújo",
        "addresses": ["joao@empresa.test"],
        "note": "colega",
    }
    assert by_name["ze"]["note"] == "cliente antigo, liga às 2ªs"
    assert by_name["equipe"]["addresses"] == ["joao@empresa.test", "carlos@empresa.test"]


def test_preferences_with_an_equivalent_come_and_highlights(ana: Person) -> None:
    assert ana.preferences == ana.preferences | {
        "language": "pt-br",
        "time_zone": "America/Sao_Paulo",
        "page_size": 25,
        "show_html": False,
        "sent_folder": "Sent",
        "drafts_folder": "Drafts",
        "trash_folder": "Trash",
        "reply_style": "author",
    }
    assert ana.preferences["highlights"] == [
        {"name": "Urgente", "color": "ff9999", "value": "urgente", "field": "subject"}
    ]
    assert not ana.left


def test_a_folder_that_is_none_is_none(fixtures: Path) -> None:
    diretora = squirrelmail.read_directory(fixtures / "squirrelmail").people["diretora@escola.test"]
    assert "drafts_folder" not in diretora.preferences


def test_the_charset_is_that_of_the_language(tmp_path: Path) -> None:
    (tmp_path / "ivan@a.test.pref").write_bytes("language=ru_RU\nfull_name=Иван\n".encode("koi8_r"))
    (tmp_path / "new@a.test.pref").write_bytes("language=pt_BR\nfull_name=João\n".encode())
    people = squirrelmail.read_directory(tmp_path).people
    assert people["ivan@a.test"].identities[0]["name"] == "Иван"
    assert people["new@a.test"].identities[0]["name"] == "João"


@pytest.mark.parametrize(
    ("told", "condition", "folder"),
    [
        ("From,boss@b.test,INBOX.Boss", {"field": "from", "test": "contains", "value": "boss@b.test"}, "Boss"),
        ("Subject,a###COMMA###b,INBOX.A.B", {"field": "subject", "test": "contains", "value": "a,b"}, "A/B"),
        ("To or Cc,list,INBOX.Lista", {"field": "to", "test": "contains", "value": "list"}, "Lista"),
        ("Subject,x,INBOX.N&AOM-o", {"field": "subject", "test": "contains", "value": "x"}, "Não"),
        (
            "Header,X-Spam: yes,INBOX.Spam",
            {"field": "header", "test": "contains", "value": "yes", "header": "X-Spam"},
            "Spam",
        ),
    ],
)
def test_filters_become_rules(told: str, condition: dict[str, str], folder: str, tmp_path: Path) -> None:
    (rule,) = person(tmp_path, f"filter0={told}\n").rules
    assert rule["conditions"] == [condition]
    assert rule["actions"] == [{"do": "file", "value": folder}]


def test_a_filter_that_looks_into_the_text_is_told_as_left(tmp_path: Path) -> None:
    found = person(tmp_path, "filter0=Message Body,x,INBOX.A\nfilter1=From,y,INBOX.B\n")
    assert len(found.rules) == 1
    assert list(found.left) == ["filter0"]


def test_a_setting_without_an_equivalent_is_told(tmp_path: Path) -> None:
    assert list(person(tmp_path, "some_plugin=1\nleft_size=150\n").left) == ["some_plugin"]


def test_quotes_and_bars_in_an_address_book_are_read(tmp_path: Path) -> None:
    found = person(tmp_path, abook=b'a|"x|y"|"say ""hi"""|a@b.test|\nbroken\n\n')
    assert found.contacts[0]["first_name"] == "x|y"
    assert found.contacts[0]["last_name"] == 'say "hi"'
    assert found.contacts[1]["nickname"] == "broken"


@pytest.mark.parametrize(
    "content", [b"", b"\0\xff\n=\n", b"identities=999999999\n", b"hililist=a:1:{broken\n", b"filter0=\n"]
)
def test_broken_files_do_not_stop_the_others(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "bad@a.test.pref").write_bytes(content)
    assert person(tmp_path, "full_name=Ana\n").identities[0]["name"] == "Ana"
    assert "bad@a.test" in squirrelmail.read_directory(tmp_path).people


def test_links_are_not_followed_and_are_told(tmp_path: Path) -> None:
    (tmp_path / "evil@a.test.pref").symlink_to("/etc/passwd")
    assert list(squirrelmail.read_directory(tmp_path).faults) == ["evil@a.test.pref"]


def test_hashed_directories_are_found(tmp_path: Path) -> None:
    (tmp_path / "a" / "7").mkdir(parents=True)
    (tmp_path / "a" / "7" / f"{ANA}.pref").write_text("full_name=Ana\n")
    assert ANA in squirrelmail.read_directory(tmp_path).people


def test_the_tables_say_the_same_as_the_files(tmp_path: Path) -> None:
    rows = [(ANA, "full_name", "Ana"), (ANA, "language", "pt_BR"), (ANA, "___signature___", "Bye\n")]
    book = [(ANA, "ze", "José", "", "ze@b.test", "")]
    files = person(tmp_path, "full_name=Ana\nlanguage=pt_BR\n", sig=b"Bye\n", abook="ze|José||ze@b.test|".encode())
    assert squirrelmail.read_tables(rows, book).people[ANA] == files


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        (b"i:-5;", -5),
        (b"b:1;", True),
        (b"d:1.5;", 1.5),
        (b"N;", None),
        (b's:2:"\xc3\xa3";', "ã".encode()),
        (b's:3:"";x";', b'";x'),
        (b'a:2:{i:0;s:1:"a";s:1:"k";a:0:{}}', {0: b"a", b"k": {}}),
    ],
)
def test_values_of_php_are_read(raw: bytes, value: Any) -> None:
    assert php.unserialize(raw) == value


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"x",
        b"i:1",
        b's:9:"a";',
        b"a:2:{i:0;i:1;}",
        b'O:3:"Foo":0:{}',
        b"i:1;i:2;",
        b"a:1:{a:0:{}i:1;}",
        b"a:1:{i:0;" * 50,
    ],
)
def test_what_is_no_value_of_php_is_refused(raw: bytes) -> None:
    with pytest.raises(Fault):
        php.unserialize(raw)
