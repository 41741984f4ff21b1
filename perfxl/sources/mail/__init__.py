"""Mails -> their attachments: from files, folders, Maildirs and mailboxes on a server. Independent of rounds."""

from perfxl.sources.mail.attachments import Attachment, Mail
from perfxl.sources.mail.mime import parse
from perfxl.sources.mail.stores import Fetched, MailError, fetch

__all__ = ["Attachment", "Fetched", "Mail", "MailError", "fetch", "parse"]
