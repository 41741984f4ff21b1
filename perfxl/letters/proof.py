"""Templates tried before a unit sees them: every kind of letter with made-up words, in the cases that differ."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from pathlib import Path

from jinja2 import TemplateSyntaxError, meta

from perfxl.clerk.errors import ClerkError, did_you_mean
from perfxl.letters.letter import KINDS, REMINDERS, Letter, Original
from perfxl.letters.templates import HERE, SUFFIX, Filled, Loader, environment, fill, text_of
from perfxl.letters.words import context
from perfxl.model import Finding, Hint, Lang, Ref, Severity, Text

UNUSED = Text(
    "{file}：没有一种函件用到这个文件，改它不起作用。{meant}",
    "{file}: no letter uses this file; editing it changes nothing.{meant}",
)
NOW = datetime(2020, 3, 10, 9, tzinfo=timezone(timedelta(hours=8)))
UNIT, NAME, OFFICE = Text("某某局", "Office of X"), Text("张三", "Zhang San"), Text("某某市财政局", "Bureau of Finance")
TITLE = Text("2020年绩效目标申报", "Performance targets of 2020")
CONTACT = Text("李四，0734-0000000", "Li Si, 0734-0000000")
FILE = Text("某某局_绩效目标申报表.xlsx", "X_return.xlsx")
SHEET = Text("部门整体支出", "department")
RULE, MESSAGE = (
    Text("金额合计", "Total"),
    Text("填报 404.03 万元，各项相加得 394.03 万元。", "It states 404.03, not 394.03."),
)
CAUSE = Text("可能有一行重复计算。", "One row may be counted twice.")
REASON = Text("工作簿设有打开密码。", "The workbook has a password.")
CHANGED = Text("部门整体支出!E12：12.5 → 125.00", "department!E12: 12.5 → 125.00")


def faults(folder: Path, lang: Lang) -> list[Text]:
    """All that is wrong with the clerk's templates, each once: mistakes with file and line, files that nothing uses."""
    found: dict[Text, None] = {}
    for kind in KINDS:
        for letter in (sample(kind, lang), _bare(sample(kind, lang))):
            try:
                shown(letter, folder, lang, [path.name for path in letter.attachments[:1]])
            except ClerkError as error:
                found[error.reason] = None
    found.update(dict.fromkeys(_unused(folder, lang)))
    return list(found)


def shown(letter: Letter, folder: Path | None, lang: Lang, left: Sequence[str] = ()) -> Filled:
    """A letter in words, as of the day of the sample; ``left`` are names of what was too large to attach."""
    attached = [path.name for path in letter.attachments]
    return fill(letter.kind, context(letter, lang, NOW, attached, left), folder, lang)


def sample(kind: str, lang: Lang) -> Letter:
    """A letter with everything that its kind may have, about a unit that is none."""
    ref = Ref(FILE.render(lang), SHEET.render(lang), 25, 5)
    hint = Hint("sample", CAUSE.render(lang))
    finding = Finding(
        "SUM-10",
        RULE.render(lang),
        Severity.ERROR,
        ref.file,
        UNIT.render(lang),
        MESSAGE.render(lang),
        (ref,),
        hints=(hint,),
    )
    errors = tuple(replace(finding, cells=(ref._replace(row=row),)) for row in range(25, 30))
    notes = tuple(replace(one, severity=severity) for one in errors for severity in list(Severity)[1:])
    findings = {"failed": errors + notes, "identical": errors, "reminder_failed": errors, "passed_with_notes": notes}
    again = findings.get(kind, ())
    original = Original("<1@example.gov.cn>", (), TITLE.render(lang), NOW - timedelta(days=1))
    return Letter(
        kind=kind,
        unit=UNIT.render(lang),
        to="unit@example.gov.cn",
        to_name=NAME.render(lang),
        original=None if kind in REMINDERS else original,
        round_title=TITLE.render(lang),
        year=2020,
        deadline=date(2020, 3, 31),
        signature=OFFICE.render(lang),
        contact=CONTACT.render(lang),
        findings=again,
        closed=tuple(replace(one, cells=(ref._replace(row=12),)) for one in again[:1]),
        new=again[:1],
        still=again[1:],
        changed=(CHANGED.render(lang),) if again else (),
        reason=REASON.render(lang),
        attachments=(Path(FILE.render(lang)), Path("report.html")) if again else (),
        version=2 if again else 1,
        received=(FILE.render(lang),),
    )


def _bare(letter: Letter) -> Letter:
    """The same with no more than it must have."""
    bare = replace(letter, unit="", to_name="", original=None, deadline=None, contact="", reason="", received=())
    return replace(bare, findings=(), closed=(), new=(), still=(), changed=(), attachments=(), version=1)


def _unused(folder: Path, lang: Lang) -> Iterator[Text]:
    """Files of the clerk's that neither are templates of ours nor are included by one."""
    ours = {path.name for path in (HERE / lang).glob(f"*{SUFFIX}")}
    own = sorted(path.name for path in folder.glob(f"*{SUFFIX}"))
    found = environment(Loader(folder, lang))
    used = set(ours)
    for name in own:
        try:
            used |= {part for part in meta.find_referenced_templates(found.parse(text_of(folder / name))) if part}
        except (TemplateSyntaxError, ClerkError):
            continue  # told where it is filled in
    for name in own:
        if name not in used:
            stems = [known.removesuffix(SUFFIX) for known in sorted(ours)]
            yield UNUSED.fill(file=folder / name, meant=did_you_mean(name.removesuffix(SUFFIX), stems))
