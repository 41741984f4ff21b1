"""Where submissions come from: files, folders and archives -> received files."""

from perfxl.sources.folder import Problem, collect
from perfxl.sources.received import Received

__all__ = ["Problem", "Received", "collect"]
