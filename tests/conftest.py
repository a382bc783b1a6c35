"""What every test stands on. The environment comes first: Qt reads it once."""

import pytest

pytest_plugins = [
    "tests.environment", "tests.garbage", "tests.stray", "tests.apart", "tests.postgres", "tests.house",
    "tests.passwords",
]  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest begins first; everything else keeps its order."""
    items.sort(key=lambda item: item.get_closest_marker("long") is None)
