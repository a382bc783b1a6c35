"""The private server behaves as the other tests rely on."""

import os
import select
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest
import sqlalchemy as sa

from tests.environment import ROOT
from tests.postgres import Cluster, private_cluster


def test_every_test_gets_an_empty_database_of_each_kind(database_url: str) -> None:
    engine = sa.create_engine(database_url)
    with engine.begin() as connection:
        assert sa.inspect(connection).get_table_names() == []
        connection.execute(sa.text("CREATE TABLE mark (n INTEGER)"))
    with engine.begin() as connection:
        assert sa.inspect(connection).get_table_names() == ["mark"]
    engine.dispose()


def test_a_database_can_be_a_copy_of_a_prepared_one(postgres: Cluster) -> None:
    prepared = postgres.create()
    with postgres.connect(prepared) as connection:
        connection.execute("CREATE TABLE prepared (n int)")
    copy = postgres.create(prepared)
    with postgres.connect(copy) as connection:
        assert connection.execute("SELECT count(*) FROM prepared").fetchone() == (0,)
    postgres.drop(copy)
    postgres.drop(prepared)


def test_the_server_listens_on_no_network_and_never_runs_as_root(postgres: Cluster) -> None:
    with postgres.connect() as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)
    assert Path(f"/proc/{postgres.process.pid}").stat().st_uid != 0


def test_figures_are_measured_with_the_servers_own_care_for_the_disk() -> None:
    with private_cluster(durable=True) as cluster, cluster.connect() as connection:
        assert connection.execute("SHOW fsync").fetchone() == ("on",)
        assert connection.execute("SHOW synchronous_commit").fetchone() == ("on",)


def test_the_server_and_its_folder_are_gone_afterwards() -> None:
    with private_cluster() as cluster:
        folder = cluster.socket
        assert folder.is_dir()
    assert cluster.process.returncode is not None
    assert not folder.exists()
    with pytest.raises(psycopg.OperationalError):
        cluster.connect()


def test_the_server_ends_with_the_process_that_started_it_even_when_that_is_killed() -> None:
    program = (
        "from tests.postgres import private_cluster\n"
        "with private_cluster() as cluster:\n"
        "    print(cluster.process.pid, cluster.socket, flush=True)\n"
        "    input()\n"
    )
    starter = subprocess.Popen(
        [sys.executable, "-c", program], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert starter.stdout is not None
    number, folder = starter.stdout.readline().split()
    server = os.pidfd_open(int(number))
    starter.send_signal(signal.SIGKILL)
    starter.communicate()  # it never gets to say goodbye
    ended, _, _ = select.select([server], [], [], 30)
    os.close(server)
    shutil.rmtree(folder, ignore_errors=True)
    assert ended
