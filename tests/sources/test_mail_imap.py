"""A mailbox on a real server (Dovecot, TLS, a certificate authority of its own): read, marked, added to, refused."""

import socket
from datetime import UTC, datetime, timedelta

import mail_server
import pytest
import trustme
from mail_server import PASSWORD, USER
from mails import HEAD, attached, digest, mail, text, workbook
from programs import DOVECOT_MARKS

from perfxl.sources.mail.fetch import fetch
from perfxl.sources.mail.imap import append_draft, mark_seen
from perfxl.sources.mail.mime import parse
from perfxl.sources.mail.stores import MailError

pytestmark = DOVECOT_MARKS


@pytest.fixture(scope="module")
def running():
    with mail_server.running() as server:
        yield server


@pytest.fixture
def server(running, monkeypatch):
    """The server with an empty mailbox; its CA is trusted."""
    monkeypatch.setenv("PERFXL_CA_FILE", str(running.ca))
    running.empty()
    return running


def number(place: int) -> bytes:
    return mail(text(), attached("申报表.xlsx", workbook(str(place))), subject=f"第{place}封")


def nothing_known(_: str) -> bool:
    return False


def password(account: str) -> str:
    assert account == f"{USER}@localhost"
    return PASSWORD


def received(server, folder="INBOX", known=nothing_known):
    return list(fetch(server.url(folder), known, password))


def reason(source, secret=PASSWORD):
    with pytest.raises(MailError) as caught:
        list(fetch(source, nothing_known, lambda _: secret))
    said = caught.value.reason
    assert secret not in "".join((*said, str(caught.value), repr(caught.value)))
    return said.zh


# ---------------------------------------------------------------- receiving


def test_mails_are_received_as_they_are_and_leave_no_trace(server):
    wanted = [number(place) for place in range(1, 4)]
    for raw in wanted:
        server.deliver(raw)
    before = server.files()
    found = received(server)
    assert [one.raw for one in found] == wanted
    assert [parse(one.raw, one.received).attachments[0].sha256 for one in found] == [
        digest(workbook(str(place))) for place in range(1, 4)
    ]
    now = datetime.now(UTC)
    assert all(one.received and abs(now - one.received) < timedelta(minutes=10) for one in found)
    assert {name.partition(":")[2].strip("2,") for name in server.files() - before} == set()


def test_a_key_names_server_folder_validity_and_mail(server):
    server.deliver(number(1))
    server.deliver(number(2))
    keys = [one.key for one in received(server)]
    validity = keys[0].split(";")[1]
    assert validity.isdigit()
    assert keys == [f"imap:{USER}@localhost/INBOX;{validity};{uid}" for uid in (1, 2)]
    assert [one.key for one in received(server, "inbox")] == keys


def test_what_is_known_is_not_fetched_again(server):
    for place in (1, 2, 3):
        server.deliver(number(place))
    first = next(iter(fetch(server.url(), nothing_known, password)))
    assert [one.raw for one in received(server, known={first.key}.__contains__)] == [number(2), number(3)]
    everything = {one.key for one in received(server)}
    assert received(server, known=everything.__contains__) == []


def test_a_round_that_was_broken_off_goes_on_where_it_was(server):
    """B076 in its shape for a server: stopped after any mail, and all of them are there in the end, once."""
    for place in range(5):
        server.deliver(number(place))
    for stop in range(6):
        kept: dict[str, bytes] = {}
        for one in fetch(server.url(), kept.__contains__, password):
            if len(kept) == stop:
                break
            kept[one.key] = one.raw
        kept |= {one.key: one.raw for one in received(server, known=kept.__contains__)}
        assert sorted(kept.values()) == sorted(number(place) for place in range(5))


def test_the_same_numbers_in_a_folder_made_anew_are_other_mails(server):
    server.deliver(number(1))
    before = received(server)
    server.empty(anew=True)
    server.deliver(number(2))
    after = received(server, known={one.key for one in before}.__contains__)
    assert [one.raw for one in after] == [number(2)]
    assert after[0].key.rpartition(";")[2] == before[0].key.rpartition(";")[2] == "1"


