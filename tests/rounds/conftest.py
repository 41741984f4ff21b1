"""The servers of other tests are used here too: the mailbox's and the one that sends."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path += [str(Path(__file__).parents[1] / name) for name in ("sources", "letters")]
