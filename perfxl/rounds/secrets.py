"""Passwords: from the environment, from the system's keyring, or typed in. They are kept nowhere else."""

from __future__ import annotations

import os
from collections.abc import Callable
from urllib.parse import unquote, urlsplit

#: under what the keyring has them
SERVICE = "perfxl"
DATABASE, MAIL = "PERFXL_DATABASE_PASSWORD", "PERFXL_MAIL_PASSWORD"


def secret(variable: str, account: str, ask: Callable[[str], str] | None = None) -> str | None:
    """The password of an account: the environment's ``variable``, the keyring's, or what ``ask(account)`` gives."""
    found = os.environ.get(variable) or _from_keyring(account)
    if found is None and ask is not None:
        found = ask(account)
    return found


def _from_keyring(account: str) -> str | None:
    import keyring
    from keyring.errors import KeyringError

    try:
        return keyring.get_password(SERVICE, account)
    except KeyringError:  # a machine without one, or one that is locked
        return None


def account_of(url: str) -> str:
    """``user@host`` of a server's address: what its password belongs to."""
    parts = urlsplit(url)
    return f"{unquote(parts.username or '')}@{parts.hostname or ''}"
