"""Houses that were brought some way, for tests that let anything happen from there on."""

import pytest

from tests.house import Plan
from tests.live.test_any_moves import STAGES, brought_to


@pytest.fixture(scope="session")
def stages(file_plan: Plan, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Plan]:
    """A house in each stage of a case's life, with a second case at a squad beside it."""
    folder = tmp_path_factory.mktemp("stages")
    return {stage: brought_to(stage, file_plan, folder / f"{stage}.sqlite") for stage in STAGES}
