"""Commands about a database server."""

import argparse

from commandcenter.ctl import DONE, REFUSED
from commandcenter.ctl.telling import tell
from commandcenter.i18n import N_, _, ngettext
from commandcenter.settings import spoken_url
from commandcenter.storage.fitness import Finding, findings

TOPICS = {
    "version": N_("version"), "encoding": N_("encoding"), "time zone": N_("time zone"),
    "encryption": N_("encryption"), "settings": N_("settings"), "clock": N_("clock"), "schema": N_("schema"),
    "guards": N_("guards"), "groups": N_("groups"), "rights": N_("rights"),
    "logins": N_("logins"), "passwords": N_("passwords"),
}  # fmt: skip


def serve_check(arguments: argparse.Namespace) -> int:
    """``serve-check``."""
    found = findings(arguments.url)
    wrong = [finding for finding in found if not finding.right]
    document = {
        "server": spoken_url(arguments.url), "right": not wrong,
        "findings": [
            {"topic": f.topic, "right": f.right, "says": str(f), "to_run": list(f.to_run)} for f in found
        ],
    }  # fmt: skip
    end = (ngettext("{n} thing is not right.", "{n} things are not right.", len(wrong)) if wrong
           else _("The server is as it should be."))  # fmt: skip
    tell(arguments, document, "\n".join([*(line for f in found for line in _lines(f)), end]))
    return REFUSED if wrong else DONE


def _lines(finding: Finding) -> list[str]:
    mark = "✓" if finding.right else "✗"
    said = _("{topic}: {finding}", topic=_(TOPICS[finding.topic]), finding=str(finding))
    return [f"{mark} {said}", *(f"    {statement};" for statement in finding.to_run)]
