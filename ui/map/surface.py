"""A window whose surface suits the web engine from the start, so that the first map does not replace the window."""

import sys

from PySide6.QtGui import QSurface
from PySide6.QtWidgets import QWidget

_SURFACES = {"win32": QSurface.SurfaceType.Direct3DSurface, "darwin": QSurface.SurfaceType.MetalSurface}


def suit_maps(window: QWidget) -> None:
    """Make ``window`` one that a map can be put into later. Call before it is first shown.

    The web engine draws through the graphics card, and Qt takes a window down and builds it anew, with another
    handle, when the first such widget comes into one that was not made for it: a flash, and full screen is lost.
    So its surface is of the kind that Qt Quick, in which the engine's view lives, draws on by default on this
    system. Until then nothing is drawn by the card and nothing of it is loaded; where there is none, Qt
    falls back by itself.
    """
    window.winId()  # the window has a handle from here on, of the kind that only ever is painted on
    handle = window.windowHandle()
    handle.setSurfaceType(_SURFACES.get(sys.platform, QSurface.SurfaceType.OpenGLSurface))
    handle.destroy()  # the kind counts when what the system knows of the window is made
    handle.create()
