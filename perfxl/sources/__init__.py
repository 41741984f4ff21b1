"""Where submissions come from: files, folders and archives -> received files."""

from perfxl.sources.folder import Problem, collect
from perfxl.sources.received import Received
from perfxl.sources.rubbish import is_open_elsewhere

__all__ = ["Problem", "Received", "collect", "is_open_elsewhere"]
