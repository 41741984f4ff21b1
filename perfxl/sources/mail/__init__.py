"""Mail -> what came with it: from files, folders, Maildirs and mailboxes on a server. It knows nothing of rounds."""

from perfxl.sources.mail.errors import MailError
from perfxl.sources.mail.message import Attachment, Mail
from perfxl.sources.mail.parse import parse
from perfxl.sources.mail.stores import Fetched, fetch

__all__ = ["Attachment", "Fetched", "Mail", "MailError", "fetch", "parse"]
