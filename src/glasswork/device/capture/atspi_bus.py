"""The accessibility bus: calls sent together, answered within a deadline; notices kept for later.

A program that hangs answers nothing. Every call therefore has a deadline, and an answer that comes after it is
thrown away.
"""
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportPrivateImportUsage=false
# jeepney carries no types for message bodies, which are whatever the sender put in.

import select
import socket
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from itertools import count
from typing import Any, Final, NamedTuple

from jeepney import DBusAddress, HeaderFields, Message, MessageType, Parser, new_method_call
from jeepney.bus import get_connectable_addresses
from jeepney.io.blocking import DBusConnection, prep_socket

CONNECT_S: Final = 2.0
"""How long the bus may take to start; a desktop without one is recorded without elements."""


class Ref(NamedTuple):
    """An accessible object: the program's name on the bus and the object's path."""

    bus: str
    path: str


class Signal(NamedTuple):
    """A notice: `name` is interface and member, as "Object.StateChanged"; `detail` its first two fields."""

    ref: Ref
    name: str
    detail: tuple[str, int]
    arrived: float  # time.monotonic()


class Call(NamedTuple):
    """A method to be called on an object."""

    ref: Ref
    interface: str
    method: str
    signature: str = ""
    body: tuple[Any, ...] = ()


ACCESSIBLE: Final = "org.a11y.atspi.Accessible"
DRIVER: Final = Ref("org.freedesktop.DBus", "/org/freedesktop/DBus")
REGISTRY: Final = Ref("org.a11y.atspi.Registry", "/org/a11y/atspi/registry")
DESKTOP: Final = Ref("org.a11y.atspi.Registry", "/org/a11y/atspi/accessible/root")

# What an answer must look like. A program that answers otherwise is as good as silent.
_ANSWERS: Final = {
    "Get": "v",
    "GetAccessibleAtPoint": "(so)",
    "GetAttributeValue": "s",
    "GetAttributes": "a{ss}",
    "GetChildren": "a(so)",
    "GetConnectionUnixProcessID": "u",
    "GetExtents": "(iiii)",
    "GetKeyBinding": "s",
    "GetRelationSet": "a(ua(so))",
    "GetRole": "u",
    "GetState": "au",
    "AddMatch": None,
    "RemoveMatch": None,
    "Hello": "s",
    "RegisterEvent": None,
}
_PROPERTIES: Final = {"ChildCount": "i", "Name": "s", "Parent": "(so)"}

_SERIAL_AT: Final = 8  # where a message's number stands in it (D-Bus specification, "Message Format")

_EVENTS: Final = ("object:state-changed:focused", "focus:")
_MATCHES: Final = (
    "type='signal',interface='org.a11y.atspi.Event.Object',member='StateChanged',arg0='focused'",
    "type='signal',interface='org.a11y.atspi.Event.Focus'",
)


class Bus:
    """A connection to the accessibility bus, subscribed to changes of focus."""

    def __init__(self, session: DBusConnection, sock: socket.socket, restore: bool) -> None:
        self._session = session
        self._sock = sock
        self._restore = restore  # accessibility was off before us
        self._parser = Parser()
        self._serials = count(1)
        self._signals: list[Signal] = []
        self.ended = False
        """Whether the bus is gone; it then answers nothing and has no notices."""

    def fileno(self) -> int:
        """The socket to wait on."""
        return self._sock.fileno()

    def close(self) -> None:
        """Disconnect, and switch accessibility off again if it was off before."""
        if self._restore:
            with suppress(OSError):  # the session may have ended, and with it the setting
                self._session.send(_status("Set", "ssv", ("org.a11y.Status", "IsEnabled", ("b", False))))
        self._session.close()
        self._sock.close()

    def call(self, calls: Sequence[Call], deadline: float) -> list[tuple[Any, ...] | None]:
        """Send all `calls` at once; their answers in order, None for what failed, was late or had an odd form.

        The value of a property comes without its variant around it. `deadline` is on `time.monotonic()`.
        """
        asked = {next(self._serials): call for call in calls}
        answers: dict[int, tuple[Any, ...]] = {}
        data = {serial: _serialise(call, serial) for serial, call in asked.items()}
        missing = {serial for serial, one in data.items() if one}
        try:
            self._sock.sendall(b"".join(data.values()))
        except OSError:
            self.ended = True
        while missing and self._readable(deadline):
            for message in self._read():
                serial = message.header.fields.get(HeaderFields.reply_serial)
                if serial in missing:
                    missing.remove(serial)
                    answer = _answer(asked[serial], message)
                    if answer is not None:
                        answers[serial] = answer
        return [answers.get(serial) for serial in asked]

    def listen(self, rules: Sequence[str], events: Sequence[str]) -> bool:
        """Have programs send `events`, and the bus pass on what matches one of `rules`. False if it is too late."""
        calls = [Call(DRIVER, DRIVER.bus, "AddMatch", "s", (rule,)) for rule in rules]
        calls += [Call(REGISTRY, REGISTRY.bus, "RegisterEvent", "s", (name,)) for name in events]
        return None not in self.call(calls, time.monotonic() + CONNECT_S)

    def ignore(self, rule: str) -> None:
        """No longer pass on what matches this rule."""
        self.call([Call(DRIVER, DRIVER.bus, "RemoveMatch", "s", (rule,))], time.monotonic() + CONNECT_S)

    def signals(self) -> list[Signal]:
        """The notices that have arrived, without waiting."""
        while self._readable(0.0):
            self._read()
        found, self._signals = self._signals, []
        return found

    def waiting(self) -> bool:
        """Whether notices were read along with the answer to a call and not yet asked for."""
        return bool(self._signals)

    def _readable(self, deadline: float) -> bool:
        patience = max(0.0, deadline - time.monotonic())
        return not self.ended and bool(select.select((self._sock,), (), (), patience)[0])

    def _read(self) -> list[Message]:
        try:
            data = self._sock.recv(1 << 16)
        except OSError:
            data = b""
        self.ended = not data
        replies: list[Message] = []
        for message in self._parser.feed(data):
            if message.header.message_type is not MessageType.signal:
                replies.append(message)
            elif message.header.fields.get(HeaderFields.interface, "").startswith("org.a11y.atspi.Event."):
                self._signals.append(_signal(message))
        return replies


