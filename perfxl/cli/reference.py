"""Commands that describe what is checked: ``perfxl rules`` and ``perfxl profiles``."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import click

from perfxl.cli.options import COLON, Command, json_option, load_profile, profile_option
from perfxl.cli.output import print_json, print_rows
from perfxl.model import Lang, Severity, Text, UserError, listed

if TYPE_CHECKING:
    from perfxl.profiles import Form, Profile
    from perfxl.rules import Entry

RULES = Text(
    "列出全部审核规则；给出编号时，说明这一条：审核什么、为什么、依据、怎样改、错误和正确的示例。编号不分大小写，可以不写连字符。",
    "List all rules; with a CODE, explain one: what is checked, why, its source, how to fix it, an example that is "
    "wrong and one that is right. The case of a code and its hyphen do not matter.",
)
RULES_SHORT = Text("列出审核规则，或说明其中一条。", "List the rules, or explain one.")
NO_RULE = Text("没有规则 {code}。{hint}", "There is no rule {code}.{hint}")
NEAR = Text("相近的有：{codes}。", " Did you mean {codes}?")
ALL = Text("用 perfxl rules 查看全部。", " perfxl rules lists them all.")
COUNT = Text(
    "共 {n} 条。perfxl rules 编号 说明其中一条，如 perfxl rules {example}。",
    "{n} rules. perfxl rules CODE explains one, as perfxl rules {example}.",
)

PROFILES = Text(
    "列出内置的表式；给出名称或自定义表式 .toml 文件的路径时，说明这一种：有哪些表、栏目、表格和勾稽关系。",
    "List the editions of the forms that are built in; with the id of one, or the path of a .toml file, tell what it "
    "holds: forms, fields, tables and sums.",
)
PROFILES_SHORT = Text("列出表式，或说明其中一种。", "List the editions of the forms, or describe one.")
ID, TITLE, YEAR = Text("名称", "id"), Text("标题", "title"), Text("年度", "year")
FORMS, BASIS = Text("表", "forms"), Text("依据", "basis")
HEAD = Text("{id}：{title}（{year} 年度，金额单位{measure}）", "{id}: {title} ({year}, amounts in {measure})")
FIELDS = Text("栏目 {n} 个，其中 {required} 个必填", "{n} fields, {required} of them required")
TASKS = Text("{label}，表样 {n} 行", "{label}, {n} rows")
INDICATORS = Text("{label}，二级指标 {n} 类", "{label}, {n} second levels")
PERIODS = Text("，分 {periods} 填写", ", for {periods}")
SUMS = Text("勾稽关系 {n} 条：", "{n} sums:")
CHANGED = Text("与默认级别不同的规则：{rules}", "Rules of another severity than usual: {rules}")


def commands(lang: Lang) -> list[click.Command]:
    """``perfxl rules`` and ``perfxl profiles`` with their help in one language."""
    code = click.Argument(["code"], required=False, metavar="[CODE]")
    name = click.Argument(["name"], required=False, metavar="[ID|FILE.toml]")
    return [
        Command("rules", lang, RULES, show_rules, [code, profile_option(lang), json_option(lang)], RULES_SHORT),
        Command("profiles", lang, PROFILES, show_profiles, [name], PROFILES_SHORT),
    ]


def show_rules(code: str | None, profile: str, as_json: bool, lang: Lang) -> int:
    """Show the list or one rule; the exit code."""
    form = load_profile(profile)
    from perfxl.rules import catalogue, find, near

    entries: Sequence[Entry] = catalogue(form)
    if code is not None:
        entries = find(entries, code)
        if not entries:
            meant = near(catalogue(form), code)
            raise UserError(NO_RULE, code=code, hint=NEAR.fill(codes=listed(meant)) if meant else ALL)
    if as_json:
        print_json([_rule_data(entry, lang) for entry in entries])
    elif code is not None:
        click.echo("\n\n".join("\n".join(_rule_lines(entry, lang)) for entry in entries))
    else:
        _print_rules(entries, lang)
    return 0


def _rule_row(entry: Entry, lang: Lang) -> list[str]:
    from perfxl.rules import OFF

    severity = entry.severity.label if entry.severity else OFF
    return [entry.code, *(text.render(lang) for text in (entry.rule.name, severity, entry.rule.what))]


def _rule_data(entry: Entry, lang: Lang) -> dict[str, Any]:
    rule = entry.rule
    texts = {key: getattr(rule, key).render(lang) for key in ("name", "what", "why", "fix", "wrong", "right")}
    severity = entry.severity.value if entry.severity else "off"
    return {"code": entry.code, "severity": severity, "source": rule.source, **texts}


def _rule_lines(entry: Entry, lang: Lang) -> Iterator[str]:
    from perfxl.rules import SEVERITY

    yield click.style(f"{entry.code} {entry.rule.name.render(lang)}", bold=True)
    colon = COLON.render(lang)
    yield f"  {SEVERITY.render(lang)}{colon}{entry.grade(lang)}"
    for head, text in entry.texts():
        yield f"  {head.render(lang)}{colon}{text.render(lang)}"


def _print_rules(entries: Sequence[Entry], lang: Lang) -> None:
    from perfxl.rules import CODE, NAME, OFF, SEVERITY, WHAT

    colours = {Severity.ERROR.label: "red", Severity.WARNING.label: "yellow", OFF: "dim"}
    styles = {text.render(lang): style for text, style in colours.items()}
    print_rows((CODE, NAME, SEVERITY, WHAT), [_rule_row(entry, lang) for entry in entries], lang, styles)
    if sys.stdout.isatty():
        click.secho(COUNT.render(lang, n=len(entries), example=entries[-1].code), dim=True)


def show_profiles(name: str | None, lang: Lang) -> int:
    """Show the list or one profile; the exit code."""
    if name is not None:
        click.echo("\n".join(_profile_lines(load_profile(name), lang)))
        return 0
    from perfxl.profiles import built_in

    rows = [_profile_row(load_profile(each), lang) for each in built_in()]
    print_rows((ID, TITLE, YEAR, FORMS, BASIS), rows, lang)
    return 0


def _profile_row(profile: Profile, lang: Lang) -> list[str]:
    forms, basis = (listed(form.name(lang) for form in profile.forms.values()), listed(profile.basis))
    return [profile.id, profile.title.render(lang), str(profile.year), forms.render(lang), basis.render(lang)]


def _profile_lines(profile: Profile, lang: Lang) -> Iterator[str]:
    from perfxl.profiles import describe
    from perfxl.rules import OFF

    colon = COLON.render(lang)
    yield HEAD.render(
        lang, id=profile.id, title=profile.title.render(lang), year=profile.year, measure=profile.measure
    )  # fmt: skip
    if profile.basis:
        yield f"{BASIS.render(lang)}{colon}{listed(profile.basis).render(lang)}"
    for form in profile.forms.values():
        yield form.name(lang)
        yield from (f"  {line}" for line in _form_lines(form, lang))
    yield SUMS.render(lang, n=len(profile.sums))
    for item in profile.sums:
        yield f"  {item.code} {item.name.render(lang)}{colon}{describe(profile, item)}"
    if profile.severity:
        words = {severity.value: severity.label for severity in Severity} | {"off": OFF}
        changed = (f"{code} {words[word].render(lang)}" for code, word in profile.severity.items())
        yield CHANGED.render(lang, rules=listed(changed).render(lang))


def _form_lines(form: Form, lang: Lang) -> Iterator[str]:
    """The fields and tables of a form, a line each."""
    fields = form.fields.values()
    yield FIELDS.render(lang, n=len(fields), required=sum(bool(field.required) for field in fields))
    if form.tasks:
        yield TASKS.render(lang, label=form.tasks.label, n=form.tasks.rows)
    if form.indicators:
        table = form.indicators
        periods = listed(period.label for period in table.periods).render(lang)
        more = PERIODS.render(lang, periods=periods) if len(table.periods) > 1 else ""
        yield INDICATORS.render(lang, label=table.label, n=len(table.levels)) + more
