"""What mail programs are told, by a page or because they ask."""

import plistlib
import xml.etree.ElementTree as ET

import pytest

from carteiro.hosting import alias_domains
from tests.web.conftest import Browser, World

CONFIG = "/mail/config-v1.1.xml"
ASKED = """<Autodiscover xmlns="http://schemas.microsoft.com/exchange/autodiscover/outlook/requestschema/2006">
<Request><EMailAddress>{address}</EMailAddress></Request></Autodiscover>"""


def test_the_page_tells_the_settings_and_leads_a_telephone_here(browser: Browser, world: World) -> None:
    shown = browser(world.bob).get("/account/programs/").content.decode()
    for words in (world.bob, ">993<", ">465<", "SSL/TLS", 'src="data:image/svg+xml'):
        assert words in shown


def test_thunderbird_finds_the_settings_without_signing_in(browser: Browser, world: World) -> None:
    for path in (CONFIG, "/.well-known/autoconfig/mail/config-v1.1.xml"):
        answer = browser().get(path, {"emailaddress": "nobody@Example.org"})
        assert answer.status_code == 200
        provider = ET.fromstring(answer.content).find("emailProvider")
        assert provider is not None
        assert provider.findtext("domain") == "example.org"
        first = provider.find("incomingServer")
        assert first is not None
        assert (first.get("type"), first.findtext("port"), first.findtext("socketType")) == ("imap", "993", "SSL")


def test_the_name_that_was_asked_for_tells_the_domain(browser: Browser, world: World) -> None:
    alias_domains.add(world.root, "example.net", "example.org")
    answer = browser().get(CONFIG, headers={"host": "autoconfig.example.net"})
    assert b"<domain>example.net</domain>" in answer.content


@pytest.mark.parametrize("address", ["a@strange.example", "a@<b>", "@", "a@" + "x" * 300, "a@example.org\r\nX: y"])
def test_nothing_is_told_of_other_domains(browser: Browser, world: World, address: str) -> None:
    assert browser().get(CONFIG, {"emailaddress": address}).status_code == 404
    posted = browser().post("/autodiscover/autodiscover.xml", ASKED.format(address=address), content_type="text/xml")
    assert posted.status_code == 404


def test_outlook_gets_the_same_answer_for_any_name(browser: Browser, world: World) -> None:
    answers = {
        browser(csrf=True)
        .post("/autodiscover/autodiscover.xml", ASKED.format(address=address), content_type="text/xml")
        .content.replace(address.encode(), b"")
        for address in (world.bob, "nobody@example.org")
    }
    assert len(answers) == 1
    assert b"<Type>IMAP</Type>" in answers.pop()


def test_apples_profile_names_the_servers_and_holds_no_password(browser: Browser, world: World) -> None:
    answer = browser(world.bob).get("/account/programs/mail.mobileconfig")
    assert answer["Content-Type"] == "application/x-apple-aspen-config"
    (mail,) = plistlib.loads(answer.content)["PayloadContent"]
    assert mail["EmailAddress"] == mail["IncomingMailServerUsername"] == world.bob
    assert (mail["IncomingMailServerPortNumber"], mail["OutgoingMailServerPortNumber"]) == (993, 465)
    assert not any(key.endswith("Password") and isinstance(mail[key], str) for key in mail)
