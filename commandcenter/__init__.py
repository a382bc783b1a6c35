"""The core of the command centre: what things are, what people may do, and how it is kept. No Qt."""

__version__ = "0.1.0"
