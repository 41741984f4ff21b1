"""What is wrong with a round: one sentence in both languages."""

from __future__ import annotations

from perfxl.model import Text


class RoundError(Exception):
    """A round that cannot be used, or a wish that it cannot fulfil; ``reason`` says why."""

    def __init__(self, reason: Text, **values: object) -> None:
        reason = Text(reason.zh.format(**values), reason.en.format(**values)) if values else reason
        super().__init__(reason.en)
        self.reason = reason
