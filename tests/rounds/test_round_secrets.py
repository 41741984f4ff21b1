"""Passwords stay out of the folder, the ledger and all messages, whether the servers take them or not."""

from __future__ import annotations

import ssl

import mail_server
import trustme
from clerk_files import sheet
from databases import PASSWORD, new_database
from mail_servers import SECRET, USER, real
from programs import needs_dovecot
from round_files import HEADS, ROWS, mail, workbook
from sqlalchemy import MetaData, create_engine, select
from sqlalchemy.engine import make_url

from perfxl import cli

WRONG = "falsch-WRONG-5678"
SECRETS = (mail_server.PASSWORD, PASSWORD, SECRET, WRONG)


def ledger_text(url: str) -> str:
    """All rows of all tables."""
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg", password=PASSWORD))
    metadata = MetaData()
    metadata.reflect(engine)
    with engine.begin() as connection:
        rows = [row for table in metadata.sorted_tables for row in connection.execute(select(table))]
    engine.dispose()
    assert rows
    return repr(rows)


@needs_dovecot
def test_no_password_is_left_anywhere(tmp_path, postgres, monkeypatch, capfd):
    folder, url = tmp_path / "R", new_database(postgres, "secrets")
    roster = sheet(tmp_path / "应报单位.xlsx", HEADS, *ROWS, name="应报单位")
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)

    def run(*args: object, code: int) -> None:
        assert cli.run([str(arg) for arg in args]) == code

    begin = ("round", "init", folder, "--year", 2020, "--roster", roster, "--sender", USER, "--database", url)
    monkeypatch.setenv("PERFXL_DATABASE_PASSWORD", WRONG)
    run(*begin, code=2)
    monkeypatch.setenv("PERFXL_DATABASE_PASSWORD", PASSWORD)
    run(*begin, code=0)
    with mail_server.running() as imap, real(context) as (inbox, port):
        certificates = tmp_path / "ca.pem"
        certificates.write_bytes(imap.ca.read_bytes() + authority.cert_pem.bytes())
        monkeypatch.setenv("PERFXL_CA_FILE", str(certificates))
        monkeypatch.setenv("SSL_CERT_FILE", str(certificates))
        settings = folder / "round.toml"
        text = settings.read_text("utf-8").replace('# imap = ""', f'imap = "{imap.url()}"')
        settings.write_text(text.replace('# smtp = ""', f'smtp = "smtps://{USER}@localhost:{port}"'), "utf-8")
        imap.deliver(mail(1, "jia@example.gov.cn", "甲局", ("a.xlsx", workbook("甲局", clean=True))))
        check = ("mail", "check", imap.url(), "--round", folder, "--drafts", "imap", "--mark")
        for password, code in ((WRONG, 2), (mail_server.PASSWORD, 0)):
            monkeypatch.setenv("PERFXL_MAIL_PASSWORD", password)
            run(*check, code=code)
        [draft] = (folder / "草稿").iterdir()
        for password, code in ((WRONG, 1), (SECRET, 0)):
            monkeypatch.setenv("PERFXL_MAIL_PASSWORD", password)
            run("mail", "send", draft.name, "--round", folder, code=code)
        assert len(inbox.mails) == 1
        sent = inbox.mails[0][2].decode()
    monkeypatch.setenv("PERFXL_DATABASE_PASSWORD", WRONG)
    run("status", "--round", folder, code=2)
    monkeypatch.setenv("PERFXL_DATABASE_PASSWORD", PASSWORD)
    run("status", "--mails", "--json", "--round", folder, code=1)
    # a password written where none belongs is reported, and not repeated
    for key, address in (("imap", f"imaps://a:{WRONG}@localhost/INBOX"), ("smtp", f"smtps://a:{WRONG}@localhost")):
        kept = [one for one in settings.read_text("utf-8").splitlines() if not one.startswith(f"{key} =")]
        settings.write_text("\n".join([*kept, f'{key} = "{address}"']), "utf-8")
    run("mail", "send", draft.name, "--round", folder, code=1)
    run("remind", "--round", folder, "--drafts", "imap", code=2)
    run("mail", "check", f"imaps://a:{WRONG}@localhost/INBOX", "--round", folder, code=2)
    settings.unlink()
    printed = "\n".join([*capfd.readouterr(), sent, ledger_text(url)])
    files = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    assert len(files) > 4
    for secret in SECRETS:
        assert secret not in printed
        assert not [path for path, data in files.items() if secret.encode() in data]
