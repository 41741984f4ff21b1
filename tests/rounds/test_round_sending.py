"""Drafts go out when they are named, each once, over a real server; what was interrupted is left to the clerk."""

from __future__ import annotations

import os
import ssl

import pytest
import trustme
from mail_servers import SECRET, USER, real
from round_files import mail, new_round, no_password, saved, workbook

from perfxl import cli
from perfxl.ledger import records
from perfxl.letters.smtp import RateLimit, Smtp
from perfxl.rounds.answers import draft_answers
from perfxl.rounds.folder import open_round
from perfxl.rounds.intake import collect_mails
from perfxl.rounds.sending import chosen, send

KILLED = 9


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


@pytest.fixture
def server(authority):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    with real(context) as (inbox, port):
        yield inbox, port


@pytest.fixture
def round_(tmp_path):
    made = new_round(tmp_path / "R", sender=USER)
    mails = saved(
        tmp_path / "m",
        mail(1, "jia@example.gov.cn", "甲局", ("a.xlsx", workbook("甲局", clean=True))),
        mail(2, "yi@example.gov.cn", "乙局", ("b.xlsx", workbook("乙局", clean=True))),
    )
    collect_mails(made, str(mails), no_password)
    draft_answers(made)
    yield made
    made.ledger.close()


def connecting(server, authority, password: str = SECRET):
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return lambda: Smtp(f"smtps://{USER.replace('@', '%40')}@localhost:{server[1]}", password, context=context)


def states(round_) -> list[str]:
    return [one.state for one in records.all_replies(round_.ledger)]


def test_only_what_is_named_goes_out_and_only_once(round_, server, authority):
    first, _ = records.all_replies(round_.ledger)
    for reasons in ([None], ["已在此前发出，没有重发。"]):
        sent = list(send(round_, chosen(round_, [first.stored]), connecting(server, authority), RateLimit(60)))
        assert [one.reason.zh if one.reason else None for one in sent] == reasons
    [(sender, to, raw)] = server[0].mails
    assert (sender, to) == (USER, ["jia@example.gov.cn"])
    assert b"In-Reply-To: <1@example.gov.cn>" in raw
    assert states(round_) == ["sent", "drafted"]


def test_the_clerk_may_correct_the_address_in_the_draft(round_, server, authority):
    first, second = records.all_replies(round_.ledger)
    path = round_.folder / first.stored
    path.write_bytes(path.read_bytes().replace(b"<jia@example.gov.cn>", b"<jia2@example.gov.cn>"))
    other = round_.folder / second.stored
    other.write_bytes(other.read_bytes().replace(b"yi@example.gov.cn", b"yi@example.gov.cn, a@example.gov.cn"))
    sent = list(send(round_, chosen(round_, [path.name, other.name]), connecting(server, authority), RateLimit(60)))
    assert [one.reason.zh if one.reason else "" for one in sent] == ["", "草稿的收件人应恰好是一个邮箱地址，没有发送。"]
    assert [to for _, to, _ in server[0].mails] == [["jia2@example.gov.cn"]]
    # the ledger knows where it went
    assert [one.recipient for one in records.all_replies(round_.ledger)] == ["jia2@example.gov.cn", "yi@example.gov.cn"]
    assert sent[0].reply.recipient == "jia2@example.gov.cn"
    assert states(round_) == ["sent", "drafted"]


def test_a_refused_one_stays_with_its_reason_and_can_go_later(round_, server, authority):
    names = [one.stored for one in records.all_replies(round_.ledger)][:1]
    [sent] = send(round_, chosen(round_, names), connecting(server, authority, "wrong"), RateLimit(60))
    assert "授权码" in sent.reason.zh
    [one, _] = records.all_replies(round_.ledger)
    assert (one.state, "授权码" in one.reason, "wrong" in one.reason) == ("refused", True, False)
    [sent] = send(round_, chosen(round_, names), connecting(server, authority), RateLimit(60))
    assert sent.reason is None
    assert states(round_) == ["sent", "drafted"]


@pytest.mark.parametrize(("step", "arrived"), [("sending", 0), ("sent", 1)])
def test_killed_while_sending_nothing_is_sent_twice_by_itself(round_, server, authority, step, arrived):
    names = [one.stored for one in records.all_replies(round_.ledger)][:1]
    child = os.fork()
    if child == 0:
        mine = open_round(round_.folder)

        def die(at: str) -> None:
            if at == step:
                os._exit(KILLED)

        list(send(mine, chosen(mine, names), connecting(server, authority), RateLimit(60), on_step=die))
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == KILLED
    assert (states(round_), len(server[0].mails)) == (["sending", "drafted"], arrived)
    [sent] = send(round_, chosen(round_, names), connecting(server, authority), RateLimit(60))
    assert "不能确定是否已发出" in sent.reason.zh
    assert len(server[0].mails) == arrived
    [sent] = send(round_, chosen(round_, names), connecting(server, authority), RateLimit(60), again=True)
    assert (sent.reason, len(server[0].mails), states(round_)) == (None, arrived + 1, ["sent", "drafted"])


def test_on_the_command_line(round_, server, authority, tmp_path, monkeypatch, capsys):
    url = f"smtps://{USER.replace('@', '%40')}@localhost:{server[1]}"
    folder = str(round_.folder)
    first = records.all_replies(round_.ledger)[0]
    assert cli.run(["mail", "send", first.stored, "--round", folder]) == 2
    assert "round.toml 没有写发信服务器" in capsys.readouterr().err
    settings = round_.folder / "round.toml"
    settings.write_text(settings.read_text("utf-8").replace('# smtp = ""', f'smtp = "{url}"'), "utf-8")
    authority.cert_pem.write_to_path(tmp_path / "ca.pem")
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    monkeypatch.setenv("PERFXL_MAIL_PASSWORD", SECRET)
    assert cli.run(["mail", "send", first.stored, "--round", folder]) == 0
    assert f"已发出：{first.stored.rpartition('/')[2]} → jia@example.gov.cn" in capsys.readouterr().out
    assert cli.run(["mail", "send", first.stored, "--round", folder]) == 1
    assert cli.run(["mail", "send", "没有.eml", "--round", folder]) == 2
    assert "台账里没有这份草稿：没有.eml。" in capsys.readouterr().err
    assert len(server[0].mails) == 1
