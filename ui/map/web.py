"""The only module that touches the web engine. It is imported late, after the first paint.

The page lives behind a scheme of its own. Every request of any other kind is refused here and noted in
``Gate.refused``, so that "nothing leaves the machine" can be shown and not only promised.
"""

import logging
from collections import deque
from collections.abc import Mapping

from PySide6.QtCore import QBuffer, QByteArray, QFile, QIODevice, QObject, QUrl
from PySide6.QtWebChannel import QWebChannel  # its library carries qwebchannel.js as a resource
from PySide6.QtWebEngineCore import (
    QWebEnginePage,
    QWebEngineProfile,
    QWebEngineSettings,
    QWebEngineUrlRequestInfo,
    QWebEngineUrlRequestInterceptor,
    QWebEngineUrlRequestJob,
    QWebEngineUrlScheme,
    QWebEngineUrlSchemeHandler,
)
from PySide6.QtWebEngineWidgets import QWebEngineView

from ui.map.page import HOST, SCHEME, Served, TileSource

__all__ = ["Page", "QWebChannel", "QWebEngineView", "Web", "register"]
log = logging.getLogger(__name__)

CHANNEL_SCRIPT = ":/qtwebchannel/qwebchannel.js"
SETTINGS = {
    QWebEngineSettings.WebAttribute.JavascriptCanAccessClipboard: False,
    QWebEngineSettings.WebAttribute.JavascriptCanPaste: False,
    QWebEngineSettings.WebAttribute.JavascriptCanOpenWindows: False,
    QWebEngineSettings.WebAttribute.LocalContentCanAccessFileUrls: False,
    QWebEngineSettings.WebAttribute.LocalContentCanAccessRemoteUrls: False,
    QWebEngineSettings.WebAttribute.LocalStorageEnabled: False,
    QWebEngineSettings.WebAttribute.PluginsEnabled: False,
    QWebEngineSettings.WebAttribute.PdfViewerEnabled: False,
    QWebEngineSettings.WebAttribute.HyperlinkAuditingEnabled: False,
    QWebEngineSettings.WebAttribute.DnsPrefetchEnabled: False,
    QWebEngineSettings.WebAttribute.NavigateOnDropEnabled: False,
    QWebEngineSettings.WebAttribute.ShowScrollBars: False,
    QWebEngineSettings.WebAttribute.ErrorPageEnabled: False,
}


def register() -> None:
    """Make the scheme known to the engine; once, and before the first profile."""
    if not QWebEngineUrlScheme.schemeByName(SCHEME.encode()).name().isEmpty():
        return
    scheme = QWebEngineUrlScheme(SCHEME.encode())
    scheme.setSyntax(QWebEngineUrlScheme.Syntax.Host)
    scheme.setFlags(QWebEngineUrlScheme.Flag.SecureScheme | QWebEngineUrlScheme.Flag.FetchApiAllowed)
    QWebEngineUrlScheme.registerScheme(scheme)


def channel_script() -> Served:
    """Qt's own half of the channel, from the library's resources."""
    script = QFile(CHANNEL_SCRIPT)
    if not script.open(QIODevice.OpenModeFlag.ReadOnly):
        raise ImportError(f"{CHANNEL_SCRIPT} is missing from QtWebChannel")
    return Served(b"text/javascript", bytes(script.readAll().data()))


class Shelf(QWebEngineUrlSchemeHandler):
    """Serves the files of the page from memory."""

    def __init__(self, content: Mapping[str, Served], parent: QObject) -> None:
        super().__init__(parent)
        self.content = dict(content)

    def requestStarted(self, job: QWebEngineUrlRequestJob) -> None:
        url = job.requestUrl()
        found = self.content.get(url.path()) if url.host() == HOST else None
        if found is None or job.requestMethod() != b"GET":
            log.warning("the map page asked for %s, which it does not have", url.toString())
            job.fail(QWebEngineUrlRequestJob.Error.UrlNotFound)
            return
        body = QBuffer(job)
        body.setData(QByteArray(found.content))
        body.open(QIODevice.OpenModeFlag.ReadOnly)
        job.reply(found.media, body)


class Gate(QWebEngineUrlRequestInterceptor):
    """Lets the own scheme through, and tiles where a source is configured; refuses the rest."""

    def __init__(self, tiles: TileSource | None, parent: QObject) -> None:
        super().__init__(parent)
        self._tiles = tiles
        self.passed: deque[str] = deque(maxlen=200)
        self.refused: deque[str] = deque(maxlen=200)

    def interceptRequest(self, info: QWebEngineUrlRequestInfo) -> None:
        url = info.requestUrl()
        if self.admits(url):
            self.passed.append(url.toString())
            return
        info.block(True)
        self.refused.append(url.toString())
        log.warning("the map page was refused %s", url.toString())

    def admits(self, url: QUrl) -> bool:
        """Whether a request may be made at all."""
        if url.scheme() == SCHEME:
            return url.host() == HOST
        return self._tiles is not None and self._tiles.serves(url.scheme(), url.host())


class Page(QWebEnginePage):
    """The page of one view. It goes nowhere but to its own address, and its complaints reach our log."""

    def acceptNavigationRequest(self, url: QUrl | str, *_how: object) -> bool:
        return QUrl(url).scheme() == SCHEME

    def javaScriptConsoleMessage(self, _level: object, message: str, line: int, source: str) -> None:
        # Line 0 or 1, as chance has it, is how Chromium speaks of a page as a whole.
        at = f":{line}" if line > 1 else ""
        log.warning("map page %s%s: %s", source.rsplit("/", 1)[-1], at, message)


class Web(QObject):
    """One off-the-record profile for every map of the process: a second view shares the first one's engine."""

    def __init__(self, content: Mapping[str, Served], tiles: TileSource | None, parent: QObject) -> None:
        super().__init__(parent)
        self.profile = QWebEngineProfile(self)
        self.gate = Gate(tiles, self)
        self.shelf = Shelf({**content, "/qwebchannel.js": channel_script()}, self)
        self.profile.setUrlRequestInterceptor(self.gate)
        self.profile.installUrlSchemeHandler(SCHEME.encode(), self.shelf)
        self.profile.setHttpCacheType(QWebEngineProfile.HttpCacheType.NoCache)
        self.profile.setSpellCheckEnabled(False)
        for attribute, wanted in SETTINGS.items():
            self.profile.settings().setAttribute(attribute, wanted)

    def page(self, parent: QObject) -> Page:
        """A new page under the shared profile; the caller closes it before the profile goes."""
        return Page(self.profile, parent)
