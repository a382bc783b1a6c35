"""The command line itself: its words, its streams, how it is stopped, the languages it speaks."""

import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from commandcenter import ctl
from commandcenter.ctl import speech, telling
from tests.ctl.asking import FAULTY, document, said


def test_every_command_takes_the_name_of_a_file_as_it_stands(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    database = tmp_path / "odd ?#%41 名.sqlite"
    document(capsys, "demo", "--minutes", "1", "--database", str(database))
    assert document(capsys, "status", "--database", str(database))["database"] == str(database)
    assert [path.name for path in tmp_path.glob("odd*")] == [database.name]


def _wrong(capsys: pytest.CaptureFixture[str], *words: str, language: str = "en") -> str:
    """What a line that is wrong is answered with."""
    with pytest.raises(SystemExit) as ended:
        ctl.main(["--language", language, *words])
    assert ended.value.code == ctl.USAGE
    out, err = capsys.readouterr()
    assert not out
    return err


def test_a_database_with_no_name_is_not_the_demonstration(capsys: pytest.CaptureFixture[str]) -> None:
    for nothing in ("", "  "):
        assert "Say which database" in _wrong(capsys, "status", "--database", nothing)


@pytest.mark.parametrize("minutes", ["nan", "inf", "-5", "0", "1e12", "an hour"])
def test_a_day_that_cannot_be_is_a_wrong_line(capsys: pytest.CaptureFixture[str], minutes: str) -> None:
    assert minutes in _wrong(capsys, "simulate", "--minutes", minutes)
    assert minutes in _wrong(capsys, "demo", "--minutes", minutes)


@pytest.mark.parametrize("speed", ["nan", "inf", "-1", "1e-9", "fast"])
def test_a_speed_that_cannot_be_is_a_wrong_line(capsys: pytest.CaptureFixture[str], speed: str) -> None:
    assert speed in _wrong(capsys, "simulate", "--minutes", "1", "--speed", speed)


def test_a_closed_output_is_refused_in_words_and_nothing_is_done(
    letters: Path, district: str, capsys: pytest.CaptureFixture[str]
) -> None:
    words = f"'{sys.executable}' -m commandcenter.ctl --language en import '{letters}' --database '{district}' >&-"
    ended = subprocess.run(["sh", "-c", words], stderr=subprocess.PIPE, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (
        ctl.REFUSED, "There is nowhere to write the answer to: standard output is closed.\n"
    )  # fmt: skip
    assert document(capsys, "status", "--database", district)["records"]["complaint"]["total"] == 0


def test_an_answer_that_finds_no_room_is_no_success(tmp_path: Path) -> None:
    def small_disk() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))

    command = [sys.executable, "-m", "commandcenter.ctl", "--language", "en", "profiles"]
    with (tmp_path / "answer").open("w", encoding="utf-8") as answer:
        ended = subprocess.run(
            command, stdout=answer, stderr=subprocess.PIPE, text=True, check=False, preexec_fn=small_disk
        )
    assert ended.returncode == ctl.REFUSED
    assert ended.stderr.startswith("The answer could not be written: File too large.")
    assert "Traceback" not in ended.stderr


def test_nothing_slow_is_loaded_before_ctrl_c_is_answered_in_words() -> None:
    loaded = "import sys, commandcenter.ctl; print(sorted({'sqlalchemy', 'argparse', 'orjson'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", loaded], capture_output=True, text=True, check=True).stdout == "[]\n"


def test_ctrl_c_while_the_line_is_read_is_answered_in_words(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(speech, "speak", lambda: os.kill(os.getpid(), signal.SIGINT))
    assert said(capsys, "status") == (ctl.REFUSED, "", "Stopped.\n")


def _many(folder: Path) -> Path:
    path = folder / "many.csv"
    rows = "".join(f"{n},A{n},噪音,2019-02-28,夜间施工{n}\n" for n in range(1200))
    path.write_text(FAULTY.splitlines()[0] + "\n" + rows, encoding="utf-8")
    return path


def test_ctrl_c_ends_an_import_after_its_batch_with_the_count_and_how_to_go_on(
    district: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(telling.Ticker, "tell", lambda _ticker, _text: os.kill(os.getpid(), signal.SIGINT))
    status, out, err = said(capsys, "import", str(_many(tmp_path)), "--database", district)
    assert (status, "500 rows: 500 received, 0 already known, 0 rejected." in out) == (ctl.REFUSED, True)
    assert err == "Stopped.\nWhat was received before that stays received; import the file again to go on.\n"
    assert document(capsys, "status", "--database", district)["records"]["complaint"]["total"] == 500
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_long_commands_say_how_far_they_are_also_into_a_pipe(
    district: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(telling, "_BY_LINES_S", 0.0)
    _status, _out, err = said(capsys, "import", str(_many(tmp_path)), "--database", district)
    assert "100% · 1200 rows: 1200 received" in err.splitlines()[-1]
    assert len(err.splitlines()) == 3
    for words in (("verify",), ("simulate", "--minutes", "60")):
        _status, _out, err = said(capsys, *words, "--database", district)
        shares = [int(line.removesuffix("%")) for line in err.splitlines()]
        assert shares == sorted(shares), words
        assert 0 < shares[-1] <= 100, words


def _own_words_of_argparse(told: str) -> list[str]:
    own = ("usage", "options", "show this", "error", "required", "choose", "argument")
    return [word for word in own if word in told]


@pytest.mark.parametrize("words", [("--help",), *((name, "--help") for name in (
    "init", "upgrade", "demo", "import", "profiles", "simulate", "status", "verify", "check-pack", "calendar",
    "rebuild-search",
))])  # fmt: skip
def test_help_is_in_the_language_asked_for(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        ctl.main(["--language=zh_CN", *words])
    told = capsys.readouterr().out
    assert told.startswith("用法：commandcenterctl")
    assert _own_words_of_argparse(told) == []


@pytest.mark.parametrize("words", [
    (), ("nothing",), ("simulate",), ("simulate", "--minutes"), ("simulate", "--minutes", "x"), ("status", "--what"),
    ("init", "--pa", "x", "--p"), ("simulate", "--minutes", "1", "--seed", "x"), ("status", "--json=1"),
    ("status", "--database", ""),
])  # fmt: skip
def test_what_is_wrong_with_a_line_is_said_in_the_language_asked_for(
    words: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert _own_words_of_argparse(_wrong(capsys, *words, language="zh_CN")) == []


def test_records_and_operations_are_named_in_words(district: str, capsys: pytest.CaptureFixture[str]) -> None:
    ctl.main(["--language", "zh_CN", "simulate", "--minutes", "240", "--database", district])
    made = capsys.readouterr().out
    ctl.main(["--language", "zh_CN", "status", "--database", district])
    told = capsys.readouterr().out
    assert "安排值班" in made
    assert "日志行" in told
    latin = [line for line in (made + told).splitlines()[:-1] if any("a" <= c <= "z" for c in line)]
    assert latin == [line for line in latin if line.startswith(district)]
