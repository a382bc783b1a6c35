"""What stands on paper: the words of a PDF, as a reader takes them out of it."""

from PySide6.QtCore import QBuffer, QByteArray
from PySide6.QtPdf import QPdfDocument


def words_of(pdf: bytes) -> str:
    """All pages as text, without the spaces and line ends that the setting made."""
    content = QByteArray(pdf)
    buffer = QBuffer(content)
    buffer.open(QBuffer.OpenModeFlag.ReadOnly)
    document = QPdfDocument()
    document.load(buffer)
    assert document.status() is QPdfDocument.Status.Ready
    said = "".join(document.getAllText(page).text() for page in range(document.pageCount()))
    document.close()
    return "".join(said.split())
