"""Logs behind a journal whose database is away whenever something is told, and back before anything is asked."""

from contextlib import suppress

from adapters.outbox.drain import Drain
from delay_core.errors import StoreError


class AwayError(StoreError):
    """The database of another writer has no connection at this moment."""


class Away:
    """A log that answers only while it is not `away`."""

    def __init__(self, log):
        self._log = log
        self.away = False

    def __getattr__(self, name):
        asked = getattr(self._log, name)

        def ask(*arguments):
            if self.away:
                raise AwayError("is the server up?")
            return asked(*arguments)

        return ask


class Drained:
    """What is told goes through the journal; it is drained before the call returns."""

    def __init__(self, journal, kind, stored):
        self._inner = Away(stored)
        self._journal = journal
        self._log = kind(self._journal, self._inner)
        self._told = ("append", "append_once")

    def __getattr__(self, name):
        return self._through(getattr(self._log, name)) if name in self._told else getattr(self._log, name)

    def _through(self, tell):
        def told(*arguments):
            self._inner.away = True
            try:
                return tell(*arguments)
            finally:
                self._inner.away = False
                drain(self._journal)

        return told


def drain(journal):
    """As its thread does, until nothing waits; it retries while another writer has the database away."""
    work = Drain(journal.file)
    for lane in journal._lanes.values():
        waiting = True
        while waiting:
            with suppress(AwayError):
                waiting = work.turn(lane)
