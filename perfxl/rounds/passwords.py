"""Passwords of databases and mail accounts: from the environment, the system's keyring or the clerk, stored nowhere."""

from __future__ import annotations

import os
from collections.abc import Callable

#: the service of the keyring, and the variables of the environment, that have the passwords
KEYRING_SERVICE = "perfxl"
DATABASE_PASSWORD, MAIL_PASSWORD = "PERFXL_DATABASE_PASSWORD", "PERFXL_MAIL_PASSWORD"


def find_password(variable: str, account: str, ask: Callable[[str], str] | None = None) -> str | None:
    """The password of an account: the environment's ``variable``, the keyring's, or what ``ask(account)`` returns."""
    found = os.environ.get(variable) or _from_keyring(account)
    if found is None and ask is not None:
        found = ask(account)
    return found


def _from_keyring(account: str) -> str | None:
    import keyring
    from keyring.errors import KeyringError

    try:
        return keyring.get_password(KEYRING_SERVICE, account)
    except KeyringError:  # a machine without one, or one that is locked
        return None
