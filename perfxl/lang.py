"""Text for people, in Chinese and in English, kept beside the code that says it."""

from __future__ import annotations

from typing import Literal, NamedTuple

Lang = Literal["zh", "en"]


class Text(NamedTuple):
    """One sentence in both languages; Chinese is the default everywhere.

    ``Text("共 {n} 行", "{n} rows").say("en", n=3)`` fills the sentence of one language.
    """

    zh: str
    en: str

    def say(self, lang: Lang, **values: object) -> str:
        """Fill the sentence of one language with the values; a missing name raises ``KeyError``."""
        template = self.zh if lang == "zh" else self.en
        return template.format(**values) if values else template
