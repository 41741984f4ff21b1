"""How fast letters may go: mail services lock an account that sends too many a minute."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable


class Pace:
    """At most ``per_minute`` letters in any minute; ``wait`` before each one.

    ``clock`` gives seconds that never run back, ``sleep`` waits for some. Raises ``ValueError`` for less than one.
    """

    def __init__(
        self,
        per_minute: int,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        if per_minute < 1:
            raise ValueError("at least one letter a minute")
        self._clock, self._sleep = clock, sleep
        self._sent: deque[float] = deque(maxlen=per_minute)

    def wait(self) -> None:
        """Wait until the next letter may go."""
        if len(self._sent) == self._sent.maxlen:
            rest = self._sent[0] + 60 - self._clock()
            if rest > 0:
                self._sleep(rest)
        self._sent.append(self._clock())
