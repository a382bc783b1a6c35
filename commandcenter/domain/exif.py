"""Where a photo says it was taken: the GPS position in the Exif part of a JPEG (CIPA DC-008, TIFF 6.0).

A camera writes it down, people can too: it is a hint and no proof. Anything odd in a file reads as no position.
"""

import struct
from collections.abc import Iterator

from commandcenter.domain.places import is_place

_GPS_FOLDER, _LAT_REF, _LAT, _LON_REF, _LON = 0x8825, 1, 2, 3, 4
_MARKER, _APP1, _SCAN = 0xFF, 0xE1, 0xDA
_BYTES_OF_ENTRY, _IN_PLACE = 12, 4
_MINUTES, _SECONDS = 60, 3600


def place_of(content: bytes) -> tuple[float, float] | None:
    """Longitude and latitude in WGS-84 degrees, as the file says them; None where it says none that can be."""
    try:
        return next((place for part in _exif_parts(content) if (place := _place(part)) is not None), None)
    except (struct.error, ValueError, ZeroDivisionError, IndexError):
        return None


def _exif_parts(content: bytes) -> Iterator[bytes]:
    """The TIFF parts of a JPEG's APP1 segments."""
    if content[:2] != b"\xff\xd8":
        return
    at = 2
    while at + 4 <= len(content) and content[at] == _MARKER and content[at + 1] != _SCAN:
        (length,) = struct.unpack_from(">H", content, at + 2)
        segment = content[at + 4 : at + 2 + length]
        if content[at + 1] == _APP1 and segment[:6] == b"Exif\0\0":
            yield segment[6:]
        at += 2 + length


def _place(tiff: bytes) -> tuple[float, float] | None:
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None:
        return None
    (first,) = struct.unpack_from(f"{order}I", tiff, 4)
    gps = _entries(tiff, order, first).get(_GPS_FOLDER)
    if gps is None:
        return None
    said = _entries(tiff, order, struct.unpack(f"{order}I", gps)[0])
    if not {_LAT_REF, _LAT, _LON_REF, _LON} <= said.keys():
        return None
    lat = _degrees(tiff, order, said[_LAT]) * (-1 if said[_LAT_REF][:1] == b"S" else 1)
    lon = _degrees(tiff, order, said[_LON]) * (-1 if said[_LON_REF][:1] == b"W" else 1)
    return (lon, lat) if is_place(lon, lat) else None


def _entries(tiff: bytes, order: str, at: int) -> dict[int, bytes]:
    """A folder's entries: the four bytes each holds, by tag."""
    (n,) = struct.unpack_from(f"{order}H", tiff, at)
    found = {}
    for place in range(at + 2, at + 2 + n * _BYTES_OF_ENTRY, _BYTES_OF_ENTRY):
        (tag,) = struct.unpack_from(f"{order}H", tiff, place)
        found[tag] = tiff[place + 8 : place + 8 + _IN_PLACE]
    return found


def _degrees(tiff: bytes, order: str, entry: bytes) -> float:
    """Degrees, minutes and seconds, three fractions."""
    (at,) = struct.unpack(f"{order}I", entry)
    parts = struct.unpack_from(f"{order}6I", tiff, at)
    degrees, minutes, seconds = (float(parts[n] / parts[n + 1]) for n in (0, 2, 4))
    return degrees + minutes / _MINUTES + seconds / _SECONDS
