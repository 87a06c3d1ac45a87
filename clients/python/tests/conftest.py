"""The fixtures: an application in Java, roles that may run workers, and workers in this and in other processes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql

from tenon_jobs import RabbitMQ, Worker

TESTS = Path(__file__).parent
SCHEMAS = Path(os.environ.get("TENON_TEST_SCHEMAS", TESTS.parents[1] / "java-side" / "target" / "classes"))

# Many times what anything here takes
PATIENCE = 60.0

# The Java side takes a worker for dead after three seconds without a heartbeat
HEARTBEAT = 0.3

TYPES = ["label.print", "label.scan", "label.cut", "label.glue"]


def wait_until(what: str, condition: Callable[[], Any]) -> Any:
    """What the condition gives, once it is true."""
    give_up_at = time.monotonic() + PATIENCE
    while not (value := condition()):
        assert time.monotonic() < give_up_at, f"{what} did not happen in {PATIENCE} s"
        time.sleep(0.02)
    return value


class Java:
    """The application in Java, which declares and submits the jobs."""

    def __init__(self, address: str) -> None:
        self._address = address
        settings = self.call("settings")
        self.database: str = settings["database"]
        self.rabbitmq: str = settings["rabbitmq"]

    def call(self, command: str, **arguments: Any) -> Any:
        request = urllib.request.Request(f"{self._address}/{command}", json.dumps(arguments).encode(), method="POST")
        try:
            with urllib.request.urlopen(request, timeout=PATIENCE) as response:
                return json.load(response)
        except urllib.error.HTTPError as error:
            raise AssertionError(json.load(error)["error"]) from error

    def submit(self, job_type: str = "label.print", text: str = "Fragile", **more: Any) -> str:
        job_id = self.call("submit", type=job_type, text=text, **more)
        assert isinstance(job_id, str)
        return job_id

    def job(self, job_id: str) -> dict[str, Any]:
        job = self.call("job", jobId=job_id)
        assert isinstance(job, dict)
        return job

    def wait_for(self, job_id: str, *statuses: str) -> dict[str, Any]:
        """The job, once it has one of these statuses; fails immediately if it has ended in another one."""

        def ended() -> dict[str, Any] | None:
            job = self.job(job_id)
            if job["status"] in statuses:
                return job
            assert job["status"] not in ("completed", "failed", "cancelled"), job
            return None

        job = wait_until(f"job {job_id} becomes {statuses}", ended)
        assert isinstance(job, dict)
        return job

    def outcomes(self, job_id: str) -> list[str]:
        return [attempt["outcome"] for attempt in self.call("attempts", jobId=job_id)]

    def cursor(self, job_id: str) -> Any:
        """The cursor of a job as it is stored; Java hides those of external types, which it does not know."""
        with self.owner() as owner:
            rows = owner.execute("SELECT value FROM tenon.job_cursors WHERE job_id = %s", (job_id,)).fetchall()
        return rows[0][0] if rows else None

    @contextmanager
    def owner(self) -> Iterator[psycopg.Connection[Any]]:
        """A connection of the owner of the tables."""
        with psycopg.connect(self.database, autocommit=True) as connection:
            yield connection


@pytest.fixture(scope="session")
def java() -> Java:
    address = os.environ.get("TENON_TEST_CONTROL")
    assert address, "These tests run together with Java: mvn -pl clients/python -am test, or ./dev test"
    return Java(address)


class Role:
    """A role that may do what ``grant_worker`` lets it do."""

    def __init__(self, java: Java, types: list[str], name: str | None = None) -> None:
        self.name = name or f"python_{uuid.uuid4().hex[:12]}"
        self._java = java
        with java.owner() as owner:
            owner.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(self.name)))
            if types:
                owner.execute("SELECT tenon.grant_worker(%s, %s)", (self.name, types))

    @property
    def database(self) -> str:
        """The database, for somebody who logs in as this role."""
        return psycopg.conninfo.make_conninfo(self._java.database, user=self.name)

    def drop(self) -> None:
        with self._java.owner() as owner:
            owner.execute("SELECT tenon.revoke_worker(%s)", (self.name,))
            name = sql.Identifier(self.name)
            owner.execute(sql.SQL("DROP OWNED BY {}").format(name))
            owner.execute(sql.SQL("DROP ROLE {}").format(name))


@pytest.fixture
def make_role(java: Java) -> Iterator[Callable[..., Role]]:
    roles: list[Role] = []

    def make(*types: str) -> Role:
        roles.append(Role(java, list(types)))
        return roles[-1]

    yield make
    for role in roles:
        role.drop()


@pytest.fixture
def role(make_role: Callable[..., Role]) -> Role:
    """A role that may run all types of the tests."""
    return make_role(*TYPES)


@pytest.fixture
def shelf(java: Java, role: Role) -> Iterator[str]:
    """A table of the application, which the role of the worker may write."""
    with java.owner() as owner:
        owner.execute("CREATE TABLE shelf (job_id uuid, label text, CHECK (label <> 'bad'))")
        owner.execute(sql.SQL("GRANT SELECT, INSERT ON shelf TO {}").format(sql.Identifier(role.name)))
        yield "shelf"
        owner.execute("DROP TABLE shelf")


@pytest.fixture(autouse=True)
def nothing_is_left(java: Java) -> Iterator[None]:
    """Each test finds no jobs."""
    yield
    with java.owner() as owner:
        owner.execute("DELETE /* by the test */ FROM by_test.jobs")
        owner.execute("TRUNCATE tenon.job_steps, tenon.job_signals, tenon.job_cursors")
        owner.execute("DELETE FROM tenon.workflows")
        owner.execute("DELETE FROM tenon.workflow_tasks")
        owner.execute("DELETE FROM tenon.workflow_edges")
        owner.execute("DELETE FROM tenon.workers WHERE role IS NOT NULL")


@pytest.fixture
def make_worker(java: Java, role: Role) -> Iterator[Callable[..., Worker]]:
    """Workers in this process; they are stopped at the end."""
    workers: list[Worker] = []

    def make(rabbitmq: bool = False, **settings: Any) -> Worker:
        settings.setdefault("poll_interval", 0.1)
        settings.setdefault("database", role.database)
        settings.setdefault("heartbeat_interval", HEARTBEAT)
        settings.setdefault("schemas", [SCHEMAS])
        settings.setdefault("name", "pytest")
        worker = Worker(rabbitmq=RabbitMQ(java.rabbitmq) if rabbitmq else None, **settings)
        workers.append(worker)
        return worker

    yield make
    for worker in workers:
        worker.stop()


class WorkerProcess:
    """A worker in a separate process, to be killed and frozen: ``worker_process.py``."""

    def __init__(self, java: Java, role: Role, name: str, diary: Path, settings: dict[str, Any]) -> None:
        environment = {
            **os.environ,
            "PYTHONPATH": str(TESTS.parent / "src"),
            "WORKER_DATABASE": role.database,
            "WORKER_RABBITMQ": java.rabbitmq,
            "WORKER_NAME": name,
            "WORKER_DIARY": str(diary),
            "WORKER_SETTINGS": json.dumps({"heartbeat_interval": HEARTBEAT, **settings}),
        }
        self.process = subprocess.Popen(
            [sys.executable, str(TESTS / "worker_process.py")],
            env=environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def send(self, number: signal.Signals) -> None:
        self.process.send_signal(number)

    def wait(self) -> tuple[int, str]:
        """Its exit code and what it has printed, once it has ended."""
        output, _ = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, output

    def end(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
            self.process.communicate(timeout=PATIENCE)


@pytest.fixture
def diary(tmp_path: Path) -> Path:
    """A file for what workers in separate processes do."""
    file = tmp_path / "diary.txt"
    file.touch()
    return file


@pytest.fixture
def start_process(java: Java, role: Role, diary: Path) -> Iterator[Callable[..., WorkerProcess]]:
    processes: list[WorkerProcess] = []

    def start(name: str, **settings: Any) -> WorkerProcess:
        processes.append(WorkerProcess(java, role, name, diary, settings))
        return processes[-1]

    yield start
    for process in processes:
        process.end()