def connect(env: Mapping[str, str]) -> Bus | None:
    """Join the accessibility bus of the session in `env`, switching it on if need be. None if there is none."""
    address = env.get("DBUS_SESSION_BUS_ADDRESS", "")
    try:
        session = DBusConnection(_socket(address))
        try:
            where = _ask(session, new_method_call(_A11Y, "GetAddress"))
            enabled = _ask(session, _status("Get", "ss", ("org.a11y.Status", "IsEnabled")))
            _ask(session, _status("Set", "ssv", ("org.a11y.Status", "IsEnabled", ("b", True))))
            bus = Bus(session, _socket(where[0]), restore=not enabled[0][1])
        except BaseException:
            session.close()
            raise
        # Programs offer their cache and send notices only once somebody has registered for them.
        hello = [Call(DRIVER, DRIVER.bus, "Hello")]
        if None in bus.call(hello, time.monotonic() + CONNECT_S) or not bus.listen(_MATCHES, _EVENTS):
            bus.close()
            return None
        return bus
    except (OSError, RuntimeError, ValueError, LookupError):  # no bus, not allowed, not speaking AT-SPI
        return None


_A11Y: Final = DBusAddress("/org/a11y/bus", "org.a11y.Bus", "org.a11y.Bus")


def _status(method: str, signature: str, body: tuple[Any, ...]) -> Message:
    properties = DBusAddress("/org/a11y/bus", "org.a11y.Bus", "org.freedesktop.DBus.Properties")
    return new_method_call(properties, method, signature, body)


def _ask(session: DBusConnection, message: Message) -> tuple[Any, ...]:
    reply = session.send_and_get_reply(message, timeout=CONNECT_S)
    if reply.header.message_type is not MessageType.method_return:
        raise ConnectionError("the session has no accessibility bus")
    return reply.body


def _socket(address: str) -> socket.socket:
    return prep_socket(next(iter(get_connectable_addresses(address))), timeout=CONNECT_S)


def _serialise(call: Call, serial: int) -> bytes:
    message = _serialised(call)
    return message[:_SERIAL_AT] + serial.to_bytes(4, "little") + message[_SERIAL_AT + 4 :] if message else b""


@lru_cache(maxsize=64)  # while somebody types, the same question is asked again and again
def _serialised(call: Call) -> bytes:
    try:
        address = DBusAddress(call.ref.path, call.ref.bus, call.interface)
    except ValueError:  # a program named an object that cannot be
        return b""
    return new_method_call(address, call.method, call.signature or None, call.body).serialise(1)


def _answer(call: Call, message: Message) -> tuple[Any, ...] | None:
    header = message.header
    if header.message_type is not MessageType.method_return:
        return None
    if header.fields.get(HeaderFields.signature) != _ANSWERS[call.method]:
        return None
    if call.method == "Get":
        signature, value = message.body[0]
        return (value,) if signature == _PROPERTIES[call.body[1]] else None
    return message.body or ()


def _signal(message: Message) -> Signal:
    fields, body = message.header.fields, message.body
    interface: str = fields[HeaderFields.interface]
    known = str(fields.get(HeaderFields.signature, "")).startswith("si")
    detail = (body[0], body[1]) if known else ("", 0)
    ref = Ref(fields[HeaderFields.sender], fields[HeaderFields.path])
    return Signal(ref, f"{interface.rsplit('.', 1)[1]}.{fields[HeaderFields.member]}", detail, time.monotonic())
