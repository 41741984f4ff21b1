"""Where submissions come from: files, folders, archives and saved mails -> received files."""

from perfxl.sources.folder import Problem, collect
from perfxl.sources.received import Received, is_open_elsewhere

__all__ = ["Problem", "Received", "collect", "is_open_elsewhere"]
