"""Keys for the whole screen under Wayland, through the desktop portal (org.freedesktop.portal.GlobalShortcuts).

The desktop asks the user, may give another key than the one proposed, and tells no Escape.
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable, Mapping
from typing import Any

from jeepney import DBusAddress, HeaderFields, MatchRule, Message, MessageType, message_bus, new_method_call
from jeepney.io.blocking import Proxy, open_dbus_connection

from app.capture.hot_keys.keys import HotKeyError, Key
from app.capture.hot_keys.listening import KeyEvent, KeyMoment

_BUS = "org.freedesktop.portal.Desktop"
_PATH = "/org/freedesktop/portal/desktop"
_SHORTCUTS = "org.freedesktop.portal.GlobalShortcuts"
_REQUEST = "org.freedesktop.portal.Request"
_MODIFIERS = {"Ctrl": "CTRL", "Alt": "ALT", "Shift": "SHIFT", "Meta": "LOGO"}
_ANSWER_LIMIT_S = 5.0
_USER_LIMIT_S = 300.0  # the desktop shows a dialog
_END_LOOK_S = 0.2


class PortalHotKeys:
    """As HotKeys says."""

    def __init__(self, keys: Mapping[str, Key], listener: Callable[[KeyEvent], None]) -> None:
        self._listener = listener
        self._is_closed = threading.Event()
        try:
            self._bus = open_dbus_connection("SESSION")
        except (OSError, KeyError) as error:
            raise _no_portal() from error
        try:
            self._session = self._make_session()
            self._bind(keys)
        except HotKeyError:
            self._bus.close()
            raise
        except (OSError, TimeoutError) as error:
            self._bus.close()
            raise _no_portal() from error
        self._thread = threading.Thread(target=self._listen, name="hot keys", daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._is_closed.set()
        self._thread.join()

    def _make_session(self) -> str:
        options = {"session_handle_token": ("s", _token())}
        results = self._request("CreateSession", "a{sv}", (), options)
        return str(results["session_handle"][1])

    def _bind(self, keys: Mapping[str, Key]) -> None:
        shortcuts = [
            (name, {"description": ("s", f"Otoscribe: {name}"), "preferred_trigger": ("s", _trigger(key))})
            for name, key in keys.items()
        ]
        rule = MatchRule(type="signal", interface=_SHORTCUTS, path=_PATH)
        Proxy(message_bus, self._bus, timeout=_ANSWER_LIMIT_S).AddMatch(rule)
        self._request("BindShortcuts", "oa(sa{sv})sa{sv}", (self._session, shortcuts, ""), {})

    def _request(self, method: str, signature: str, values: tuple[Any, ...], options: dict[str, Any]) -> dict[str, Any]:
        """Calls a method of the portal and waits for the answer, which comes as a signal of its own."""
        rule = MatchRule(type="signal", interface=_REQUEST, member="Response")
        Proxy(message_bus, self._bus, timeout=_ANSWER_LIMIT_S).AddMatch(rule)
        options = {"handle_token": ("s", _token()), **options}
        address = DBusAddress(_PATH, bus_name=_BUS, interface=_SHORTCUTS)
        with self._bus.filter(rule, bufsize=16) as answers:
            call = new_method_call(address, method, signature, (*values, options))
            reply = self._bus.send_and_get_reply(call, timeout=_ANSWER_LIMIT_S)
            if reply.header.message_type == MessageType.error:
                raise _no_portal()
            while True:
                answer = self._bus.recv_until_filtered(answers, timeout=_USER_LIMIT_S)
                if answer.header.fields[HeaderFields.path] == reply.body[0]:
                    break
        status, results = answer.body
        if status != 0:
            raise HotKeyError("The desktop did not give the key", "Choose it again and allow it when you are asked.")
        return dict(results)

    def _listen(self) -> None:
        while not self._is_closed.is_set():
            try:
                self._tell(self._bus.receive(timeout=_END_LOOK_S))
            except TimeoutError:
                continue
            except (ConnectionError, OSError):
                return  # the desktop's session is over
        self._bus.close()

    def _tell(self, message: Message) -> None:
        fields = message.header.fields
        moments = {"Activated": KeyMoment.DOWN, "Deactivated": KeyMoment.UP}
        moment = moments.get(fields.get(HeaderFields.member, ""))
        if moment is None or fields.get(HeaderFields.interface) != _SHORTCUTS:
            return
        session, name, at_ms, _options = message.body
        if session == self._session:
            self._listener(KeyEvent(name, moment, at_ms / 1000))


def _trigger(key: Key) -> str:
    """As the XDG specification of shortcuts writes keys: CTRL+ALT+d."""
    name = key.name.lower() if len(key.name) == 1 else {"Pause": "Pause", "ScrollLock": "Scroll_Lock"}.get(key.name)
    modifiers = [_MODIFIERS[modifier] for modifier in _MODIFIERS if modifier in key.modifiers]
    return "+".join([*modifiers, name or key.name])


def _token() -> str:
    return f"otoscribe{secrets.token_hex(8)}"


def _no_portal() -> HotKeyError:
    return HotKeyError(
        "This desktop gives programs no keys for the whole screen",
        "Use the keys of Otoscribe's window, or a pedal.",
    )
