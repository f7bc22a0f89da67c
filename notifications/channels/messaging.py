"""Chat and text message services, through apprise: those alone that the administrator has named."""

from __future__ import annotations

from collections.abc import Collection

import apprise

from notifications.channels.channel import CannotDeliver, Message

NAME = "messaging"
# They call any address, or act on this machine; the webhook channel calls addresses, and checks them first.
NEVER = frozenset(
    (
        "apprise",
        "apprises",
        "dbus",
        "form",
        "forms",
        "glib",
        "gnome",
        "http",
        "https",
        "json",
        "jsons",
        "kde",
        "macosx",
        "mailto",
        "mailtos",
        "qt",
        "rsyslog",
        "syslog",
        "windows",
        "workflow",
        "workflows",
        "xml",
        "xmls",
    )
)


class MessagingChannel:
    """Sends one message through the service that an address names, such as `tgram://…`.

    apprise waits 4 s for each piece of an answer.
    """

    def __init__(self, services: Collection[str]) -> None:
        self._services = frozenset(services) - NEVER

    def send(self, message: Message) -> None:
        """Hand a message to the service. Raises CannotDeliver; permanent where the address cannot be used."""
        service = message.address.partition("://")[0].lower()
        if service not in self._services:
            raise CannotDeliver("this messaging service is not allowed here", permanent=True)
        sender = apprise.Apprise()
        if not sender.add(message.address):
            raise CannotDeliver("this is no address of the messaging service", permanent=True)
        if not sender.notify(title=message.subject, body=message.text):
            raise CannotDeliver("the messaging service did not take it")
