"""What the pages show works."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from conftest import HEARTBEAT, SCHEMAS, Java, Role

from tenon_jobs import Worker

ROOT = Path(__file__).parents[3]
PAGES = ["docs/external-workers.md", "clients/python/README.md"]


@pytest.mark.parametrize("page", PAGES)
def test_the_worker_of_the_page_prints_labels(java: Java, role: Role, page: str) -> None:
    blocks = re.findall(r"```python\n(.*?)```", (ROOT / page).read_text("utf-8"), re.DOTALL)
    assert len(blocks) == 1
    source = blocks[0]
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
