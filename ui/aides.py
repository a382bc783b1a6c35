"""What works beside the pages for whoever is signed in, wherever they look: the backup's line, the ladder, the roll,
the counted days.
"""

from PySide6.QtCore import QObject

from ui.backup_line import BackupLine
from ui.banner import Banners
from ui.counting_days import CountingDays
from ui.fair_load import FairLoad
from ui.laddering import Laddering
from ui.roll_notice import RollNotice
from ui.room import Room


def aides(room: Room, banners: Banners, shell: QObject) -> tuple[QObject, ...]:
    """All of them; they end with the shell."""
    return (
        BackupLine(room, banners, shell), Laddering(room, shell), RollNotice(room, banners, shell),
        CountingDays(room, shell), FairLoad(room, shell),
    )  # fmt: skip
