"""The page as it is built, and the tiles that may be asked for, without any engine."""

import re

import pytest

from ui.map import page
from ui.map.page import TileSource


@pytest.fixture(scope="module")
def html() -> str:
    return page.build()["/index.html"].content.decode()


def test_the_page_names_nothing_outside_itself(html: str) -> None:
    assert re.findall(r"(?:src|href)=\"([^\"]+)\"", html) == [
        "leaflet.js", "leaflet.css", "qwebchannel.js", *page.OWN_SCRIPTS, "live.css",
    ]  # fmt: skip
    assert "://" not in html


def test_every_file_the_page_names_is_served(html: str) -> None:
    served = page.build()
    named = {f"/{name}" for name in re.findall(r"(?:src|href)=\"([^\"]+)\"", html)} - {"/qwebchannel.js"}
    assert named <= set(served)
    assert b"1.9.4" in served["/leaflet.js"].content


def test_inline_parts_run_only_by_the_nonce_of_the_policy(html: str) -> None:
    nonce = re.search(r"script-src 'self' 'nonce-([^']+)'", html)
    assert nonce
    assert html.index("Content-Security-Policy") < html.index("<script")
    inline = re.findall(r"<(?:script|style)(?![^>]*src=)([^>]*)>", html)
    assert inline
    assert all(part == f' nonce="{nonce[1]}"' for part in inline)
    assert page.build()["/index.html"].content.decode() != html, "each page has a nonce of its own"


def test_the_policy_admits_nothing_by_default_and_only_the_configured_tiles() -> None:
    assert page.policy("n", None).startswith("default-src 'none';")
    assert "img-src 'self' data:;" in page.policy("n", None)
    tiles = TileSource("https://{s}.tiles.example/{z}/{x}/{y}.png")
    assert "img-src 'self' data: https://*.tiles.example;" in page.policy("n", tiles)


@pytest.mark.parametrize(
    "url, scheme, host, admitted",
    [
        ("https://tiles.example/{z}/{x}/{y}.png", "https", "tiles.example", True),
        ("https://tiles.example/{z}/{x}/{y}.png", "http", "tiles.example", False),
        ("https://tiles.example/{z}/{x}/{y}.png", "https", "tiles.example.evil", False),
        ("https://{s}.tiles.example/{z}/{x}/{y}.png", "https", "a.tiles.example", True),
        ("https://{s}.tiles.example/{z}/{x}/{y}.png", "https", "tiles.example", False),
        ("https://{s}.tiles.example/{z}/{x}/{y}.png", "https", "a.b.tiles.example", False),
    ],
)
def test_tiles_come_from_the_configured_host_only(url: str, scheme: str, host: str, admitted: bool) -> None:
    assert TileSource(url).serves(scheme, host) is admitted


def test_a_configured_tile_source_is_on_the_page() -> None:
    tiles = TileSource("https://{s}.tiles.example/{z}/{x}/{y}.png", attribution="© somebody")
    html = page.build(tiles)["/index.html"].content.decode()
    assert "tiles.example/{z}/{x}/{y}.png" in html
    assert "© somebody" in html or "\\u00a9 somebody" in html
