"""Where submissions come from: files and folders -> received files."""

from perfxl.sources.folder import Problem, Received, collect

__all__ = ["Problem", "Received", "collect"]
