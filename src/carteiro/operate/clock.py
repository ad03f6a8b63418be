"""The time of day against the one that only counts on, to see that somebody set the clock."""

import time

_SLACK_SECONDS = 1.0


class Clock:
    """Remembers how far the two were apart when it was last asked."""

    def __init__(self) -> None:
        self._apart = self._now()

    def was_set_back(self) -> bool:
        """Whether the time of day fell behind since the last question; NTP's small steps do not count."""
        before, self._apart = self._apart, self._now()
        return self._apart < before - _SLACK_SECONDS

    def _now(self) -> float:
        return time.time() - time.monotonic()
