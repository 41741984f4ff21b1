"""``findings.json``: exactly the keys that are promised, exact amounts, every file that went in."""

import json
import os
from pathlib import Path

import pytest

import perfxl
from perfxl.engine.batch import check
from perfxl.reports import findings_json

SAMPLES = Path(__file__).parents[2] / "samples" / "hengyang-2020"

SUBMISSION = ["file", "sha256", "unit", "year", "status", "parts", "forms"]
FINDING = [
    "code", "name", "severity", "file", "unit", "sheet", "cell", "related", "stated", "computed", "difference",
    "message", "hints", "fix", "consequences", "waived",
]  # fmt: skip


@pytest.fixture(scope="module")
def batch(tmp_path_factory):
    folder = tmp_path_factory.mktemp("in")
    for source in SAMPLES.glob("*.xlsx"):
        (folder / source.name).write_bytes(source.read_bytes())
        if "clean" in source.name:
            (folder / f"龟{source.name}").write_bytes(source.read_bytes())
    (folder / "空.xlsx").write_bytes(b"")
    return check(folder)


@pytest.fixture(scope="module")
def data(batch):
    return json.loads(findings_json.as_json(batch))


def test_top_level(data):
    assert list(data) == ["perfxl", "profile", "submissions", "findings"]
    assert data["perfxl"] == perfxl.__version__
    assert data["profile"] == "hengyang_2020"


def test_every_file_is_a_submission(batch, data):
    assert [item["file"] for item in data["submissions"]] == [item.file for item in batch.submissions]
    assert len(data["submissions"]) == 5
    for item in data["submissions"]:
        assert list(item) == SUBMISSION
        assert len(item["sha256"]) == 64
        for form in item["forms"]:
            assert list(form) == ["form", "sheet", "name"]


def test_an_unreadable_file(data):
    [item] = [item for item in data["submissions"] if item["file"] == "空.xlsx"]
    assert (item["status"], item["unit"], item["year"], item["forms"]) == ("无法读取", "", None, [])
    [finding] = [finding for finding in data["findings"] if finding["file"] == "空.xlsx"]
    assert (finding["code"], finding["severity"], finding["sheet"], finding["cell"]) == ("FILE-01", "error", "", "")
    assert finding["related"] == finding["hints"] == []
    assert finding["stated"] is finding["computed"] is finding["difference"] is None


def test_a_duplicate_is_there_with_the_status_of_the_original(data):
    by_name = {item["file"]: item for item in data["submissions"]}
    [copy] = [name for name in by_name if name.startswith("龟")]
    assert by_name[copy]["sha256"] == by_name[copy[1:]]["sha256"]
    assert by_name[copy]["status"] == by_name[copy[1:]]["status"]
    assert [f["code"] for f in data["findings"] if f["file"] == copy] == ["FILE-04"]


def test_keys_and_kinds_of_findings(data):
    assert data["findings"]
    for item in data["findings"]:
        assert list(item) == FINDING
        assert item["severity"] in ("error", "warning", "notice")
        assert bool(item["sheet"]) == bool(item["cell"])
        for key in ("stated", "computed", "difference"):
            assert item[key] is None or isinstance(item[key], str)
        for hint in item["hints"]:
            assert list(hint) == ["kind", "message", "cells"]
        for place in (*item["related"], *(cell for hint in item["hints"] for cell in hint["cells"])):
            assert list(place) == ["sheet", "cell"]


def test_the_total_that_is_wrong_in_the_sample(data):
    [item] = [
        item for item in data["findings"]
        if (item["code"], item["sheet"], item["cell"]) == ("SUM-10", "部门整体支出", "E25")
    ]  # fmt: skip
    assert (item["stated"], item["computed"], item["difference"]) == ("404.03", "394.03", "10.00")
    assert {"sheet": "部门整体支出", "cell": "E17"} in item["related"]
    assert len(item["related"]) == 9
    [hint] = [hint for hint in item["hints"] if hint["kind"] == "counted_twice"]
    assert hint["cells"] == [{"sheet": "部门整体支出", "cell": "E17"}]


def test_a_grouped_finding_names_its_other_cells_first(batch, data):
    for finding, item in zip(batch.findings, data["findings"], strict=True):
        others = [(place["sheet"], place["cell"]) for place in item["related"]]
        expected = dict.fromkeys((ref.sheet, ref.cell) for ref in (*finding.cells[1:], *finding.related))
        assert others == list(expected)


def test_it_is_the_same_each_time_and_utf8(batch, tmp_path):
    [path] = findings_json.write(batch, tmp_path)
    assert path == tmp_path / "findings.json"
    assert path.read_text("utf-8") == findings_json.as_json(batch) == findings_json.as_json(batch)
    assert "部门整体支出" in path.read_text("utf-8")
    assert '\n "perfxl"' in path.read_text("utf-8")


def test_a_file_name_that_is_no_unicode(tmp_path):
    try:
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff\xfe.xlsx")).write_bytes(b"")
    except OSError:
        pytest.skip("this file system takes Unicode names only")
    text = findings_json.as_json(check(tmp_path))
    text.encode("utf-8")
    assert json.loads(text)["submissions"][0]["file"] == "\udcff\udcfe.xlsx"
