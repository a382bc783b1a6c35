"""The one repeating timer."""

from datetime import UTC, datetime

from pytestqt.qtbot import QtBot

from ui.pulse import Pulse

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def test_the_pulse_says_the_time_of_the_clock_it_was_given(qtbot: QtBot) -> None:
    pulse = Pulse(lambda: NOON)
    with qtbot.waitSignal(pulse.ticked) as tick:
        pulse.start()
    assert tick.args == [NOON]
    pulse.stop()


def test_the_pulse_goes_on_by_itself(qtbot: QtBot) -> None:
    pulse = Pulse(lambda: NOON)
    pulse.start()
    with qtbot.waitSignal(pulse.ticked, timeout=5000):
        pass
    pulse.stop()
