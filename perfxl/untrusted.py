"""Code that opens what a stranger sent, or fills in what a clerk wrote, runs in another process and may die there.

The process stays for the next file. It is a fork of this one where that is safe, because it then has everything
imported; where other threads run, and on Windows, it is a new Python. It has bounds of its own for memory and time.
What a library prints while it dies reaches nobody, and the process ends with the one that started it.
"""

from __future__ import annotations

import atexit
import faulthandler
import gc
import os
import pickle
import signal
import struct
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import SimpleQueue
from types import FrameType
from typing import Any, NamedTuple, NoReturn, TypeVar

from perfxl.model import Text

if sys.platform != "win32":
    import resource

_Result = TypeVar("_Result")


class Unreadable(Exception):  # noqa: N818 - it is a verdict on a file, not a fault of perfxl
    """A file that cannot be read as a workbook; ``reason`` explains to its sender what it is and what to do."""

    def __init__(self, reason: Text, kind: str) -> None:
        super().__init__(reason.render("en"))
        self.reason = reason
        self.kind = kind

    def __reduce__(self) -> tuple[type[Unreadable], tuple[Text, str]]:
        """Keep both when a worker process sends it back."""
        return type(self), (self.reason, self.kind)


class Limits(NamedTuple):
    """What one call may take: bytes beyond what the process has, seconds of the processor, seconds by the clock."""

    memory: int = 2**30
    seconds: float = 40.0
    #: LibreOffice, which is not counted in the seconds of the processor, takes up to 90
    by_the_clock: float = 300.0


LIMITS = Limits()
#: a process that has grown by so many bytes is not kept
_GROWTH = 256 * 2**20
#: seconds after which a call is ended that did not end itself when its time was over
_GRACE = 5.0

_AND_RESAVE = (
    "其他文件不受影响。请用 Excel 或 WPS 打开，另存为 .xlsx 后重新报送。",
    "no other file is affected. Open it in Excel or WPS, save as .xlsx and send it again.",
)
DIED = Text(
    f"审核这个文件时程序意外中断（文件内容异常，或内存不足），{_AND_RESAVE[0]}",
    f"The program broke off at this file (odd contents, or too little memory); {_AND_RESAVE[1]}",
)
TOO_MUCH_MEMORY = Text(
    f"打开这个文件需要的内存过大，不像申报表，没有读取；{_AND_RESAVE[0]}",
    f"The file needs more memory than any return, and was not read; {_AND_RESAVE[1]}",
)
TOO_LONG = Text(
    f"打开这个文件需要的时间过长，不像申报表，没有读取；{_AND_RESAVE[0]}",
    f"The file takes longer to read than any return, and was not read; {_AND_RESAVE[1]}",
)
_REASONS = {"died": DIED, "memory": TOO_MUCH_MEMORY, "time": TOO_LONG}
#: the kinds of ``Unreadable`` that ``run`` raises by itself
STOPPED = frozenset(_REASONS)


class _TimeIsOver(BaseException):
    """Raised in the midst of a call whose seconds are over; no ``except Exception`` holds it up."""


#: what ``run`` does: ask a worker; or call, because this process is one (within the limits), or for a test (without)
_mode = "ask"
_busy = False
_lock = threading.Lock()
_warm: _Worker | None = None


def run(function: Callable[..., _Result], *args: Any, limits: Limits | None = None) -> _Result:
    """Call a function of a module in the worker; its result, or what it raises. ``limits`` are ``LIMITS`` or its own.

    Raises ``Unreadable`` with a kind of ``STOPPED`` if the worker died of it, or it took too much memory or time.
    """
    global _warm
    if _mode == "call" or _busy:
        return function(*args)
    if _mode == "worker":
        return _called_here(function, args)
    limits = limits or LIMITS
    request = pickle.dumps((function, args, limits), pickle.HIGHEST_PROTOCOL)
    with _lock:
        worker = _warm = _warm or _Worker()
        try:
            kind, value, last = worker.ask(request, limits.by_the_clock)
        except BaseException:  # also an interrupt from the keyboard: what it was doing is of no use any more
            last, kind, value = True, "", None
            raise
        finally:
            if last:
                _warm = None
                worker.end()
    if kind == "raised":
        raise value
    if kind != "done":
        raise Unreadable(_REASONS[kind], kind)
    return value  # type: ignore[no-any-return]


