"""The spool: what people said while the database was away, kept at the station until it is sent.

One sealed file for each district and station. What lies in it was acknowledged to a person, so it is on the disk
before it is acknowledged, is sent under the operation's own id, and leaves the file only when it is in the books
or a person put it away.
"""

from commandcenter.spool.kept import Kept
from commandcenter.spool.misses import Misses
from commandcenter.spool.spool import Contents, Spool, Stamp

__all__ = ["Contents", "Kept", "Misses", "Spool", "Stamp"]
