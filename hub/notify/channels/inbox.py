"""The inbox in the hub: the alert stands in it from the commit that raised it; there is nothing to send."""

from datetime import datetime

from hub.notify.channels.base import Channel, Letter


class InboxChannel(Channel):
    """Reached by being in the database: only a delivery that somebody queued again ever comes here."""

    def send(self, letter: Letter, *, at: datetime) -> str:
        return "inbox"

    def destination(self, letter: Letter) -> str:
        return "inbox"
