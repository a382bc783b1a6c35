"""Writes ``requirements.lock`` and ``requirements-dev.lock``: exact versions with the hashes of every wheel.

The locks serve every platform and Python from 3.11 on, and name no registry: where packages come from is
the business of the machine that installs them. The tool that resolves, uv, lives in a throw-away environment.
"""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def _resolve(uv: Path, output: str, *arguments: str) -> None:
    # The resolver hears no local settings, so that two people get the same lock.
    hushed = {name: value for name, value in os.environ.items() if not name.startswith(("UV_", "PIP_"))}
    command: list[str | Path] = [uv, "--no-config", "pip", "compile", "--quiet", "--upgrade"]
    command += ["--universal", "--no-annotate"]
    command += ["--python-version", "3.11", "--generate-hashes", "--no-emit-index-url", "--no-emit-find-links"]
    command += ["--custom-compile-command", "make lock", "--only-binary", ":all:"]
    subprocess.run(
        [*command, "pyproject.toml", "--output-file", output, *arguments], cwd=ROOT, env=hushed, check=True
    )


def main() -> None:
    """Resolve what running needs, then what testing needs on top, at the same versions."""
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        subprocess.run([Path(folder, "bin/pip"), "install", "--quiet", "uv"], check=True)
        uv = Path(folder, "bin/uv")
        _resolve(uv, "requirements.lock", "--extra", "setup")
        _resolve(
            uv, "requirements-dev.lock", "--extra", "setup", "--extra", "dev", "--constraint", "requirements.lock"
        )


if __name__ == "__main__":
    main()
