"""Where submissions come from: files, folders, archives and saved mails -> received files."""

from perfxl.sources.folder import Problem, collect
from perfxl.sources.received import NOT_THERE, Received, is_open_elsewhere

__all__ = ["NOT_THERE", "Problem", "Received", "collect", "is_open_elsewhere"]
