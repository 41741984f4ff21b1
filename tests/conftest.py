from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def samples() -> Path:
    """The folder of the real department."""
    return ROOT / "samples" / "hengyang-2020"


#: the files that take longest
SLOW = (
    "test_rule_cases", "test_round_sample", "test_moved_forms", "test_level_places", "test_fuzz", "test_injection",
    "test_crash_safety", "test_template_checks",
)  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Start the slowest files first, so that the workers end together."""
    items.sort(key=lambda item: not item.path.stem.startswith(SLOW))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]):
    """Where everything is installed (PERFXL_NO_SKIPS), a skipped test is a failed one."""
    report = yield
    if report.skipped and os.environ.get("PERFXL_NO_SKIPS") and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped where nothing may be skipped: {report.longrepr}"
    return report


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """A PostgreSQL cluster of our own: its URL."""
    from databases import INITDB, POSTGRES, cluster

    if not INITDB or not POSTGRES:
        pytest.skip("PostgreSQL is not installed")
    with cluster() as url:
        yield url


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database, of one kind and then of the other."""
    from databases import new_database

    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'ledger.sqlite'}"
    return new_database(request.getfixturevalue("postgres"), f"t{uuid4().hex}")
