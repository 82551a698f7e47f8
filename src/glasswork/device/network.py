"""The network: whether it is metered, as NetworkManager says. Asked only when something is about to be sent."""
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# jeepney carries no types for message bodies.

from contextlib import suppress
from typing import Final

TIMEOUT_S: Final = 2.0

_ANSWERS: Final = {1: True, 2: False, 3: True, 4: False}
"""NMMetered: yes, no, and the two guesses; 0 is unknown (NetworkManager's D-Bus reference)."""


def metered() -> bool | None:
    """Whether the network is metered; None where nobody knows (no NetworkManager, no system bus, no jeepney)."""
    try:
        from jeepney import DBusAddress, MessageType, Properties
        from jeepney.io.blocking import open_dbus_connection
    except ImportError:
        return None
    manager = DBusAddress(
        "/org/freedesktop/NetworkManager", "org.freedesktop.NetworkManager", "org.freedesktop.NetworkManager"
    )
    with suppress(OSError, ValueError, KeyError, EOFError), open_dbus_connection("SYSTEM") as bus:
        reply = bus.send_and_get_reply(Properties(manager).get("Metered"), timeout=TIMEOUT_S)
        if reply.header.message_type is MessageType.method_return:
            return _ANSWERS.get(int(reply.body[0][1]))
    return None
