"""Screens without pixels: a Screen becomes a picture of an interface, with the box of every element in it.

draw(screen, size=…, theme=…)    a PNG and the boxes, in pixels
element_at(drawn, x, y)          which element a click there hits
contact_sheet(example, …)        the steps of an example on one picture

The steps: `words` says what is written, `layout` (with `apart` and `flow`) where everything lies, `widgets` (with
`icons`, on a `canvas`, in one of the `themes`) how it looks. Needs the extra `render`; importing this needs nothing.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from glasswork.assemble.render.drawing import draw
    from glasswork.assemble.render.drawn import Drawn, element_at
    from glasswork.assemble.render.sheet import contact_sheet
    from glasswork.assemble.render.themes import THEMES

__all__ = ["THEMES", "Drawn", "contact_sheet", "draw", "element_at"]

_HOME = {"draw": "drawing", "Drawn": "drawn", "element_at": "drawn", "contact_sheet": "sheet", "THEMES": "themes"}


def __getattr__(name: str) -> Any:
    """Import the home of a public name when it is first asked for: only drawing needs Pillow."""
    if name in _HOME:
        return getattr(import_module(f"glasswork.assemble.render.{_HOME[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
