"""What kind of session this is. On Wayland no program sees the input of another, and X11 sees its own windows alone."""
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportAttributeAccessIssue=false
# xcffib is generated code without types.

import os
from collections.abc import Mapping
from typing import Final

import xcffib
from xcffib import randr

WAYLAND: Final = (
    "This is a Wayland session: no program sees the input of another, so neither keys nor clicks of the desktop are "
    "recorded. What is recorded is what programs tell the accessibility bus (windows, focused elements, structure) and "
    "what the browser extension tells. The indicator is shown through XWayland."
)


def is_wayland(env: Mapping[str, str] = os.environ) -> bool:
    """Whether this session's input goes through a Wayland compositor, whatever X server is there as well."""
    if env.get("WAYLAND_DISPLAY") or env.get("XDG_SESSION_TYPE") == "wayland":
        return True
    if not env.get("DISPLAY"):
        return False
    try:
        x = xcffib.connect(display=env["DISPLAY"])
    except xcffib.ConnectionException:
        return False
    try:
        return is_xwayland(x)
    finally:
        x.disconnect()


def is_xwayland(x: xcffib.Connection) -> bool:
    """Whether an X server is XWayland, by the names of its outputs."""
    if not x.core.QueryExtension(len(randr.key.name), randr.key.name).reply().present:
        return False
    extension, root = x(randr.key), x.setup.roots[x.pref_screen].root
    extension.QueryVersion(1, 5).reply()
    resources = extension.GetScreenResourcesCurrent(root).reply()
    for output in resources.outputs:
        name = extension.GetOutputInfo(output, resources.config_timestamp).reply().name
        if bytes(name.raw).startswith(b"XWAYLAND"):
            return True
    return False
