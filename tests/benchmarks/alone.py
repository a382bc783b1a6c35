"""One benchmark in a process of its own: ``python -m tests.benchmarks.alone MODULE FILE``."""

import importlib
import json
import sys
from pathlib import Path

from tests.benchmarks import Figure, NotMeasured


def main(module: str, into: Path) -> None:
    """Run the benchmark and write its figures."""
    figures: list[Figure]
    try:
        figures = importlib.import_module(module).run()
    except NotMeasured as reason:
        name = module.rpartition(".")[2].replace("_", "-")
        figures = [Figure(name=name, value=None, unit="", target="", met=False, detail=str(reason))]
    into.write_text(json.dumps(figures, ensure_ascii=False), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
