"""What the sheets are called, and a few words that more than one of them says."""

from __future__ import annotations

from perfxl.model import Text

OVERVIEW = Text("总览", "Overview")
DIFFERENCES = Text("差异", "Differences")
STANDING = Text("报送情况", "Standing")
ARRIVALS = Text("来件登记", "What came in")
UNITS = Text("单位", "Units")
PROJECTS = Text("项目", "Projects")
TASKS = Text("任务", "Tasks")
INDICATORS = Text("指标", "Indicators")
COMPLETENESS = Text("完整性", "Completeness")
FINDINGS = Text("问题清单", "Findings")
UNREAD = Text("未审核文件", "Files not read")
RULES = Text("审核规则", "Rules applied")

WAIVER = Text("豁免", "Waiver")
YES = Text("是", "yes")
NO = Text("否", "no")
NUMBER = Text("序号", "No.")
UNIT = Text("单位", "Unit")
FILE = Text("文件", "File")
NO_UNIT = Text("（未填单位名称）", "(no unit name)")
TOTAL = Text("合计", "Total")
VISIBLE = Text("筛选小计", "Visible rows")

#: English words for the keys that these sheets show; Chinese ones are the profile's own labels
_EN = {
    "total": "Total",
    "fiscal": "Fiscal funds",
    "other": "Other funds",
    "basic": "Basic expenditure",
    "projects": "Project expenditure",
    "reporter": "Reporting unit (seal)",
    "head": "Head (signature)",
    "filler": "Filled in by",
    "phone": "Phone",
    "date": "Date",
    "unit": "Unit",
    "year": "Year",
    "project_name": "Project name",
    "year_goal": "Goal of the year",
    "long_goal": "Goal of the term",
    "long": "whole term",
}


def headed(text: Text) -> Text:
    """A word as the head of a column."""
    return Text(text.zh, text.en[:1].upper() + text.en[1:])


def labelled(key: str, label: str) -> Text:
    """A label of the profile in Chinese, the English word for its key beside it."""
    return Text(label, _EN.get(key, key.replace("_", " ").capitalize()))
