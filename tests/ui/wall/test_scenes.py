"""The file of scenes: what it may say, and that whatever else it says is refused with the line it stands on."""

from pathlib import Path

import pytest

from commandcenter.domain.walls import Look, SceneSort
from commandcenter.errors import Refused
from ui.wall.scenes import DEFAULT, Scene, read


def said(folder: Path, text: str) -> Path:
    """A file that says this."""
    file = folder / "hall.toml"
    file.write_text(text, "utf-8")
    return file


def test_an_empty_file_is_the_wall_as_it_is_without_one(tmp_path: Path) -> None:
    assert read(said(tmp_path, "")) == DEFAULT
    assert [scene.show for scene in DEFAULT.scenes] == list(SceneSort)


def test_a_file_says_scenes_their_seconds_name_and_look(tmp_path: Path) -> None:
    found = read(said(tmp_path, """
        name = "hall"
        look = "hours"
        seconds = 30
        [[scene]]
        show = "queue"
        [[scene]]
        show = "map"
        seconds = 60
    """))  # fmt: skip
    assert (found.name, found.look) == ("hall", Look.HOURS)
    assert found.scenes == (Scene(SceneSort.QUEUE, 30), Scene(SceneSort.MAP, 60))


@pytest.mark.parametrize("text, line, why", [
    ('[[scene]]\nshow = "map"\n\n[[scene]]\n# a film\nshow = "cinema"\n', 6, "no “cinema” for show"),
    ('[[scene]]\nshow = "map"\n[[scene]]\nseconds = 20\n', 3, "no “” for show"),
    ('look = "pink"\n', 1, "no “pink” for look"),
    ('\ncolour = "red"\n', 2, "“colour” means nothing"),
    ('[[scene]]\nshow = "map"\nsquad = "T1"\n', 3, "“squad” means nothing"),
    ('[[scene]]\nshow = "map"\nseconds = 0\n', 3, "a whole number from 3 to 3600"),
    ('seconds = true\n[[scene]]\nshow = "map"\n', 1, "a whole number"),
    ('seconds = "20"\n', 1, "a whole number"),
    ('name = ""\n', 1, "1 to 64 characters"),
    ('x = 1\nscene = "map"\n', 1, "“x” means nothing"),
    ('\nscene = "map"\n', 2, "begins with a line"),
])  # fmt: skip
def test_what_is_not_known_is_refused_in_words_with_its_line(tmp_path: Path, text: str, line: int, why: str) -> None:
    with pytest.raises(Refused) as refusal:
        read(said(tmp_path, text))
    assert str(refusal.value).startswith(f"hall.toml, line {line}: ")
    assert why in str(refusal.value)


def test_what_is_no_toml_or_no_file_is_refused_in_words(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"hall.toml: this is no TOML. .*line 2"):
        read(said(tmp_path, 'name = "hall"\n[[scene\n'))
    with pytest.raises(Refused, match=r"cannot be read from none.toml"):
        read(tmp_path / "none.toml")
    file = tmp_path / "gbk.toml"
    file.write_bytes("name = '大厅'".encode("gb18030"))
    with pytest.raises(Refused, match=r"cannot be read from gbk.toml"):
        read(file)
