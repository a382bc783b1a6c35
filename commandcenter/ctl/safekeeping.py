"""Commands that keep a district safe: backups, restoring one, sealing the journal."""

import argparse
import os
import sys
from pathlib import Path
from typing import Any

import orjson

from commandcenter.ctl import DONE, REFUSED
from commandcenter.ctl.speech import url_of, url_there
from commandcenter.ctl.telling import Ticker, tell
from commandcenter.errors import Refused, Unavailable
from commandcenter.i18n import N_, _
from commandcenter.installation import STATION, administrator
from commandcenter.operations.safekeeping import record_backup
from commandcenter.settings import spoken_url
from commandcenter.storage import backups
from commandcenter.storage.backup_file import settle
from commandcenter.storage.database import Database
from commandcenter.storage.proof import Proof
from commandcenter.storage.restoring import restore as put_back
from commandcenter.storage.seals import sealed

NOT_IN_ORDER = N_("The backup is whole and equals the database, but the database itself is not in order: {finding}. It"
                  " does not count as a good one, and no older backup was removed for it.")  # fmt: skip
NOT_RECORDED = N_("The backup is whole, but that could not be written down in the database: {reason}")
NO_GROUPS = N_("This server lacks group roles of the program: only the owner of the database is let in. An"
               " administrator of the server runs what follows, and then commandcenterctl upgrade:")  # fmt: skip


def backup(arguments: argparse.Namespace) -> int:
    """``backup``."""
    with Database.open(url_there(arguments)) as database:
        with Ticker() as ticker:
            made = backups.back_up(database, arguments.to, keep=arguments.keep, told=ticker.tell)
        trouble = _trouble_with(database, made)
    document = made.manifest.told() | {
        "file": str(made.path), "removed": [str(path) for path in made.removed],
        "findings": [str(finding) for finding in made.proof.findings], "good": not trouble,
    }  # fmt: skip
    said = [_("{file}: {size} bytes, {lines} lines of the journal, schema {schema}, proven by restoring it.",
              file=made.path, size=made.path.stat().st_size, lines=made.manifest.lines, schema=made.manifest.schema)]
    said += [_("Removed {file}.", file=path) for path in made.removed]
    tell(arguments, document, "\n".join(said))
    return _complain(trouble)


def _trouble_with(database: Database, made: backups.Backup) -> str:
    """Write down that there is a good backup, or say why it is none; nothing where all is well."""
    if made.proof.findings:
        return _(NOT_IN_ORDER, finding=made.proof.findings[0])
    try:
        database.run("record_backup", administrator(), STATION, lambda work: record_backup(work, made.last))
    except Refused as reason:
        return _(NOT_RECORDED, reason=reason)
    return ""


def _complain(trouble: str) -> int:
    if trouble:
        sys.stderr.write(f"{trouble}\n")
    return REFUSED if trouble else DONE


def restore(arguments: argparse.Namespace) -> int:
    """``restore``."""
    url = url_of(arguments)
    with Ticker() as ticker:
        done = put_back(arguments.file, url, words=arguments.force, progress=ticker.share)
    with Database.open(url) as database:
        version = database.schema_version
    findings = _findings(done.proof)
    document = {
        "database": spoken_url(url), "schema": version, "lines": done.manifest.lines, "findings": findings,
        "taken_at": done.manifest.told()["taken_at"], "kept": None if done.kept is None else str(done.kept),
        "to_run": list(done.to_run),
    }  # fmt: skip
    said = [_("Restored: {lines} lines of the journal, as of {moment}; schema {schema}. Consoles may be started again.",
              lines=done.manifest.lines, moment=_utc(done.manifest.taken_at), schema=version)]  # fmt: skip
    if done.kept is not None:
        said.append(_("What was there before lies in {file}.", file=done.kept))
    if done.to_run:
        said += [_(NO_GROUPS), *(f"{statement};" for statement in done.to_run)]
    tell(arguments, document, "\n".join([*said, *findings]))
    return REFUSED if findings else DONE


def _findings(proof: Proof) -> list[str]:
    return [str(finding) for finding in proof.findings]


def _utc(at: Any) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S} UTC"


def seal(arguments: argparse.Namespace) -> None:
    """``seal``."""
    with Database.open(url_there(arguments)) as database:
        made = sealed(database)
    _write_new(arguments.to, orjson.dumps(made.told(), option=orjson.OPT_INDENT_2) + b"\n")
    tell(arguments, made.told() | {"file": str(arguments.to)},
         _("Sealed {lines} lines of the journal on {date}: {head}", lines=made.lines, date=made.date, head=made.head))


def _named(part: Path, path: Path) -> None:
    """Give a file its name. FileExistsError where there is one of that name."""
    try:
        os.link(part, path)
    except FileExistsError:
        raise
    except OSError:  # a disk that knows no second names, as most sticks
        path.touch(exist_ok=False)
        part.replace(path)


def _write_new(path: Path, content: bytes) -> None:
    """Write a file whole or not at all. A seal that is there already is never replaced."""
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    try:
        with part.open("xb") as file:
            file.write(content)
        settle(part)
        _named(part, path)
    except FileExistsError as there:
        raise Refused(N_("“{file}” is there already: a seal is never replaced. Name another file."),
                      file=str(path)) from there  # fmt: skip
    except OSError as trouble:
        raise Unavailable(N_("The seal cannot be written to “{file}”: {reason}"),
                          file=str(path), reason=trouble.strerror or str(trouble)) from trouble  # fmt: skip
    finally:
        part.unlink(missing_ok=True)
