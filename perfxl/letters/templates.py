"""The templates of the letters: the clerk's own by file name, else those that come with perfxl; and checks of them.

A template is a text file. Its first line is the subject, ``主题：…`` or ``Subject: …``; the rest is the letter. Values
in ``{{ }}`` are filled in, ``{% %}`` chooses and repeats: jinja2 in its sandbox, which can reach neither files nor
Python. A line that consists of one ``{% %}`` is removed; every other line stays a line.
"""

from __future__ import annotations

import re
import time
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import NamedTuple

from jinja2 import BaseLoader, Environment, StrictUndefined, TemplateNotFound, TemplateSyntaxError, UndefinedError, meta
from jinja2.sandbox import ImmutableSandboxedEnvironment

from perfxl.clerk.errors import did_you_mean, file_bytes
from perfxl.letters.bounded import LONGEST_LETTER, TooMuch, bounded
from perfxl.letters.letter import KINDS, REMINDERS, Letter, Original, finding_values, in_language, template_values
from perfxl.model import Finding, Hint, Lang, Ref, Severity, Text, UserError
from perfxl.output_files import save

HERE = Path(__file__).with_name("texts")
SUFFIX = ".txt"
SUBJECT = re.compile(r"^\s*(?:主题|Subject)\s*[:：]\s*(?P<subject>.*\S)\s*$")
#: seconds after which no more letters are tried
LONGEST_CHECK = 30.0
#: templates whose text is a value of the others
PHRASES = (Text("来件", "received"), Text("办理时限", "by_when"), Text("计入", "counted"))
#: a line that ends in a tag and contains more: jinja2 would drop its line break
_INLINE_END = re.compile(r"(?m)^(?!\s*\{%(?:(?!%\}).)*%\}\s*$)(.*[^+-])%\}[ \t]*$")
#: the unknown name in a message of jinja2
UNKNOWN = re.compile(r"(?:has no attribute |^)'([^']+)'(?: is undefined)?$")

LOCATED = Text("{file} 第 {line} 行：{problem}", "{file}, line {line}: {problem}")
SYNTAX = Text(
    "花括号里的写法无法解析（{error}）。请对照原来的模板改正；删去这个文件，就用原来的模板。",
    "What stands in braces cannot be read ({error}). Compare it with the template as it was; without this file that "
    "one is used.",
)
NO_NAME = Text("没有“{name}”这一项。{meant}", "There is no {name!r}.{meant}")
NO_FILE = Text("要插入的“{name}”不存在。{meant}", "There is no {name!r} to include.{meant}")
NO_GOOD = Text(
    "此行无法计算（{error}）。请对照原来的模板改正；删去这个文件，就用原来的模板。",
    "This line cannot be worked out ({error}). Compare it with the template as it was; without this file that is used.",
)
ENDLESS = Text(
    "填写本函用时过长或内容过大，可能有循环不能结束。请对照原来的模板改正；删去这个文件，就用原来的模板。",
    "Filling it takes too long or grows too large: a loop may never end. Compare it with the template as it was; "
    "without this file that is used.",
)
NO_SUBJECT = Text(
    "第一行应是邮件主题，写成“主题：……”；现在是“{found}”。",
    "The first line must be the subject, like “Subject: …”; it is “{found}”.",
)
NO_TEXT = Text(
    "既不是 UTF-8 也不是 GBK 编码的文本，请用记事本另存为 UTF-8。", "This is no text in UTF-8 or GBK; save it as UTF-8."
)
UNUSED = Text(
    "{file}：各类函件均未使用该文件，修改后不起作用。{meant}",
    "{file}: no letter uses this file; editing it changes nothing.{meant}",
)

#: what the sample letters are made of
NOW = datetime(2020, 3, 10, 9, tzinfo=timezone(timedelta(hours=8)))
UNIT, NAME, OFFICE = Text("某某局", "Office of X"), Text("张三", "Zhang San"), Text("某某市财政局", "Bureau of Finance")
TITLE = Text("2020年绩效目标申报", "Performance targets of 2020")
CONTACT = Text("李四，0734-0000000", "Li Si, 0734-0000000")
FILE = Text("某某局_绩效目标申报表.xlsx", "X_return.xlsx")
SHEET = Text("部门整体支出", "department")
RULE = Text("金额合计", "Total")
MESSAGE = Text("填报 404.03 万元，各项合计为 394.03 万元。", "It states 404.03, not 394.03.")
CAUSE = Text("可能有一行重复计算。", "One row may be counted twice.")
REASON = Text("工作簿设有打开密码。", "The workbook has a password.")
REMEDY = Text("由单位联系人来电确认", "let the contact of your unit ring us up")
ALSO = Text("“某某局_补充.xlsx”无法读取，未予审核", "“X_more.xlsx” cannot be read and was not checked")
CHANGED = Text("“部门整体支出”表 E12“资金总额”：“12.5”改为“125.00”", "E12 of sheet “department”: 12.5 → 125.00")


class Filled(NamedTuple):
    """A filled template."""

    subject: str
    body: str


