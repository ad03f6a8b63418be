"""Import and export by CSV, and the question what would happen."""

import re
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import StreamingHttpResponse
from django.test import Client

from carteiro.hosting.models import Mailbox
from carteiro.mail.verify import matches
from carteiro.settings.layout import Layout
from carteiro.web.panel import transfer
from tests.web.conftest import Browser, World

HEAD = "kind,address,name,password\n"
GOOD = HEAD + "mailbox,new@example.org,New,correct-horse-battery\nmailbox,two@example.org,Two,correct-horse-battery\n"
MIXED = GOOD + "mailbox,bob@example.org,Bob,correct-horse-battery\nmailbox,x@other.example,X,correct-horse-battery\n"


@pytest.fixture
def client(full: World, browser: Browser) -> Client:
    return browser(full.alice)


def upload(client: Client, text: str | bytes) -> str:
    data = text if isinstance(text, bytes) else text.encode()
    return client.post("/import/", {"file": SimpleUploadedFile("x.csv", data)}).content.decode()


def token(page: str) -> str:
    found = re.search(r'name="token" value="([0-9a-f]{32})"', page)
    assert found
    return found[1]


def kept(layout: Layout) -> list[Path]:
    return list((layout.web_static.parent / "imports").glob("*"))


def test_a_file_is_looked_through_and_then_stored(client: Client, layout: Layout) -> None:
    page = upload(client, GOOD)
    assert "2 × mailbox" in page
    assert not Mailbox.objects.filter(address="new@example.org").exists()
    (file,) = kept(layout)
    assert file.stat().st_mode & 0o777 == 0o600
    client.post("/import/apply/", {"token": token(page)})
    assert matches(Mailbox.objects.get(address="new@example.org").password, "correct-horse-battery")
    assert kept(layout) == []


def test_every_fault_is_told_with_its_line_and_the_rest_can_be_stored(client: Client) -> None:
    page = upload(client, MIXED)
    assert "is here already" in page
    assert "may not do this to other.example" in page
    assert "correct-horse" not in page
    client.post("/import/apply/", {"token": token(page), "keep_going": "yes"})
    assert Mailbox.objects.filter(address__in=["new@example.org", "two@example.org"]).count() == 2
    assert not Mailbox.objects.filter(address="x@other.example").exists()


def test_all_or_nothing_where_nobody_said_otherwise(client: Client) -> None:
    page = upload(client, MIXED)
    assert client.post("/import/apply/", {"token": token(page)}).status_code == 422
    assert not Mailbox.objects.filter(address="new@example.org").exists()


def test_a_token_is_good_once_and_in_its_session_alone(full: World, client: Client, browser: Browser) -> None:
    held = token(upload(client, GOOD))
    assert browser(full.charlie).post("/import/apply/", {"token": held}).status_code == 404
    assert client.post("/import/apply/", {"token": "../../etc/passwd"}).status_code == 404
    client.post("/import/apply/", {"token": held})
    assert client.post("/import/apply/", {"token": held}).status_code == 404


@pytest.mark.parametrize(
    "text",
    [b"", b"\xff\xfe\x00", b"a,b\n1,2\n", HEAD.encode() + b"x" * (transfer.LARGEST + 1), HEAD.encode() + b"\n" * 6000],
)
def test_a_file_that_is_no_use_gives_the_form_back(client: Client, text: bytes) -> None:
    answer = client.post("/import/", {"file": SimpleUploadedFile("x.csv", text)})
    assert answer.status_code == 422
    assert 'id="id_file_error"' in answer.content.decode()


def test_no_file_at_all_gives_the_form_back(client: Client) -> None:
    assert client.post("/import/", {}).status_code == 422


def test_the_export_holds_the_own_things_without_passwords(client: Client) -> None:
    answer = client.get("/export/")
    assert isinstance(answer, StreamingHttpResponse)
    text = b"".join(answer.streaming_content).decode()  # type: ignore[arg-type]
    assert text.startswith("\ufeffkind,address,")
    assert "bob@example.org" in text
    assert "other.example" not in text
    assert "ARGON2" not in text


def test_what_would_happen_is_told_in_the_readers_language(client: Client) -> None:
    page = client.get("/route/", {"address": "team@example.org"}).content.decode()
    assert "team@example.org is an alias. It leads to: alice@example.org, x@far.test." in page


@pytest.mark.parametrize(
    "address", ["", "nonsense", "<script>x</script>@example.org", "a@b@c", "x" * 400, "\0@example.org"]
)
def test_a_question_without_sense_gives_the_box_back(client: Client, address: str) -> None:
    answer = client.get("/route/", {"address": address})
    assert answer.status_code == 422
    assert "<script>x" not in answer.content.decode()


def test_what_is_others_looks_like_what_is_nowhere(client: Client) -> None:
    pages = [
        client.get("/route/", {"address": f"dora@{name}"}).content.decode() for name in ("other.example", "a.test")
    ]
    told = [re.findall(r"<li>.*?</li>", page.replace("other.example", "a.test"), re.DOTALL) for page in pages]
    assert told[0] == told[1]
