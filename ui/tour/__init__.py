"""The guided tour: the real window is driven through one whole life of a case, with a picture of every step."""

from ui.tour.guide import tour

__all__ = ["tour"]