class Loader(BaseLoader):
    """Finds a template in the clerk's folder, else among those of perfxl, and nowhere else."""

    def __init__(self, folder: Path | None, lang: Lang) -> None:
        self.folders = [*([folder] if folder else []), HERE / lang]

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        """The text and the path of a template. Raises ``TemplateNotFound``, for any name with a folder in it too."""
        path = self.path(template)
        if path is None:
            raise TemplateNotFound(template)
        text = "\n".join(read_template(path).splitlines()).rstrip() + "\n"
        return _INLINE_END.sub(r"\1+%}", text), str(path), lambda: True

    def path(self, name: str) -> Path | None:
        """The file of the template of that name."""
        if not name.endswith(SUFFIX) or re.search(r"[\\/:\x00]", name):
            return None
        return next((folder / name for folder in self.folders if (folder / name).is_file()), None)

    def list_templates(self) -> list[str]:
        """The names of all templates."""
        return sorted({path.name for folder in self.folders for path in folder.glob(f"*{SUFFIX}")})


def read_template(path: Path) -> str:
    """The text of a template as Notepad saves it: UTF-8, or GBK on an older Windows. Raises ``UserError``."""
    data = file_bytes(path)
    for encoding in ("utf-8-sig", "gb18030"):
        with suppress(UnicodeDecodeError):
            return data.decode(encoding)
    raise UserError(LOCATED, file=path, line=1, problem=NO_TEXT)


def environment(loader: Loader) -> Environment:
    """The sandbox in which templates are filled."""
    return ImmutableSandboxedEnvironment(
        loader=loader, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True
    )


def fill(kind: str, by_name: Mapping[Text, object], folder: Path | None, lang: Lang) -> Filled:
    """The template of a kind of letter, filled. Raises ``UserError`` with file and line for a mistake in it.

    Where the clerk has templates of its own, time and memory are bounded: a loop in one may never end.
    """
    if folder is None or not any(folder.glob(f"*{SUFFIX}")):
        return _filled(kind, by_name, folder, lang)
    try:
        found = bounded(_tried, kind, dict(by_name), folder, lang)
    except TooMuch as error:
        path = Loader(folder, lang).path(KINDS[kind].render(lang) + SUFFIX)
        raise UserError(LOCATED, file=path, line=1, problem=ENDLESS) from error
    if isinstance(found, Text):
        raise UserError(found)
    return found


def _tried(kind: str, by_name: Mapping[Text, object], folder: Path | None, lang: Lang) -> Filled | Text:
    """The filled template, or what is wrong with it."""
    try:
        return _filled(kind, by_name, folder, lang)
    except UserError as error:
        return error.reason


def _filled(kind: str, by_name: Mapping[Text, object], folder: Path | None, lang: Lang) -> Filled:
    values = in_language(by_name, lang)
    loader, name = Loader(folder, lang), KINDS[kind].render(lang) + SUFFIX
    found, path = environment(loader), loader.path(name)
    try:
        phrases = {
            phrase.render(lang): found.get_template(phrase.render(lang) + SUFFIX).render(values).strip()
            for phrase in PHRASES
        }
        text = found.get_template(name).render({**values, **phrases})
    except (UserError, MemoryError):
        raise
    except Exception as error:
        # any mistake in a template of the clerk's is reported with file and line
        raise UserError(_located(error, loader, str(path))) from error
    if len(text) > LONGEST_LETTER:
        raise UserError(LOCATED, file=path, line=1, problem=ENDLESS)
    head, _, body = text.lstrip().partition("\n")
    subject = SUBJECT.match(head)
    if subject is None:
        raise UserError(LOCATED, file=path, line=1, problem=NO_SUBJECT.fill(found=head[:40]))
    tidy = re.sub(r"\n{3,}", "\n\n", "\n".join(row.rstrip() for row in body.splitlines()))
    return Filled(subject["subject"], tidy.strip("\n") + "\n")


def write_templates(folder: Path, lang: Lang = "zh") -> list[Path]:
    """Write the templates that are missing for the clerk to edit; the paths that were written. Raises ``OSError``."""
    missing = [path for path in sorted((HERE / lang).glob(f"*{SUFFIX}")) if not (folder / path.name).exists()]
    # an older Notepad needs the byte order mark and the line ends of Windows
    windows = [path.read_text("utf-8").replace("\n", "\r\n").encode("utf-8-sig") for path in missing]
    return [save(folder / path.name, data) for path, data in zip(missing, windows, strict=True)]


def _located(error: Exception, loader: Loader, path: str) -> Text:
    """What is wrong, with file and line."""
    if isinstance(error, TemplateSyntaxError):
        problem = SYNTAX.fill(error=error.message)
        return LOCATED.fill(file=error.filename or path, line=error.lineno, problem=problem)
    file, number = next(_template_lines(error, loader), (path, 1))
    return LOCATED.fill(file=file, line=number, problem=_problem(error, loader))


