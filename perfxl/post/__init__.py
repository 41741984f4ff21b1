"""Letters to the units: written from templates that the clerk can edit, kept as drafts, sent by SMTP."""

from perfxl.post.compose import compose
from perfxl.post.drafts import write_draft
from perfxl.post.letter import KINDS, Letter, Original
from perfxl.post.pace import Pace
from perfxl.post.reasons import Refused
from perfxl.post.smtp import Smtp
from perfxl.post.templates import write_templates

__all__ = ["KINDS", "Letter", "Original", "Pace", "Refused", "Smtp", "compose", "write_draft", "write_templates"]
