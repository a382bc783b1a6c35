"""The page, built once with folium and served from memory: nothing in it comes from outside."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

SCHEME = "commandcenter-map"
HOST = "page"
INDEX = f"{SCHEME}://{HOST}/index.html"
OWN_FILES = Path(__file__).resolve().parents[2] / "resources" / "map"
OWN_SCRIPTS = ("store.js", "sprites.js", "ground.js", "live.js", "wire.js")


@dataclass(frozen=True, slots=True)
class TileSource:
    """Online tiles, only where somebody configured them. ``url`` is a Leaflet template of https tiles (WGS-84)."""

    url: str
    attribution: str = ""
    max_zoom: int = 18

    @property
    def host(self) -> str:
        """The host of the template; ``{s}.`` in front stands for any one label."""
        return urlsplit(self.url.replace("{s}", "s-any")).hostname or ""

    def serves(self, scheme: str, host: str) -> bool:
        """Whether a request to ``host`` is one for these tiles."""
        if scheme != urlsplit(self.url).scheme:
            return False
        if self.host.startswith("s-any."):
            return host.partition(".")[2] == self.host.removeprefix("s-any.")
        return host == self.host

    @property
    def origin(self) -> str:
        """The source expression for the content-security policy."""
        return f"{urlsplit(self.url).scheme}://{self.host.replace('s-any', '*')}"


@dataclass(frozen=True, slots=True)
class Served:
    """A file of the page: media type and content."""

    media: bytes
    content: bytes


def policy(nonce: str, tiles: TileSource | None) -> str:
    """The content-security policy: own scheme only, inline parts by nonce, tiles only where configured."""
    images = "'self' data:" + (f" {tiles.origin}" if tiles else "")
    return (
        f"default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self' 'nonce-{nonce}'; "
        f"img-src {images}; connect-src 'self'; base-uri 'none'; form-action 'none'"
    )


def build(tiles: TileSource | None = None) -> dict[str, Served]:
    """Every file of the page by its path. Importing folium takes half a second: call this off the GUI thread."""
    nonce = secrets.token_urlsafe(16)
    html = _folium_page(tiles)
    for tag in ("<script>", "<style>"):
        html = html.replace(tag, f'{tag[:-1]} nonce="{nonce}">')
    meta = f'<meta http-equiv="Content-Security-Policy" content="{policy(nonce, tiles)}">'
    html = html.replace("<head>", f"<head>{meta}", 1)
    if meta not in html:
        raise RuntimeError("folium's page has no head to carry the policy")
    return {"/index.html": Served(b"text/html", html.encode()), **_leaflet(), **_own()}


def _folium_page(tiles: TileSource | None) -> str:
    import folium
    from branca.element import MacroElement
    from folium.elements import JSCSSMixin
    from folium.template import Template

    class LiveLayer(JSCSSMixin, MacroElement):
        """The place in the page where our own layer takes the map over."""

        default_js = [(name, name) for name in ("qwebchannel.js", *OWN_SCRIPTS)]
        default_css = [("live.css", "live.css")]
        _template = Template(
            "{% macro script(this, kwargs) %}commandcenter.attach({{ this._parent.get_name() }});{% endmacro %}"
        )

    class Page(folium.Map):
        """folium's map without its content-delivery networks."""

        default_js = [("leaflet", "leaflet.js")]
        default_css = [("leaflet_css", "leaflet.css")]

    page = Page(
        location=(0.0, 0.0), zoom_start=2, tiles=None, prefer_canvas=True, zoom_control=False, font_size="13px",
        attribution_control=tiles is not None, zoom_snap=0.25, zoom_delta=0.5, wheel_px_per_zoom_level=120,
        zoom_animation=False, fade_animation=False, inertia=False, box_zoom=False, max_zoom=19, min_zoom=2,
    )  # fmt: skip
    if tiles:
        folium.TileLayer(tiles.url, attr=tiles.attribution or " ", max_zoom=tiles.max_zoom).add_to(page)
    live: Any = LiveLayer  # folium is untyped
    live().add_to(page)
    return str(page.get_root().render())


@cache
def _leaflet() -> dict[str, Served]:
    static = files("js_lib_leaflet") / "static" / "js_lib_leaflet"
    names: Sequence[tuple[str, bytes]] = (("leaflet.js", b"text/javascript"), ("leaflet.css", b"text/css"))
    return {f"/{name}": Served(media, (static / name).read_bytes()) for name, media in names}


def _own() -> dict[str, Served]:
    served = {f"/{name}": Served(b"text/javascript", (OWN_FILES / name).read_bytes()) for name in OWN_SCRIPTS}
    return {**served, "/live.css": Served(b"text/css", (OWN_FILES / "live.css").read_bytes())}