def end() -> None:
    """End the worker, if there is one; the next call starts another."""
    global _warm
    with _lock:
        worker, _warm = _warm, None
    if worker is not None:
        worker.end()


def be_a_worker() -> None:
    """Make this process a worker: ``run`` calls the function here, within the limits, and nothing is shown."""
    global _mode
    _mode = "worker"
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which ends its workers
    if not os.environ.get("PERFXL_DEBUG"):
        _silence()
    if sys.platform != "win32":
        resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))


@contextmanager
def without_limits() -> Iterator[None]:
    """For the start of another program, which has bounds of its own and would take over that of memory."""
    if sys.platform == "win32" or _mode == "ask":
        yield
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (hard, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


# ---------------------------------------------------------------- in the process that asks


class _Worker:
    """A worker process and the two pipes to it."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[bytes] | None = None
        self._too_long = False
        if hasattr(os, "fork") and threading.active_count() == 1:
            self._fork()
            return
        command = [sys.executable, "-c", f"import sys; sys.path[:] = {sys.path!r}\nfrom perfxl import untrusted\n"
                   "untrusted.serve_standard_pipes()"]  # fmt: skip
        self._process = subprocess.Popen(  # noqa: S603 - our own Python
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, bufsize=0
        )
        self.pid = self._process.pid
        if self._process.stdin and self._process.stdout:  # which there are, as they were asked for
            self._to, self._from = self._process.stdin.fileno(), self._process.stdout.fileno()

    def _fork(self) -> None:
        theirs_in, self._to = os.pipe()
        self._from, theirs_out = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            try:
                os.close(self._to)
                os.close(self._from)
                _serve(theirs_in, theirs_out)
            finally:
                os._exit(1)
        os.close(theirs_in)
        os.close(theirs_out)

    def ask(self, request: bytes, by_the_clock: float) -> tuple[str, Any, bool]:
        """The kind of the outcome, what came of it, and whether the worker ends after it."""
        clock = threading.Timer(by_the_clock, self._stop)
        clock.daemon = True
        clock.start()
        try:
            _send(self._to, request)
            answer = _receive(self._from)
        except OSError:
            answer = None
        finally:
            clock.cancel()
            clock.join()  # a thread that still runs would forbid the next fork
        if answer is None:
            return self._cause_of_death(), None, True
        kind, value, last = pickle.loads(answer)  # noqa: S301 - from our own process
        return kind, value, last

    def _stop(self) -> None:
        self._too_long = True
        self._kill()

    def _kill(self) -> None:
        if self._process is not None:
            self._process.kill()
        else:
            with suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)

    def _cause_of_death(self) -> str:
        code = self._wait()
        if self._too_long or code == -getattr(signal, "SIGPROF", 0):
            return "time"
        return "memory" if code == -getattr(signal, "SIGKILL", 0) else "died"

    def _wait(self) -> int:
        """Wait for its end; the signal that it died of as a negative number."""
        if self._process is not None:
            return self._process.wait()
        try:
            code = os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        except ChildProcessError:  # waited for already
            return 0
        self.pid = -1
        return code

    def end(self) -> None:
        """End the process now."""
        if self._process is not None or self.pid > 0:
            self._kill()
            self._wait()
        self.forget()

    def forget(self) -> None:
        """Close the pipes; all that a fork of the process that asks may do."""
        if self._process is not None and self._process.stdin and self._process.stdout:
            self._process.stdin.close()
            self._process.stdout.close()
        else:
            os.close(self._to)
            os.close(self._from)


def _forked() -> None:
    """In any fork of this process: the worker is that of the parent."""
    global _warm, _lock
    worker, _warm, _lock = _warm, None, threading.Lock()
    if worker is not None:
        with suppress(OSError):
            worker.forget()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forked)
atexit.register(end)


# ---------------------------------------------------------------- in the worker


def serve_standard_pipes() -> NoReturn:
    """Be the worker whose requests come by the standard input and whose answers go by the standard output."""
    _serve(os.dup(0), os.dup(1))


def _serve(requests: int, answers: int) -> NoReturn:
    be_a_worker()
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    gc.freeze()
    gc.disable()  # it does not live long enough for garbage to matter
    begun = _size()
    waiting: SimpleQueue[bytes] = SimpleQueue()
    threading.Thread(target=_listen, args=(requests, waiting), daemon=True).start()
    while True:
        kind, value = _outcome(waiting.get())
        last = kind not in ("done", "raised") or _size() - begun > _GROWTH
        try:
            answer = pickle.dumps((kind, value, last), pickle.HIGHEST_PROTOCOL)
        except MemoryError:
            last, answer = True, pickle.dumps(("memory", None, True))
        with suppress(OSError):
            _send(answers, answer)
        if last:
            os._exit(0)


def _listen(pipe: int, waiting: SimpleQueue[bytes]) -> None:
    """Take requests; end at once when nobody is there any more who could make one, whatever is being done."""
    while (request := _receive(pipe)) is not None:
        waiting.put(request)
    os._exit(0)


def _outcome(request: bytes) -> tuple[str, Any]:
    """What came of a call: ``done`` with its result, ``raised`` with the exception, or a kind of ``STOPPED``."""
    global LIMITS
    try:
        function, args, LIMITS = pickle.loads(request)  # noqa: S301 - from our own process
        return "done", _called_here(function, args)
    except Unreadable as error:
        return (error.kind, None) if error.kind in STOPPED else ("raised", error)
    except Exception as error:
        try:
            pickle.loads(pickle.dumps(error))  # noqa: S301 - our own
        except Exception:
            return "raised", RuntimeError(f"{type(error).__name__}: {error}")
        return "raised", error


def _called_here(function: Callable[..., _Result], args: tuple[Any, ...]) -> _Result:
    """Call within the limits. Raises ``Unreadable`` where they do not suffice, and where a library panics."""
    global _busy
    _busy = True
    try:
        with _limits():
            return function(*args)
    except (Exception, KeyboardInterrupt, SystemExit) as error:
        if isinstance(error, MemoryError):
            raise Unreadable(TOO_MUCH_MEMORY, "memory") from None
        raise
    except _TimeIsOver:
        raise Unreadable(TOO_LONG, "time") from None
    except BaseException as error:  # a panic of a library in Rust
        raise Unreadable(DIED, "died") from error
    finally:
        _busy = False


@contextmanager
def _limits() -> Iterator[None]:
    """The bounds of memory and time for what is done in them.

    When the time is over, an exception says so; where that cannot be raised, as in the midst of a library, the process
    is killed a little later.
    """
    if sys.platform == "win32" or threading.current_thread() is not threading.main_thread():
        yield
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_AS)
    most = _size() + LIMITS.memory
    with suppress(ValueError, OSError):  # not every system has this bound
        resource.setrlimit(resource.RLIMIT_AS, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))
    before = signal.signal(signal.SIGVTALRM, _time_is_over)
    signal.setitimer(signal.ITIMER_VIRTUAL, LIMITS.seconds)
    signal.setitimer(signal.ITIMER_PROF, LIMITS.seconds + _GRACE)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGVTALRM, before)
        with suppress(ValueError, OSError):
            resource.setrlimit(resource.RLIMIT_AS, (soft, hard))


def _time_is_over(_number: int, _frame: FrameType | None) -> NoReturn:
    raise _TimeIsOver


def _size() -> int:
    """The bytes of addresses that this process has."""
    try:
        return int(Path("/proc/self/statm").read_text("ascii").split()[0]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, AttributeError):
        return 2**30


def _silence() -> None:
    """Let what is printed, by Python or by a library that dies, go nowhere."""
    faulthandler.disable()
    nowhere = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):
        os.dup2(nowhere, stream)
    if nowhere > 2:
        os.close(nowhere)


# ---------------------------------------------------------------- both


def _send(pipe: int, body: bytes) -> None:
    for view in (memoryview(struct.pack(">Q", len(body))), memoryview(body)):
        while view:
            view = view[os.write(pipe, view[: 1 << 20]) :]


def _receive(pipe: int) -> bytes | None:
    """A whole message; ``None`` where the other side is gone."""
    head = _exactly(pipe, 8)
    return _exactly(pipe, struct.unpack(">Q", head)[0]) if head is not None else None


def _exactly(pipe: int, size: int) -> bytes | None:
    pieces = bytearray()
    while len(pieces) < size:
        piece = os.read(pipe, min(size - len(pieces), 1 << 20))
        if not piece:
            return None
        pieces += piece
    return bytes(pieces)
