from __future__ import annotations

import logging
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

import draws
import pytest
from hypothesis import HealthCheck, settings

from perfxl import untrusted

ROOT = Path(__file__).resolve().parent.parent
#: neither the load of the machine nor what an earlier run found decides whether a property holds
ANYWHERE = settings(
    deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
settings.register_profile("fixed", ANYWHERE, derandomize=True)
settings.register_profile("drawn", ANYWHERE, print_blob=True)


@pytest.fixture(scope="session")
def samples() -> Path:
    """The folder of the real department."""
    return ROOT / "samples" / "hengyang-2020"


@pytest.fixture(scope="session")
def sample_mailbox(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The mailbox that ``samples/mailbox/make.py`` writes: made once for all workers, and only read."""
    base = tmp_path_factory.getbasetemp()
    made = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "sample-mailbox"
    if not made.exists():
        new = tmp_path_factory.mktemp("mailbox") / "new"
        subprocess.run([sys.executable, ROOT / "samples/mailbox/make.py", new], check=True, capture_output=True)
        with suppress(OSError):  # another worker was faster
            new.rename(made)
    return made


# ---------------------------------------------------------------- random draws


def pytest_configure(config: pytest.Config) -> None:
    """Without a seed every run tries the same examples; with one it draws others, the same for the same seed."""
    draws.SEED = config.getoption("--hypothesis-seed")
    settings.load_profile("fixed" if draws.SEED is None else "drawn")


# ---------------------------------------------------------------- faults that perfxl catches


class Faults(logging.Handler):
    """Counts what perfxl logs when it catches a fault of its own, so that one file or rule does not cost the others."""

    def __init__(self) -> None:
        super().__init__()
        self.new: list[str] = []
        self.total = 0

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        self.new.append(f"{record.getMessage()}: {error!r}")
        self.total += 1


FAULTS = Faults()
logging.getLogger("perfxl.faults").addHandler(FAULTS)


@pytest.fixture(autouse=True)
def no_fault_is_caught(request: pytest.FixtureRequest) -> Iterator[None]:
    """A test in which perfxl catches a fault of its own fails, unless it is marked ``faults`` and causes one itself."""
    yield
    new, FAULTS.new = FAULTS.new, []
    if new and request.node.get_closest_marker("faults") is None:
        pytest.fail("perfxl caught a fault of its own: " + "; ".join(dict.fromkeys(new)), pytrace=False)


@pytest.fixture(autouse=True)
def what_a_test_replaces_is_replaced(request: pytest.FixtureRequest) -> Iterator[None]:
    """A test that replaces something opens files in its own process: another would not know of it."""
    if "monkeypatch" not in request.fixturenames:
        yield
        return
    untrusted._mode = "call"
    yield
    untrusted._mode = "ask"


def pytest_sessionfinish(session: pytest.Session) -> None:
    """A worker of pytest-xdist reports its number of faults to the process that started it."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["faults"] = FAULTS.total


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Add up the faults of the workers."""
    FAULTS.total += getattr(node, "workeroutput", {}).get("faults", 0)


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """The number of faults, and how to draw the same examples again."""
    terminalreporter.write_line(f"faults of its own that perfxl caught: {FAULTS.total}")
    if draws.SEED is not None:
        again = f"pytest --hypothesis-seed={draws.SEED}"
        terminalreporter.write_line(f"random draws of seed {draws.SEED}; {again} TEST draws the same")


# ---------------------------------------------------------------- order and skips

#: the files that take longest
SLOW = (
    "test_rule_cases", "test_round_sample", "test_moved_forms", "test_level_places", "test_fuzz", "test_injection",
    "test_crash_safety", "test_template_checks",
)  # fmt: skip


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Start the slowest files first, so that the workers end together; each file runs in one process."""
    items.sort(key=lambda item: not item.path.stem.startswith(SLOW))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]):
    """Where everything is installed (PERFXL_NO_SKIPS), a skipped test is a failed one."""
    report = yield
    if report.skipped and os.environ.get("PERFXL_NO_SKIPS") and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"skipped where nothing may be skipped: {report.longrepr}"
    return report


# ---------------------------------------------------------------- databases


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """A PostgreSQL cluster of our own: its URL."""
    from databases import INITDB, POSTGRES, cluster

    if not INITDB or not POSTGRES:
        pytest.skip("PostgreSQL is not installed")
    with cluster() as url:
        yield url


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.system)])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty database, of one kind and then of the other."""
    from databases import new_database

    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'ledger.sqlite'}"
    return new_database(request.getfixturevalue("postgres"), f"t{uuid4().hex}")