def test_folders_in_chinese_and_within_folders(server):
    server.deliver(number(1), ".2026年绩效申报")
    server.deliver(number(2), ".2026年绩效申报.第二批")
    for folder, place in (
        ("2026年绩效申报", 1), ("2026%E5%B9%B4%E7%BB%A9%E6%95%88%E7%94%B3%E6%8A%A5", 1),
        ("2026年绩效申报/第二批", 2), ("2026年绩效申报.第二批", 2),
    ):  # fmt: skip
        assert [one.raw for one in received(server, folder)] == [number(place)]
    assert received(server, "2026年绩效申报/第二批")[0].key.startswith(f"imap:{USER}@localhost/2026年绩效申报/第二批;")


def test_an_empty_folder_gives_nothing(server):
    assert received(server) == []


def test_a_mail_too_large_is_not_taken_in_whole(server, monkeypatch):
    monkeypatch.setattr("perfxl.sources.mail.imap.MAX_MAIL", 3_000)
    server.deliver(mail(text("甲" * 9_000)))
    server.deliver(number(1))
    assert [len(one.raw) for one in received(server)] == [3_001, len(number(1))]


# ---------------------------------------------------------------- marking


def test_only_the_mails_that_are_named_are_marked(server):
    for place in (1, 2, 3):
        server.deliver(number(place))
    server.deliver(number(4), flags="T")  # somebody has marked it as deleted: it must stay
    keys = [one.key for one in received(server)]
    assert mark_seen(server.url(), [keys[0], keys[2], "imap:other@localhost/INBOX;1;2", "sha256:00"], password) == 2
    assert sorted(name.rpartition("2,")[2] for name in server.files()) == ["", "S", "S", "T"]
    assert [one.key for one in received(server)] == keys


def test_nothing_is_marked_in_a_folder_made_anew(server):
    server.deliver(number(1))
    keys = [one.key for one in received(server)]
    server.empty(anew=True)
    server.deliver(number(2))
    with pytest.raises(MailError) as caught:
        mark_seen(server.url(), keys, password)
    assert "没有标记任何邮件" in caught.value.reason.zh
    assert [name.rpartition("2,")[2] for name in server.files()] == [""]


def test_only_a_mailbox_can_be_marked(tmp_path):
    for act in (lambda: mark_seen(str(tmp_path), [], password), lambda: append_draft(str(tmp_path), b"", password)):
        with pytest.raises(MailError) as caught:
            act()
        assert caught.value.reason.zh.startswith("只有 imaps:// 邮箱里的邮件可以标记")


# ---------------------------------------------------------------- drafts


def test_a_draft_is_put_where_the_server_keeps_them_and_only_once(server):
    for place in (1, 2, 1):
        head = HEAD.replace(b"<1@", f"<{place}@".encode())
        append_draft(server.url(), mail(text(), subject=str(place), head=head), password)
    found = received(server, "Drafts")
    assert [parse(one.raw).subject for one in found] == ["1", "2"]
    assert [name.rpartition("2,")[2] for name in sorted(server.files(".Drafts"))] == ["DS", "DS"]
    append_draft(server.url(), b"From: a@example.com\nSubject: x\n\nno id\n", password)
    assert len(received(server, "Drafts")) == 3
    assert received(server) == []


# ---------------------------------------------------------------- what can go wrong, and what is said


def test_a_wrong_password_is_told_and_never_repeated(server):
    assert reason(server.url(), "wrong-Passw0rd").startswith(f"邮箱 {USER}@localhost 登录失败（服务器答复：")
    assert "授权码" in reason(server.url(), "错误的密码-1")
    for secret in ("", "a\nb", "a\r\nA1 DELETE INBOX", "a\0b"):
        with pytest.raises(MailError) as caught:
            list(fetch(server.url(), nothing_known, lambda _, secret=secret: secret))
        assert caught.value.reason.zh.startswith("密码是空的，或含有换行等不可见字符")


