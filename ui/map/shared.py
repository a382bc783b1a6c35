"""The one web engine of the program: made when the first map asks for it, ended before the application is."""

import atexit

from PySide6.QtCore import QCoreApplication
from shiboken6 import isValid

from ui.backstage import Backstage
from ui.map.engine import MapEngine


def shared_engine(backstage: Backstage) -> MapEngine:
    """The engine every map of the program shares; its page is built beside the GUI, by ``backstage``."""
    app = QCoreApplication.instance()
    if app is None:
        raise RuntimeError("a map needs an application")
    engine = app.findChild(MapEngine)
    if engine is None:
        engine = MapEngine(parent=app)
        app.aboutToQuit.connect(engine.close)
        atexit.register(_close, engine)  # where the program ends without its event loop having ended

    engine.work_aside(backstage.aside)
    return engine


def _close(engine: MapEngine) -> None:
    if isValid(engine):
        engine.close()