def _problem(error: Exception, loader: Loader) -> Text:
    if isinstance(error, TemplateNotFound):
        return NO_FILE.fill(name=error.name, meant=did_you_mean(str(error.name), loader.list_templates()))
    name = UNKNOWN.search(str(error)) if isinstance(error, UndefinedError) else None
    if name:
        known = sorted({word for text in (*value_names(), *PHRASES) for word in text})
        return NO_NAME.fill(name=name[1], meant=did_you_mean(name[1], known))
    return NO_GOOD.fill(error=" ".join(f"{type(error).__name__}: {error}".split())[:200])


def _template_lines(error: Exception, loader: Loader) -> Iterator[tuple[str, int | None]]:
    """Files and lines of the templates in the traceback, the innermost first."""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if Path(frame.filename).parent in loader.folders:
            yield frame.filename, frame.lineno


def check_templates(folder: Path, lang: Lang) -> list[Text]:
    """Every problem of the clerk's templates, once: mistakes with file and line, files that no letter uses."""
    found: dict[Text, None] = {}
    begun = time.monotonic()
    for kind in KINDS:
        if time.monotonic() - begun > LONGEST_CHECK:  # what never ends is told after a few letters
            break
        for letter in (sample_letter(kind, lang), _minimal(sample_letter(kind, lang))):
            try:
                fill_sample(letter, folder, lang, [path.name for path in letter.attachments[:1]])
            except UserError as error:
                found[error.reason] = None
    found.update(dict.fromkeys(_unused(folder, lang)))
    return list(found)


def fill_sample(letter: Letter, folder: Path | None, lang: Lang, left_out: Sequence[str] = ()) -> Filled:
    """A sample letter filled, as of the day of the sample; ``left_out`` are names of files too large to attach."""
    attached = [path.name for path in letter.attachments]
    return fill(letter.kind, template_values(letter, lang, NOW, attached, left_out), folder, lang)


def value_names() -> list[Text]:
    """The names of the values that a template can use, and of those of one finding."""
    letter = sample_letter("failed", "zh")
    return [*template_values(letter, "zh", NOW, (), ()), *finding_values(1, letter.findings[0], "zh")]


def sample_letter(kind: str, lang: Lang) -> Letter:
    """A letter with everything that its kind may have, about a made-up unit."""
    ref = Ref(FILE.render(lang), SHEET.render(lang), 25, 5)
    hint = Hint("sample", CAUSE.render(lang))
    unit, name, message = UNIT.render(lang), RULE.render(lang), MESSAGE.render(lang)
    finding = Finding("SUM-10", name, Severity.ERROR, ref.file, unit, message, (ref,), hints=(hint,))
    errors = tuple(replace(finding, cells=(ref._replace(row=row),)) for row in range(25, 30))
    notes = tuple(replace(one, severity=severity) for one in errors for severity in list(Severity)[1:])
    findings = {"failed": errors + notes, "identical": errors, "reminder_failed": errors, "passed_with_notes": notes}
    again = findings.get(kind, ())
    original = Original("<1@example.gov.cn>", (), TITLE.render(lang), NOW - timedelta(days=1))
    return Letter(
        kind, unit, "unit@example.gov.cn", NAME.render(lang), None if kind in REMINDERS else original,
        TITLE.render(lang), 2020, date(2020, 3, 31), OFFICE.render(lang), CONTACT.render(lang),
        findings=again,
        closed=tuple(replace(one, cells=(ref._replace(row=12),)) for one in again[:1]),
        new=again[:1],
        still=again[1:],
        changed=(CHANGED.render(lang),) if again else (),
        reason=REASON.render(lang),
        attachments=(Path(FILE.render(lang)), Path("report.html")) if again else (),
        version=2 if again else 1,
        received=(FILE.render(lang),),
        also=(ALSO.render(lang),) if again else (),
        remedy=REMEDY.render(lang),
    )  # fmt: skip


def _minimal(letter: Letter) -> Letter:
    """The same letter without anything that is optional."""
    bare = replace(
        letter, unit="", to_name="", original=None, deadline=None, contact="", reason="", received=(), remedy=""
    )
    return replace(bare, findings=(), closed=(), new=(), still=(), changed=(), attachments=(), also=(), version=1)


def _unused(folder: Path, lang: Lang) -> Iterator[Text]:
    """Files of the clerk's that neither replace a template of perfxl nor are included by one."""
    ours = {path.name for path in (HERE / lang).glob(f"*{SUFFIX}")}
    own = sorted(path.name for path in folder.glob(f"*{SUFFIX}"))
    found = environment(Loader(folder, lang))
    used = set(ours)
    for name in own:
        with suppress(TemplateSyntaxError, UserError):  # reported where it is filled
            used |= {part for part in meta.find_referenced_templates(found.parse(read_template(folder / name))) if part}
    for name in own:
        if name not in used:
            stems = [known.removesuffix(SUFFIX) for known in sorted(ours)]
            yield UNUSED.fill(file=folder / name, meant=did_you_mean(name.removesuffix(SUFFIX), stems))
