"""Volumes of split archives are one finding for all of them; other zips that are one file are not taken apart."""

from __future__ import annotations

import pytest
from containers import TYPED, packed

from perfxl.engine.batch import check
from perfxl.model import Status

ZIP = packed({"申报表.xlsx": TYPED.read_bytes()})
HALVES = ZIP[: len(ZIP) // 2], ZIP[len(ZIP) // 2 :]


@pytest.mark.parametrize(
    "names",
    [
        ("报送.zip.001", "报送.zip.002"), ("报送.7z.001", "报送.7z.002"), ("报送.z01", "报送.zip"),
        ("报送.part1.rar", "报送.part2.rar"), ("报送.r00", "报送.rar"), ("报送.001", "报送.002"),
        ("报送.part1.exe", "报送.part2.rar"),
    ],
)  # fmt: skip
def test_volumes_are_told_once(names, tmp_path):
    for name, half in zip(names, HALVES, strict=True):
        (tmp_path / name).write_bytes(half)
    batch = check(tmp_path)
    assert [item.status for item in batch.submissions] == [Status.UNREADABLE]
    assert all(name in batch.findings[0].message for name in names)
    assert "分卷" in batch.findings[0].message
    assert batch.worst == 1


@pytest.mark.parametrize("name", ["报送.zip.002", "报送.z01", "报送.part3.rar", "报送.r17"])
def test_a_single_volume_is_told_too(name, tmp_path):
    (tmp_path / name).write_bytes(HALVES[1])
    assert [finding.message[:9] for finding in check(tmp_path).findings] == ["这是分卷压缩包的一"]


def test_what_only_has_such_a_name_is_read(tmp_path):
    (tmp_path / "甲局.001").write_bytes(TYPED.read_bytes())
    (tmp_path / "乙局.zip").write_bytes(ZIP)
    assert [item.status.checked for item in check(tmp_path).submissions] == [True, True]


@pytest.mark.parametrize(
    ("parts", "words"),
    [
        (("OFD.xml", "Doc_0/Document.xml"), "OFD"),
        (("Index/Document.iwa", "Index/CalculationEngine.iwa", "preview.jpg"), "Numbers"),
        (("FixedDocSeq.fdseq", "Documents/1/FixedDoc.fdoc"), "XPS"),
        (("META-INF/MANIFEST.MF", "A.class"), "程序"),
    ],
)
def test_a_zip_that_is_one_file_to_people_is_one_finding(parts, words, tmp_path):
    (tmp_path / "x").write_bytes(packed(dict.fromkeys(parts, b"<x/>")))
    (found,) = check(tmp_path).findings
    assert words in found.message
