"""The templates of the letters: the clerk's own by file name, else those that come with perfxl.

A template is a text file. Its first line is the subject, ``主题：…`` or ``Subject: …``; the rest is the letter. Words
in ``{{ }}`` are filled in, ``{% %}`` chooses and repeats: jinja2 in its sandbox, which reaches no file and no code. A
line that holds nothing but one ``{% %}`` leaves no line behind; every other line stays one.
"""

from __future__ import annotations

import re
import traceback
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from jinja2 import BaseLoader, Environment, StrictUndefined, TemplateNotFound, TemplateSyntaxError, UndefinedError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from perfxl.clerk.errors import ClerkError, did_you_mean, file_bytes
from perfxl.letters.letter import KINDS
from perfxl.letters.words import FINDING, NAMES
from perfxl.model import Lang, Text
from perfxl.output_files import save

HERE = Path(__file__).with_name("texts")
SUFFIX = ".txt"
SUBJECT = re.compile(r"^\s*(?:主题|Subject)\s*[:：]\s*(?P<subject>.*\S)\s*$")
#: templates that make words for the others
PHRASES = (Text("来件", "received"), Text("办理时限", "by_when"))
#: a line that ends in a tag and holds more than it
_INLINE_END = re.compile(r"(?m)^(?!\s*\{%(?:(?!%\}).)*%\}\s*$)(.*[^+-])%\}[ \t]*$")
#: how jinja2 names what a template asks for and nobody has
UNKNOWN = re.compile(r"(?:has no attribute |^)'([^']+)'(?: is undefined)?$")

PLACE = Text("{file} 第 {line} 行：{problem}", "{file}, line {line}: {problem}")
SYNTAX = Text(
    "花括号里的写法读不懂（{error}）。请对照原来的模板改正；删去这个文件，就用原来的模板。",
    "What stands in braces cannot be read ({error}). Compare it with the template as it was; without this file that "
    "one is used.",
)
NO_NAME = Text("没有“{name}”这一项。{meant}", "There is no {name!r}.{meant}")
NO_FILE = Text("要插入的“{name}”不存在。{meant}", "There is no {name!r} to include.{meant}")
NO_GOOD = Text(
    "这一行算不出来（{error}）。请对照原来的模板改正；删去这个文件，就用原来的模板。",
    "This line cannot be worked out ({error}). Compare it with the template as it was; without this file that is used.",
)
NO_SUBJECT = Text(
    "第一行应是邮件主题，写成“主题：……”；现在是“{found}”。",
    "The first line must be the subject, like “Subject: …”; it is “{found}”.",
)
NO_TEXT = Text(
    "既不是 UTF-8 也不是 GBK 编码的文本，请用记事本另存为 UTF-8。", "This is no text in UTF-8 or GBK; save it as UTF-8."
)


class Filled(NamedTuple):
    """A filled template."""

    subject: str
    body: str


class Loader(BaseLoader):
    """Finds a template in the clerk's folder, else among our own; never anywhere else."""

    def __init__(self, folder: Path | None, lang: Lang) -> None:
        self.folders = [*([folder] if folder else []), HERE / lang]

    def get_source(self, environment: Environment, template: str) -> tuple[str, str, Callable[[], bool]]:
        """The text and the path of a template; a name with a folder in it is no name."""
        path = self.path(template)
        if path is None:
            raise TemplateNotFound(template)
        text = "\n".join(text_of(path).splitlines()).rstrip() + "\n"
        return _INLINE_END.sub(r"\1+%}", text), str(path), lambda: True

    def path(self, name: str) -> Path | None:
        """Where the template of that name is."""
        if not name.endswith(SUFFIX) or re.search(r"[\\/:\x00]", name):
            return None
        return next((folder / name for folder in self.folders if (folder / name).is_file()), None)

    def list_templates(self) -> list[str]:
        """Names of all there are."""
        return sorted({path.name for folder in self.folders for path in folder.glob(f"*{SUFFIX}")})


def text_of(path: Path) -> str:
    """The text of a template as Notepad saves it: UTF-8, or GBK on an older Windows."""
    data = file_bytes(path)
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise ClerkError(PLACE.fill(file=path, line=1, problem=NO_TEXT))


def environment(loader: Loader) -> Environment:
    """The sandbox that templates are filled in."""
    return ImmutableSandboxedEnvironment(
        loader=loader,
        undefined=StrictUndefined,
        autoescape=False,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def fill(kind: str, values: Mapping[str, object], folder: Path | None, lang: Lang) -> Filled:
    """The letter of a kind in words. Raises ``ClerkError`` with file and line for a mistake in a template."""
    loader, name = Loader(folder, lang), KINDS[kind].render(lang) + SUFFIX
    found, path = environment(loader), loader.path(name)
    try:
        phrases = {
            phrase.render(lang): found.get_template(phrase.render(lang) + SUFFIX).render(values).strip()
            for phrase in PHRASES
        }
        text = found.get_template(name).render({**values, **phrases})
    except ClerkError:
        raise
    except Exception as error:
        # whatever a template of the clerk's does wrong is told, with its place
        raise ClerkError(_told(error, loader, str(path))) from error
    head, _, body = text.lstrip().partition("\n")
    subject = SUBJECT.match(head)
    if subject is None:
        raise ClerkError(PLACE.fill(file=path, line=1, problem=NO_SUBJECT.fill(found=head[:40])))
    tidy = re.sub(r"\n{3,}", "\n\n", "\n".join(row.rstrip() for row in body.splitlines()))
    return Filled(subject["subject"], tidy.strip("\n") + "\n")


def write_templates(folder: Path, lang: Lang = "zh") -> list[Path]:
    """Write the templates of one language for the clerk to edit; those that are there stay as they are.

    Returns what was written. Raises ``OSError`` when the folder cannot be written to.
    """
    missing = [path for path in sorted((HERE / lang).glob(f"*{SUFFIX}")) if not (folder / path.name).exists()]
    # with a mark of UTF-8 and Windows' ends of lines, an older Notepad shows the text as it is
    return [save(folder / path.name, _for_notepad(path.read_text("utf-8"))) for path in missing]


def _for_notepad(text: str) -> bytes:
    return text.replace("\n", "\r\n").encode("utf-8-sig")


def _told(error: Exception, loader: Loader, path: str) -> Text:
    """What is wrong, in which file, in which line."""
    if isinstance(error, TemplateSyntaxError):
        problem = SYNTAX.fill(error=error.message)
        return PLACE.fill(file=error.filename or path, line=error.lineno, problem=problem)
    file, number = next(_lines(error, loader), (path, 1))
    return PLACE.fill(file=file, line=number, problem=_problem(error, loader))


def _problem(error: Exception, loader: Loader) -> Text:
    if isinstance(error, TemplateNotFound):
        return NO_FILE.fill(name=error.name, meant=did_you_mean(str(error.name), loader.list_templates()))
    name = UNKNOWN.search(str(error)) if isinstance(error, UndefinedError) else None
    if name:
        known = {text for texts in (NAMES.values(), FINDING.values(), PHRASES) for name in texts for text in name}
        return NO_NAME.fill(name=name[1], meant=did_you_mean(name[1], known))
    return NO_GOOD.fill(error=" ".join(f"{type(error).__name__}: {error}".split())[:200])


def _lines(error: Exception, loader: Loader) -> Iterator[tuple[str, int | None]]:
    """Files and lines of templates that the error came through, the innermost first."""
    for frame in reversed(traceback.extract_tb(error.__traceback__)):
        if Path(frame.filename).parent in loader.folders:
            yield frame.filename, frame.lineno
