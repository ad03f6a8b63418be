"""An account on an IMAP server is brought here as it is there, again and again."""

from pathlib import Path

from .clients import fetched_head, imap, letter, wire
from .instance import Instance, Person, Town

FOLDERS = ("INBOX", "Work", "Work/S&AOM-o Paulo")


def _fill(host: Instance, person: Person) -> None:
    with imap(host, person) as client:
        for number, folder in enumerate(FOLDERS):
            client.create(f'"{folder}"')
            client.subscribe(f'"{folder}"')
            for count in range(3):
                text = wire(letter(f"{folder} {count}", "eve@world.test", person.address, "Olá.\n" * 10))
                flags = (r"(\Seen)", r"(\Flagged \Answered $Label1 NonJunk)", "")[count]
                client.append(f'"{folder}"', flags, f'"0{number + 1}-Mar-2009 10:00:0{count} +0000"', text)
            client.select(f'"{folder}"')
            client.store("1", "+FLAGS", r"(\Deleted)")
            client.expunge()
        large = wire(letter("Large", "eve@world.test", person.address, ("x" * 70 + "\n") * 20_000))
        client.append("Work", "", "", large)


def _import(host: Instance, there: Person, here: Person, *options: str) -> dict[str, object]:
    words = ("import", "imap", host.address, here.address, "--user", there.address, "--password-stdin", *options)
    done = host.cli(*words, "--ca-file", str(host.authority), stdin=f"{there.password}\n")
    assert isinstance(done, dict)
    return done


def _account(host: Instance, person: Person) -> dict[str, object]:
    """All that programs see of an account."""
    found: dict[str, object] = {}
    with imap(host, person) as client:
        found["subscribed"] = sorted(client.lsub()[1], key=str)
        for folder in FOLDERS:
            client.select(f'"{folder}"', readonly=True)
            _, told = client.uid("FETCH", "1:*", "(FLAGS INTERNALDATE RFC822.SIZE BODY.PEEK[])")
            rows = [(fetched_head(part[0]), part[1]) for part in told if isinstance(part, tuple)]
            found[folder] = (client.response("UIDVALIDITY")[1], client.response("UIDNEXT")[1], rows)
    return found


def test_an_account_is_the_same_here_as_there(host: Instance, town: Town) -> None:
    _fill(host, town.alice)
    there = _account(host, town.alice)
    done = _import(host, town.alice, town.bob)
    assert done["copied"] == 7
    assert done["refused"] == []
    assert _account(host, town.bob) == there

    with imap(host, town.alice) as client:
        client.select("Work")
        client.store("1", "+FLAGS", r"(\Seen)")
        client.store("2", "+FLAGS", r"(\Deleted)")
        client.expunge()
        client.append("INBOX", "", "", wire(letter("Later", "eve@world.test", town.alice.address)))
    done = _import(host, town.alice, town.bob)
    assert (done["copied"], done["flagged"], done["deleted"], done["unchanged"]) == (1, 1, 1, 5)
    assert _account(host, town.bob) == _account(host, town.alice)


def test_folders_can_be_left_out(host: Instance, town: Town) -> None:
    there, person = host.add_person(town.at("whole")), host.add_person(town.at("left-out"))
    _fill(host, there)
    _import(host, there, person, "--exclude", "Work")
    with imap(host, person) as client:
        assert client.select("Work", readonly=True)[0] == "NO"
        assert client.select('"Work/S&AOM-o Paulo"', readonly=True)[0] == "OK"


def test_certificates_are_verified(host: Instance, town: Town) -> None:
    words = ("import", "imap", host.address, town.bob.address, "--user", town.alice.address, "--password-stdin")
    assert host.refused(*words, stdin=f"{town.alice.password}\n")["code"] == "untrusted"


def test_a_wrong_password_is_told_and_never_shown(host: Instance, town: Town) -> None:
    words = ("import", "imap", host.address, town.bob.address, "--user", town.alice.address, "--password-stdin")
    told = host.refused(*words, "--ca-file", str(host.authority), stdin="a wrong one\n")
    assert told["code"] == "refused"
    assert "a wrong one" not in str(told)


def test_a_list_with_passwords_is_for_its_owner_alone(host: Instance, town: Town, tmp_path: Path) -> None:
    there = host.add_person(town.at("listed"))
    _fill(host, there)
    file = tmp_path / "many.csv"
    rows = [("host", "address", "user", "password")]
    rows += [(host.address, town.charlie.address, there.address, there.password)]
    file.write_text("".join(",".join(row) + "\n" for row in rows))
    file.chmod(0o644)
    assert host.refused("import", "imap", "--csv", str(file))["code"] == "unsafe"
    file.chmod(0o600)
    host.cli("import", "imap", "--csv", str(file), "--ca-file", str(host.authority))
    assert _account(host, town.charlie) == _account(host, there)


def test_port_143_is_spoken_to_in_tls(host: Instance, town: Town) -> None:
    there, person = host.add_person(town.at("in-tls")), host.add_person(town.at("starttls"))
    _fill(host, there)
    done = _import(host, there, person, "--port", "143", "--starttls")
    assert done["copied"]
