"""The round (批次): one collection of returns, from the first mail to the summary, in a folder with a ledger."""

from perfxl.rounds.folder import Round, RoundError, create, open_round

__all__ = ["Round", "RoundError", "create", "open_round"]
