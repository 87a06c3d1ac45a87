"""What the pages show works."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from conftest import HEARTBEAT, PATIENCE, SCHEMAS, Java, Role, wait_until

from tenon_jobs import Jobs, JobType, Submitted, Worker

ROOT = Path(__file__).parents[3]
PAGES = ["docs/external-workers.md", "clients/python/README.md"]


def blocks(page: str) -> list[str]:
    return re.findall(r"```python\n(.*?)```", (ROOT / page).read_text("utf-8"), re.DOTALL)


@pytest.mark.parametrize("page", PAGES)
def test_the_worker_of_the_page_prints_labels(java: Java, role: Role, page: str) -> None:
    source = blocks(page)[0]
    for shown, real in {
        "postgresql://printing@localhost:5432/shop": role.database,
        "amqp://guest:guest@localhost:5672": java.rabbitmq,
        "shop-jobs.jar": str(SCHEMAS),
        "slots=2,\n": f"slots=2,\n    heartbeat_interval={HEARTBEAT},\n",
        "\nworker.run()\n": "\n",
    }.items():
        assert source.count(shown) == 1, shown
        source = source.replace(shown, real)
    printed: list[str] = []
    names: dict[str, Any] = {"printer_is_busy": lambda: False, "print_one": printed.append}
    exec(compile(source, page, "exec"), names)
    worker = names["worker"]
    assert isinstance(worker, Worker)
    with worker:
        job_id = java.submit(text="Fragile", copies=3)
        java.wait_for(job_id, "completed")
    assert java.call("result", jobId=job_id) == {"text": "Fragile", "pages": 3}
    assert len(java.call("logs", jobId=job_id)) == 1
    assert printed in ([], ["Fragile"] * 3)


@pytest.mark.parametrize(("page", "block"), [("docs/external-submitters.md", 0), ("clients/python/README.md", 2)])
def test_the_submitter_of_the_page_submits_a_label(
    java: Java, role: Role, make_worker: Callable[..., Worker], page: str, block: int
) -> None:
    source = blocks(page)[block].replace("postgresql://shop@localhost:5432/shop", role.database)
    source = source.replace("shop-jobs.jar", str(SCHEMAS)).replace("timedelta(minutes=5)", "timedelta(0)")
    worker = make_worker()
    worker.job("label.print")(lambda payload, context: {"text": payload["text"], "pages": payload["copies"]})
    names: dict[str, Any] = {}
    with java.owner() as owner:
        owner.execute("SELECT tenon.grant_submitter(%s, ARRAY['label.print'])", (role.name,))
        owner.execute("CREATE TABLE orders (id integer, customer text)")
        owner.execute(f"GRANT INSERT ON orders TO {role.name}")
        try:
            worker.start()
            exec(compile(source, page, "exec"), names)
            assert owner.execute("SELECT id FROM orders").fetchall() == [(7,)]
            [submitted] = [value for value in names.values() if isinstance(value, Submitted)]
            assert names["jobs"].result(submitted.job_id, PATIENCE) == {"text": "Fragile", "pages": 2}
            names["jobs"].close()
        finally:
            owner.execute("DROP TABLE orders")
            owner.execute("SELECT tenon.revoke_submitter(%s)", (role.name,))


def test_the_generated_types_of_the_page_submit_a_label(
    java: Java, role: Role, make_worker: Callable[..., Worker], monkeypatch: pytest.MonkeyPatch
) -> None:
    page = "clients/python/README.md"
    label_print: JobType[dict[str, Any], dict[str, Any]] = JobType(
        "label.print", 1, {"required": ["text", "copies"]}, {"required": ["text", "pages"]}
    )
    generated = ModuleType("shop.jobs.shop_jobs")
    monkeypatch.setattr(generated, "label_print", label_print, raising=False)
    for module in (ModuleType("shop"), ModuleType("shop.jobs"), generated):
        monkeypatch.setitem(sys.modules, module.__name__, module)
    worker = make_worker()
    worker.job("label.print")(lambda payload, context: {"text": payload["text"], "pages": payload["copies"]})
    names: dict[str, Any] = {"jobs": Jobs(role.database, submitted_by="shop")}
    with java.owner() as owner:
        owner.execute("SELECT tenon.grant_submitter(%s, ARRAY['label.print'])", (role.name,))
        try:
            worker.start()
            exec(compile(blocks(page)[3], page, "exec"), names)
            assert names["pages"] == 2
        finally:
            names["jobs"].close()
            owner.execute("SELECT tenon.revoke_submitter(%s)", (role.name,))


class Payments:
    """A payment service whose first answer is lost."""

    def __init__(self) -> None:
        self.charged: dict[str, dict[str, Any]] = {}

    def charge(self, key: str, customer: str, total: int) -> dict[str, Any]:
        self.charged[key] = {"number": f"{customer} {total}"}
        raise OSError("The answer was lost.")

    def find(self, key: str) -> dict[str, Any] | None:
        return self.charged.get(key)


def test_the_durable_handler_of_the_page_fulfils_an_order(
    java: Java, role: Role, make_worker: Callable[..., Worker]
) -> None:
    page = "clients/python/README.md"
    assert len(blocks(page)) == 4
    source = blocks(page)[1]
    for shown, real in {
        "order.fulfil": "label.print",
        "order.payment-settled": "label.approved",
        "INTO reservations": "INTO reservations_of_page",
    }.items():
        assert source.count(shown) == 1, shown
        source = source.replace(shown, real)
    packed: list[dict[str, Any]] = []
    warehouse = type("Warehouse", (), {"pack": lambda self, line: packed.append(line)})()
    worker, payments = make_worker(schemas=None), Payments()
    exec(compile(source, page, "exec"), {"worker": worker, "payments": payments, "warehouse": warehouse})
    order = {"id": "order-7", "customer": "ann", "total": 12, "lines": [{"id": 1}, {"id": 2}]}
    job_id = java.submit()
    with java.owner() as owner:
        owner.execute("UPDATE by_test.jobs SET payload = %s WHERE id = %s", (json.dumps(order), job_id))
        owner.execute("CREATE TABLE reservations_of_page (order_id text)")
        try:
            owner.execute(f"GRANT INSERT ON reservations_of_page TO {role.name}")
            worker.start()
            wait_until("it waits", lambda: java.outcomes(job_id) == ["failed", "suspended"])
            owner.execute("SELECT tenon.send_signal(%s, 'label.approved', '{\"at\": \"noon\"}', 'bank')", (job_id,))
            job = java.wait_for(job_id, "completed")
            assert owner.execute("SELECT * FROM reservations_of_page").fetchall() == [("order-7",)]
        finally:
            owner.execute("DROP TABLE reservations_of_page")
    assert json.loads(job["result"]) == {"receipt": "ann 12", "at": "noon"}
    assert len(payments.charged) == 1
    assert packed == order["lines"]