def test_a_folder_that_is_not_there_is_told_with_those_that_are(server):
    server.deliver(number(1), ".2026年绩效申报")
    said = reason(server.url("没有"))
    assert said.startswith(f"邮箱 {USER}@localhost 里没有文件夹“没有”")
    assert "现有：" in said
    assert all(name in said for name in ("INBOX", "Drafts", "2026年绩效申报"))


def test_a_certificate_that_nobody_vouches_for_is_refused(server, monkeypatch, tmp_path):
    monkeypatch.delenv("PERFXL_CA_FILE")
    said = reason(server.url())
    assert said.startswith("服务器 localhost 的安全证书通不过检查（证书不是受信任的机构签发的）")
    assert "PERFXL_CA_FILE" in said
    trustme.CA().cert_pem.write_to_path(tmp_path / "other.pem")
    monkeypatch.setenv("PERFXL_CA_FILE", str(tmp_path / "other.pem"))
    assert "证书不是受信任的机构签发的" in reason(server.url())


def test_a_certificate_of_another_name_is_refused(server):
    said = reason(server.url(host="127.0.0.1"))
    assert said.startswith("服务器 127.0.0.1 的安全证书通不过检查（证书上的名称与服务器地址不符）")


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_a_file_of_certificates_that_cannot_be_read(server, monkeypatch, tmp_path, content):
    place = tmp_path / "ca.pem"
    if content:
        place.write_text(content)
    monkeypatch.setenv("PERFXL_CA_FILE", str(place))
    assert reason(server.url()).startswith(f"环境变量 PERFXL_CA_FILE 指的证书文件无法读取：{place}（")


def test_no_server_there():
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        port = held.getsockname()[1]
        said = reason(f"imaps://{USER}@127.0.0.1:{port}/INBOX")
    assert said.startswith(f"连不上邮箱服务器 127.0.0.1 的 {port} 端口（连接被拒绝）")
    assert reason("imaps://a@nowhere.invalid/INBOX").startswith("找不到邮箱服务器 nowhere.invalid。")


@pytest.mark.parametrize(
    ("source", "begins"),
    [
        ("imaps://localhost/INBOX", "邮箱地址不完整"), ("imaps://a@/INBOX", "邮箱地址不完整"),
        ("imaps://", "邮箱地址不完整"),
        ("imaps://a@host:99999/INBOX", "邮箱地址不完整"), ("imaps://a@ho st/INBOX", "邮箱地址不完整"),
        ("imaps://a%0D%0Ab@host/INBOX", "邮箱地址不完整"), ("imaps://a@host/x%0Ay", "邮箱地址不完整"),
        ("imaps://a:topsecret@host/INBOX", "请不要把密码写在邮箱地址里"),
    ],
)  # fmt: skip
def test_an_address_that_is_not_one(source, begins):
    said = reason(source)
    assert said.startswith(begins)
    assert "topsecret" not in said


def test_a_connection_that_is_lost_is_told(server):
    for place in range(3):
        server.deliver(number(place))
    mails = fetch(server.url(), nothing_known, password)
    assert next(mails).raw == number(0)
    server.cut_off()
    with pytest.raises(MailError) as caught:
        list(mails)
    assert caught.value.reason.zh.startswith("和邮箱服务器 localhost 的连接中断")
    assert "请再运行一次" in caught.value.reason.zh


def test_the_password_is_nowhere_in_the_log_of_the_server_or_on_disk(server, tmp_path, monkeypatch, capfd):
    monkeypatch.chdir(tmp_path)
    server.deliver(number(1))
    received(server)
    assert not list(tmp_path.iterdir())
    assert PASSWORD not in "".join((*capfd.readouterr(), server.log()))
