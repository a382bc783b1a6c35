"""The Qt application. It never imports SQLAlchemy: it reads the picture and asks through the backstage."""

# Before Qt: PySide reads the source of every module that is imported after it.
import commandcenter.live.picture  # noqa: F401
