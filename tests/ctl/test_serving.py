"""``serve-check`` against real servers: one as it should be, one that is not."""

import datetime as dt
import json
import os
import shutil
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from psycopg import sql
from sqlalchemy import make_url

from commandcenter import clock, ctl
from commandcenter.storage.groups import GROUPS
from tests.ctl.asking import TINY, document, said
from tests.postgres import Cluster, private_cluster


def _wrong(capsys: pytest.CaptureFixture[str], url: str) -> dict[str, list[dict[str, Any]]]:
    """What serve-check finds wrong with a server, by topic."""
    status, out, _err = said(capsys, "serve-check", url, "--json")
    told = json.loads(out)
    found: dict[str, list[dict[str, Any]]] = {}
    for finding in told["findings"]:
        if not finding["right"]:
            found.setdefault(finding["topic"], []).append(finding)
    assert (status, told["right"]) == ((ctl.REFUSED, False) if found else (ctl.DONE, True))
    return found


def _named(url: str) -> str:
    return str(make_url(url).database)


@pytest.fixture(scope="module")
def safe_server() -> Iterator[Cluster]:
    """A server that keeps what it was given."""
    with private_cluster(durable=True) as cluster:
        yield cluster


@pytest.fixture
def pack(tmp_path: Path) -> str:
    """The tiny district's pack, as if it were no demonstration."""
    own = shutil.copytree(TINY, tmp_path / "own")
    head = (own / "pack.toml").read_text(encoding="utf-8").replace("demonstration = true", "demonstration = false")
    (own / "pack.toml").write_text(head.replace('demonstration_password = "tiny-town"\n', ""), encoding="utf-8")
    return str(own)


@pytest.fixture
def good_url(safe_server: Cluster, pack: str, capsys: pytest.CaptureFixture[str]) -> str:
    """A district on it."""
    url = safe_server.url(safe_server.create())
    document(capsys, "init", "--pack", pack, "--database", url)
    return url


def test_a_server_as_it_should_be_is_called_that(good_url: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert _wrong(capsys, good_url) == {}
    status, out, _err = said(capsys, "serve-check", good_url)
    assert (status, out.splitlines()[-1]) == (ctl.DONE, "The server is as it should be.")
    for words in ("✓ version: PostgreSQL", "fsync is on", "works in UTC", "every table is guarded"):
        assert words in out


def _owned_by_a_stranger(cluster: Cluster) -> str:
    """A database whose owner may do nothing on the server but own it, reached over the network."""
    name = cluster.create()
    with cluster.connect() as connection:
        connection.execute("CREATE ROLE tenant LOGIN")
        connection.execute(sql.SQL("ALTER DATABASE {} OWNER TO tenant").format(sql.Identifier(name)))
        row = connection.execute("SHOW port").fetchone()
    assert row is not None
    return f"postgresql+psycopg://tenant@127.0.0.1:{row[0]}/{name}"


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def test_the_people_of_a_demonstration_are_told_of_until_they_are_out_of_use(
    safe_server: Cluster, pack: str, capsys: pytest.CaptureFixture[str]
) -> None:
    url = safe_server.url(safe_server.create())
    document(capsys, "init", "--pack", str(TINY), "--database", url)
    (told,) = _wrong(capsys, url)["passwords"]
    assert told["says"].startswith("6 people have the one password of a demonstration pack")
    people = Path(pack, "people.csv")
    people.write_text(people.read_text(encoding="utf-8").splitlines()[0] + "\n", encoding="utf-8")
    document(capsys, "init", "--pack", pack, "--database", url)
    assert _wrong(capsys, url) == {}


def test_a_server_that_is_not_is_told_what_to_run_and_is_right_afterwards(
    pack: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with private_cluster(
        listen_addresses="127.0.0.1", port=str(_free_port()), synchronous_commit="off", password_encryption="md5"
    ) as cluster:
        url = _owned_by_a_stranger(cluster)
        assert _wrong(capsys, url).keys() == {"encryption", "settings", "schema", "groups"}
        document(capsys, "init", "--pack", pack, "--database", url)
        found = _wrong(capsys, url)
        assert found.keys() == {"encryption", "settings", "groups"}
        assert "not encrypted" in found["encryption"][0]["says"]
        assert [f["says"].split(":")[0] for f in found["settings"]] == [
            "fsync is off", "full_page_writes is off", "synchronous_commit is off", "password_encryption is md5"
        ]  # fmt: skip
        (groups,) = found["groups"]
        assert [line for line in groups["to_run"] if "NOLOGIN" in line] == [f"CREATE ROLE {g} NOLOGIN" for g in GROUPS]
        with cluster.connect() as connection:
            for statement in groups["to_run"]:
                connection.execute(statement)
        assert "rights" in _wrong(capsys, url)
        document(capsys, "upgrade", "--database", url)
        found = _wrong(capsys, url)
        assert found.keys() == {"encryption", "settings", "logins"}
        (logins,) = found["logins"]
        with cluster.connect() as connection:
            for statement in logins["to_run"]:
                connection.execute(statement)
        assert _wrong(capsys, url).keys() == {"encryption", "settings"}


def _certified(cluster: Cluster, folder: Path) -> Path:
    """Give a server a certificate for its address; returns the certificate."""
    certificate, key = folder / "server.crt", folder / "server.key"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-subj", "/CN=district", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", key, "-out", certificate],
        check=True, capture_output=True,
    )  # fmt: skip
    owner = cluster.socket.stat()
    with cluster.connect() as connection:
        for name, file in (("ssl_cert_file", certificate), ("ssl_key_file", key)):
            theirs = shutil.copy(file, cluster.socket)
            os.chown(theirs, owner.st_uid, owner.st_gid)
            Path(theirs).chmod(0o600)
            connection.execute(sql.SQL("ALTER SYSTEM SET {} = {}").format(sql.Identifier(name), str(theirs)))
        connection.execute("ALTER SYSTEM SET ssl = on")
    cluster.stop()
    cluster.start()
    return certificate


@pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl, which makes certificates, is not installed")
def test_an_encrypted_connection_is_right_only_where_it_is_verified_to_whom(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with private_cluster(listen_addresses="127.0.0.1", port=str(_free_port())) as cluster:
        certificate = _certified(cluster, tmp_path)
        url = _owned_by_a_stranger(cluster)
        (found,) = _wrong(capsys, f"{url}?sslmode=require")["encryption"]
        assert "to whom was not verified" in found["says"]
        assert "encryption" not in _wrong(capsys, f"{url}?sslmode=verify-full&sslrootcert={certificate}")
        (tmp_path / "other").mkdir()
        _certified(cluster, tmp_path / "other")
        status, _out, err = said(capsys, "serve-check", f"{url}?sslmode=verify-full&sslrootcert={certificate}")
        assert (status, "certificate verify failed" in err) == (ctl.REFUSED, True)


@pytest.mark.parametrize(("away", "back"), [
    ("ALTER TABLE note DISABLE TRIGGER changed_record_has_its_line", "ALTER TABLE note ENABLE TRIGGER USER"),
    ("ALTER TABLE journal DISABLE TRIGGER USER", "ALTER TABLE journal ENABLE TRIGGER USER"),
    ("ALTER TABLE assignment DISABLE ROW LEVEL SECURITY", "ALTER TABLE assignment ENABLE ROW LEVEL SECURITY"),
])  # fmt: skip
def test_a_guard_that_was_switched_off_is_found(
    safe_server: Cluster, good_url: str, capsys: pytest.CaptureFixture[str], away: str, back: str
) -> None:
    with safe_server.connect(_named(good_url)) as connection:
        connection.execute(away)
    (found,) = _wrong(capsys, good_url)["guards"]
    assert back in found["to_run"]


@pytest.mark.parametrize(("table", "policy"), [("complaint", "is_not_sealed"), ("complainant", "is_written_down")])
def test_a_policy_that_is_gone_is_found(
    safe_server: Cluster, good_url: str, capsys: pytest.CaptureFixture[str], table: str, policy: str
) -> None:
    with safe_server.connect(_named(good_url)) as connection:
        connection.execute(f"DROP POLICY {policy} ON {table}".encode())
    (found,) = _wrong(capsys, good_url)["guards"]
    assert f"guards are gone from: {table}." in found["says"]


@pytest.mark.parametrize("right", [
    "GRANT DELETE ON note TO commandcenter_member", "GRANT SELECT ON credential TO commandcenter_administrator",
    "GRANT SELECT ON complaint TO commandcenter_wall", "REVOKE INSERT ON journal FROM commandcenter_member",
    "GRANT EXECUTE ON FUNCTION arrange_login TO PUBLIC",
])  # fmt: skip
def test_a_right_too_many_or_too_few_is_found_and_an_upgrade_puts_it_right(
    safe_server: Cluster, good_url: str, capsys: pytest.CaptureFixture[str], right: str
) -> None:
    with safe_server.connect(_named(good_url)) as connection:
        connection.execute(right)
    assert _wrong(capsys, good_url).keys() == {"rights"}
    document(capsys, "upgrade", "--database", good_url)
    assert _wrong(capsys, good_url) == {}


@pytest.mark.parametrize(("off", "says"), [(3.0, "3.0 s ahead of"), (-3.0, "3.0 s behind")])
def test_a_clock_that_is_off_by_more_than_two_seconds_is_told(
    good_url: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, off: float, says: str
) -> None:
    honest = clock.now
    monkeypatch.setattr(clock, "now", lambda: honest() + dt.timedelta(seconds=off))
    (found,) = _wrong(capsys, good_url)["clock"]
    assert says in found["says"]
    monkeypatch.setattr(clock, "now", lambda: honest() + dt.timedelta(seconds=off / 2))
    assert "clock" not in _wrong(capsys, good_url)


def test_a_database_of_one_alphabet_is_told(safe_server: Cluster, capsys: pytest.CaptureFixture[str]) -> None:
    with safe_server.connect() as connection:
        connection.execute(
            "CREATE DATABASE narrow TEMPLATE template0 ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'"
        )
    (found,) = _wrong(capsys, safe_server.url("narrow"))["encoding"]
    assert "encoded in LATIN1" in found["says"]


def test_where_no_server_is_there_is_nothing_to_check(district: str, capsys: pytest.CaptureFixture[str]) -> None:
    for url, words in ((district, "is a file, not a server"), ("postgresql://127.0.0.1:1/x", "cannot be reached")):
        status, _out, err = said(capsys, "serve-check", url)
        assert (status, words in err) == (ctl.REFUSED, True)
