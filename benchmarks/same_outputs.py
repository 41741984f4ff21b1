"""Whether two states of the code write the same: every output of the samples, compared byte by byte.

    python benchmarks/same_outputs.py REV [MORE ...]

The outputs of this checkout are compared with those of revision ``REV``, in both languages. ``MORE`` are files and
folders to check beside the samples. Workbooks are compared part by part; only the time of writing may differ. What
differs is listed; the exit code is 1 if anything does.
"""

from __future__ import annotations

import argparse
import os
import re
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
GIT = ["/usr/bin/env", "git", "-C", str(ROOT), "worktree"]
#: folder of samples -> the profile that reads it
SAMPLES = {
    "hengyang-2020": "hengyang_2020",
    "mof-2015": "mof_2015",
    "mof-2021": "mof_2021",
    "self-evaluation-2020": "self_evaluation_2020",
}
TIMES = re.compile("(\\d{4}-\\d\\d-\\d\\d[T ]|\\d{4} ?年 ?\\d+ ?月 ?\\d+ ?日 )\\d\\d:\\d\\d(:\\d\\d)?Z?".encode())
#: the hashes of the outputs, which a later run compares them with
HASHES = ".perfxl-written.jsonl"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rev")
    parser.add_argument("more", nargs="*", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="perfxl-same-") as work:
        before, inputs = Path(work, "before"), Path(work, "inputs")
        subprocess.run(
            ["/usr/bin/env", "git", "-C", ROOT, "worktree", "add", "-q", "--detach", before, given.rev], check=True
        )
        try:
            make = [sys.executable, str(before / "samples" / "mailbox" / "make.py"), str(inputs)]
            subprocess.run(make, check=True, env=_env(before), stdout=subprocess.DEVNULL)
            jobs = dict(_jobs(before, inputs, [path.resolve() for path in given.more]))
            old, new = Path(work, "old"), Path(work, "new")
            for name, command in jobs.items():
                for code, out in ((before, old), (ROOT, new)):
                    _run(code, command, out / name)
            return _compare(old, new)
        finally:
            subprocess.run([*GIT, "remove", "--force", str(before)], check=True)


def _jobs(before: Path, inputs: Path, more: Sequence[Path]) -> Iterator[tuple[str, list[str]]]:
    samples = before / "samples"
    for lang in ("zh", "en"):
        for folder, profile in SAMPLES.items():
            yield f"{folder}-{lang}", ["check", str(samples / folder), "--profile", profile, "--lang", lang]
            for file in sorted((samples / folder).glob("*.xlsx")):
                yield f"{file.stem}-{lang}", ["check", str(file), "--profile", profile, "--lang", lang]
        yield f"mails-{lang}", ["check", str(inputs), "--lang", lang]
        for number, path in enumerate(more):
            yield f"more-{number}-{lang}", ["check", str(path), "--lang", lang]


def _env(code: Path) -> dict[str, str]:
    return os.environ | {"PYTHONPATH": str(code), "PYTHONHASHSEED": "0"}


def _run(code: Path, command: Sequence[str], out: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "perfxl", *command, "--out", str(out)], env=_env(code), cwd=out.anchor,
        capture_output=True, check=False,
    )  # fmt: skip
    out.mkdir(parents=True, exist_ok=True)
    said = done.stdout.replace(str(out).encode(), b"OUT").replace(str(code).encode(), b"CODE")
    (out / "screen.txt").write_bytes(said + done.stderr + f"exit code {done.returncode}\n".encode())


def _compare(old: Path, new: Path) -> int:
    found = ((side, path) for side in (old, new) for path in side.rglob("*") if path.is_file())
    names = sorted({path.relative_to(side) for side, path in found if path.name != HASHES})
    different = [what for name in names for what in _differences(old / name, new / name, str(name))]
    print("\n".join([*different, f"{len(names)} outputs compared, {len(different)} differences"]))
    return int(bool(different))


def _differences(old: Path, new: Path, name: str) -> Iterator[str]:
    for path, whose in ((old, "now"), (new, "before")):
        if not path.exists():
            yield f"{name}: only {whose}"
            return
    if old.read_bytes() == new.read_bytes():
        return
    if not zipfile.is_zipfile(old) or not zipfile.is_zipfile(new):
        if _timeless(old.read_bytes()) != _timeless(new.read_bytes()):
            yield name
        return
    with zipfile.ZipFile(old) as one, zipfile.ZipFile(new) as two:
        for part in sorted({*one.namelist(), *two.namelist()}):
            if part not in one.namelist() or part not in two.namelist():
                yield f"{name}: {part} is in one only"
            elif _timeless(one.read(part)) != _timeless(two.read(part)):
                yield f"{name}: {part}"


def _timeless(data: bytes) -> bytes:
    return TIMES.sub(b"TIME", data)


if __name__ == "__main__":
    sys.exit(main())
