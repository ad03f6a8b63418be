"""The parts of pages."""

from datetime import timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.template import Context, Template
from django.utils import timezone, translation

from carteiro.web import look
from carteiro.web.look.charts import HEIGHT, WIDTH, Chart, Series, round_up

STATIC = Path(look.__file__).parent / "static" / "look"


def drawn(text: str, **values: object) -> str:
    return Template("{% load look %}" + text).render(Context(values))


@pytest.mark.parametrize(
    ("size", "shown"),
    [
        (0, "0 bytes"),
        (1023, "1,023 bytes"),
        (1024, "1 KB"),
        (1536, "1.5 KB"),
        (2 * 1024**3, "2 GB"),
        (5000 * 1024**5, "5,000 PB"),
    ],
)
def test_sizes_for_people(size: int, shown: str) -> None:
    assert drawn("{{ n|size }}", n=size).replace("\N{NO-BREAK SPACE}", " ").replace(",", "") == shown.replace(",", "")


def test_sizes_in_the_readers_language() -> None:
    with translation.override("pt-br"):
        assert drawn("{{ n|size }}", n=1536).startswith("1,5")


@pytest.mark.parametrize(
    ("used", "tone"), [(0, ""), (79, ""), (80, " warn"), (99, " warn"), (100, " bad"), (500, " bad")]
)
def test_a_meter_says_when_it_is_nearly_full(used: int, tone: str) -> None:
    html = drawn("{% meter used 100 %}", used=used)
    assert f'class="meter{tone}"' in html
    assert "of" in html
    assert 'width="500"' not in html


def test_a_meter_without_a_quota_has_no_bar() -> None:
    assert "<svg" not in drawn("{% meter 5 None %}")


def test_what_comes_from_people_is_escaped_everywhere() -> None:
    evil = "<script>x</script>\"'"
    parts = (
        "{% badge 'ok' v %}{% dot 'ok' v %}{% chips many '?tag=' %}{% pick v v %}{% secret v v %}{% tile v v note=v %}"
        "{% progress v 1 2 %}{% fact v %}{{ v }}{% endfact %}{% menu v %}{{ v }}{% endmenu %}{% trail v v %}"
        "{% empty 'inbox' v %}{{ v }}{% endempty %}{% notice 'ok' v %}{{ v }}{% endnotice %}{% copy v v %}"
        "{% bars chart %}"
    )
    html = drawn(parts, v=evil, many=[evil], chart=Chart(evil, [evil], [Series(evil, [1])]))
    assert "<script" not in html
    assert '"\'"' not in html


def test_no_part_has_a_style_or_a_script_in_it() -> None:
    templates = list((Path(look.__file__).parent / "templates").rglob("*.html"))
    assert len(templates) > 20
    for template in templates:
        text = template.read_text()
        assert " style=" not in text, template
        assert " on" + "click" not in text, template
        assert "<script>" not in text, template
        assert "http" + "://" not in text, template


def test_every_icon_that_is_asked_for_is_there() -> None:
    sprite = (STATIC / "icons.svg").read_text()
    used = set()
    for template in (Path(look.__file__).parents[1]).rglob("*.html"):
        for piece in template.read_text().split('{% icon "')[1:]:
            used.add(piece.partition('"')[0])
    assert used
    assert not [name for name in used if f'id="{name}"' not in sprite]


def test_moments_are_in_the_readers_zone() -> None:
    moment = timezone.datetime(2026, 3, 1, 1, 30, tzinfo=ZoneInfo("UTC"))
    with timezone.override(ZoneInfo("America/Sao_Paulo")):
        html = drawn("{% when m %}", m=moment)
    assert 'datetime="2026-02-28T22:30:00-03:00"' in html
    assert "28 Feb 2026, 22:30" in html


def test_moments_long_past_have_their_date() -> None:
    now = timezone.now()
    assert "just now" in drawn("{% when m 'ago' %}", m=now)
    assert "3" in drawn("{% when m 'ago' %}", m=now - timedelta(hours=3, minutes=5))
    assert "ago" not in drawn("{% when m 'ago' %}", m=now - timedelta(days=9))
    assert "never" in drawn("{% when m %}", m=None)


@pytest.mark.parametrize(
    ("value", "top"),
    [(0, 1), (1, 1), (1.1, 1.2), (7, 8), (10, 10), (11, 12), (99, 100), (101, 120), (1050, 1200), (4321, 5000)],
)
def test_the_upper_edge_of_a_chart_is_round(value: float, top: float) -> None:
    assert round_up(value) == top


def test_the_upper_edge_of_sizes_is_round_in_their_units() -> None:
    assert round_up(46 * 1024**3, 1024) == 50 * 1024**3


def test_no_block_stands_out_of_its_chart() -> None:
    chart = Chart("Mail", ["a", "b", "c"], [Series("in", [5, 0, 9]), Series("out", [3, 4, 11])], stacked=True)
    assert chart.top == 20.0
    for block in chart.blocks:
        assert 0 <= block.y <= HEIGHT
        assert block.x >= 0
        assert block.x + block.width <= WIDTH
        assert block.y + block.height <= HEIGHT + 0.01


def test_a_chart_has_the_same_as_a_table() -> None:
    html = drawn("{% lines chart %}", chart=Chart("Mail", ["1 Nov", "2 Nov"], [Series("In", [7, 1234])]))
    assert "<title>2 Nov · In: 1234</title>" in html
    assert '<th scope="row">2 Nov</th>' in html


def test_an_empty_chart_says_so() -> None:
    assert "<svg" not in drawn("{% bars chart %}", chart=Chart("Mail", ["a"], [Series("In", [0])]))


def test_what_a_browser_loads_is_small() -> None:
    assert sum(path.stat().st_size for path in STATIC.glob("*.css")) < 35_000
    assert (STATIC / "look.js").stat().st_size < 10_000
