"""``perfxl profiles``: which editions of the forms there are, and what one of them holds."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import click

from perfxl.cli import profile as profiles
from perfxl.cli.dress import Command, lang_option
from perfxl.model import Lang, Severity, Text
from perfxl.profiles import Form, Profile, built_in

ABOUT = Text(
    "列出内置的表式；给出名称或自定义表式 .toml 文件的路径时，说明这一种：有哪些表、栏目、表格和勾稽关系。",
    "List the editions of the forms that are built in; with the id of one, or the path of a .toml file, tell what it "
    "holds: forms, fields, tables and sums.",
)
SHORT = Text("列出表式，或说明其中一种。", "List the editions of the forms, or describe one.")
ID, TITLE, YEAR = Text("名称", "id"), Text("标题", "title"), Text("年度", "year")
FORMS, BASIS = Text("表", "forms"), Text("依据", "basis")
HEAD = Text("{id}：{title}（{year} 年度，金额单位{measure}）", "{id}: {title} ({year}, amounts in {measure})")
FIELDS = Text("栏目 {n} 个，其中 {required} 个必填", "{n} fields, {required} of them required")
TASKS = Text("{label}，表样 {n} 行", "{label}, {n} rows")
INDICATORS = Text("{label}，二级指标 {n} 类", "{label}, {n} second levels")
PERIODS = Text("，分 {periods} 填写", ", for {periods}")
SUMS = Text("勾稽关系 {n} 条：", "{n} sums:")
CHANGED = Text("与默认级别不同的规则：{rules}", "Rules of another severity than usual: {rules}")


def command(lang: Lang) -> click.Command:
    """The command with its help in one language."""
    return Command(
        "profiles",
        lang=lang,
        help=ABOUT.render(lang),
        short_help=SHORT.render(lang),
        callback=run,
        params=[click.Argument(["name"], required=False, metavar="[ID|FILE.toml]"), lang_option(lang)],
    )


def run(name: str | None, lang: Lang) -> int:
    """Show the list or one profile; the exit code."""
    if name is not None:
        click.echo("\n".join(_described(profiles.loaded(name, lang), lang)))
        return 0
    rows = [_row(profiles.loaded(each, lang), lang) for each in built_in()]
    if sys.stdout.isatty():
        from perfxl.cli.table import show

        show([head.render(lang) for head in (ID, TITLE, YEAR, FORMS, BASIS)], rows, {})
    else:
        for row in rows:
            click.echo("\t".join(row))
    return 0


def _row(profile: Profile, lang: Lang) -> list[str]:
    comma = _comma(lang)
    forms = comma.join(form.name(lang) for form in profile.forms.values())
    return [profile.id, profile.title.render(lang), str(profile.year), forms, comma.join(profile.basis)]


def _described(profile: Profile, lang: Lang) -> Iterator[str]:
    from perfxl.profiles.wording import describe
    from perfxl.rules.catalogue import OFF

    comma, colon = _comma(lang), "：" if lang == "zh" else ": "
    yield HEAD.render(
        lang, id=profile.id, title=profile.title.render(lang), year=profile.year, measure=profile.measure
    )  # fmt: skip
    if profile.basis:
        yield f"{BASIS.render(lang)}{colon}{comma.join(profile.basis)}"
    for form in profile.forms.values():
        yield form.name(lang)
        yield from (f"  {line}" for line in _parts(form, lang))
    yield SUMS.render(lang, n=len(profile.sums))
    for item in profile.sums:
        yield f"  {item.code} {item.name.render(lang)}{colon}{describe(profile, item)}"
    if profile.severity:
        words = {severity.value: severity.label for severity in Severity} | {"off": OFF}
        changed = (f"{code} {words[word].render(lang)}" for code, word in profile.severity.items())
        yield CHANGED.render(lang, rules=comma.join(changed))


def _parts(form: Form, lang: Lang) -> Iterator[str]:
    """The fields and tables of a form, a line each."""
    fields = form.fields.values()
    yield FIELDS.render(lang, n=len(fields), required=sum(bool(field.required) for field in fields))
    if form.tasks:
        yield TASKS.render(lang, label=form.tasks.label, n=form.tasks.rows)
    if form.indicators:
        table = form.indicators
        periods = _comma(lang).join(period.label for period in table.periods)
        more = PERIODS.render(lang, periods=periods) if len(table.periods) > 1 else ""
        yield INDICATORS.render(lang, label=table.label, n=len(table.levels)) + more


def _comma(lang: Lang) -> str:
    return "、" if lang == "zh" else ", "
