"""Makes ``.venv`` what the lock says. ``make run`` and ``make test`` call it when the lock has changed.

Runs with the system's Python and its standard library only. Doing it twice does nothing the second time.
"""

import argparse
import hashlib
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENT = ROOT / ".venv"
PYTHON = ENVIRONMENT / "bin" / "python"
OLDEST_PYTHON = (3, 11)


def _stop(sentence: str) -> None:
    print(f"\n{sentence}\n", file=sys.stderr)
    sys.exit(1)


def _works() -> bool:
    """True where ``.venv`` is an environment of this very folder with a Python new enough."""
    ask = "import sys; print(sys.prefix, sys.version_info >= (3, 11))"
    try:
        answer = subprocess.run([PYTHON, "-c", ask], capture_output=True, text=True, check=False)
    except OSError:
        return False
    return answer.stdout.split() == [str(ENVIRONMENT), "True"]


def environment() -> None:
    """Create ``.venv`` unless a working one stands. One that a moved folder or an upgrade broke is replaced."""
    if _works():
        return
    print("Creating .venv …", flush=True)
    made = subprocess.run([sys.executable, "-m", "venv", "--clear", ENVIRONMENT], check=False)
    if made.returncode != 0:
        _stop("Python's venv module is missing. As root, type:\n\n    apt-get install python3-venv")


def _pip(*arguments: str | Path) -> None:
    # Twice quiet: pip's warnings are about mirrors, and every file is checked against its hash. Errors are still said.
    ended = subprocess.run(
        [PYTHON, "-m", "pip", "install", "--quiet", "--quiet", "--disable-pip-version-check", *arguments], check=False
    )
    if ended.returncode != 0:
        _stop("The packages could not be installed; pip says above why.")


def packages(lock: Path) -> None:
    """Install exactly what ``lock`` names, each file checked against its hash, then the program itself."""
    print(f"Installing what {lock.name} names …", flush=True)
    _pip("--only-binary", ":all:", "--require-hashes", "--requirement", lock)
    _pip("--no-deps", "--no-build-isolation", "--editable", ROOT)


def fingerprint(lock: Path) -> str:
    """Changes when the lock, the project's own declaration, this set-up, or the folder changes."""
    said = hashlib.sha256(str(ROOT).encode())
    here = Path(__file__)
    pieces = (here.with_name("system_pieces.py"), ROOT / "commandcenter" / "storage" / "programs.py")
    for file in (lock, ROOT / "pyproject.toml", here, *pieces):
        said.update(file.read_bytes())
    return said.hexdigest()


def main() -> None:
    """Set up for running, or with ``--for-tests`` for testing; the stamp remembers what was done."""
    if sys.version_info < OLDEST_PYTHON:
        _stop(f"This needs Python 3.11 or newer; {sys.executable} is {sys.version.split()[0]}.")
    words = argparse.ArgumentParser(description=__doc__)
    words.add_argument("--for-tests", action="store_true", help="also what only the tests need")
    words.add_argument("--stamp", type=Path, required=True, help="the file that remembers what was done")
    told = words.parse_args()
    lock = ROOT / ("requirements-dev.lock" if told.for_tests else "requirements.lock")
    stamp: Path = told.stamp
    now = fingerprint(lock)
    if not (_works() and stamp.is_file() and stamp.read_text(encoding="ascii") == now):
        from installer.system_pieces import provide  # needs the Python that was just checked

        provide(for_tests=told.for_tests)
        environment()
        packages(lock)
        stamp.parent.mkdir(parents=True, exist_ok=True)
        stamp.write_text(now, encoding="ascii")
    stamp.touch()


if __name__ == "__main__":
    main()
