"""The meter beside a new password."""

from tests.web.conftest import Browser, World

PATH = "/account/password/strength/"


def test_it_rates_what_is_typed_and_says_nothing_of_nothing(browser: Browser, world: World) -> None:
    client = browser(world.bob)
    assert "Very weak" in client.post(PATH, {"new": "password"}).content.decode()
    assert "Very good" in client.post(PATH, {"new": "tram gravel onion quilt 42"}).content.decode()
    assert client.post(PATH, {"new": ""}).content.strip() == b""
    assert client.get(PATH).status_code == 405
    assert browser().post(PATH, {"new": "x"}).status_code == 302


def test_a_very_long_one_takes_no_longer(browser: Browser, world: World) -> None:
    assert browser(world.bob).post(PATH, {"new": "ab1!" * 50_000}).status_code == 200


def test_the_page_asks_it(browser: Browser, world: World) -> None:
    shown = browser(world.bob).get("/account/password/").content.decode()
    assert f'hx-post="{PATH}"' in shown
    assert 'id="strength"' in shown
