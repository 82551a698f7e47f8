"""Made Screens: invented windows of six kinds of program, the same for the same seed, as the recorder would keep them.

Boxes are rounded outwards to the grid, as recorded ones are, so that neighbours overlap by a cell. Labels are lost with
the chances that the redactor shows on real interfaces: content always, the program's own words now and then. With
`boxed=False` no node has a box, as in recordings of web pages.
"""

import random
from array import array
from collections.abc import Callable

from glasswork.assemble.render.drawing import painted_flat
from glasswork.assemble.render.drawn import Drawn, Rect
from glasswork.assemble.render.layout import parents
from glasswork.schema.action import GRID, Node, Screen
from glasswork.schema.words import CountBucket
from glasswork.schema.words import Role as R

W, H = 1280, 800
LOST = 0.15
CONTENT = frozenset((R.TEXT, R.CELL, R.GRIDCELL, R.LISTITEM, R.OPTION, R.ROW, R.TREEITEM, R.IMG, R.DOCUMENT, R.STATUS))
Add = Callable[..., None]


def made(seed: int, kind: str = "", boxed: bool = True) -> Screen:
    """One Screen; `kind` is a key of KINDS, by default chosen by the seed."""
    chance = random.Random(seed)
    nodes: list[Node] = []

    def add(role: R, depth: int, label: str, x: float, y: float, w: float, h: float) -> None:
        kept = "" if role in CONTENT or chance.random() < LOST else label
        left, top = int(x * GRID / W), int(y * GRID / H)
        right, bottom = -int(-(x + w) * GRID // W), -int(-(y + h) * GRID // H)
        nodes.append(Node(role, depth, kept, (left, top, right - left, bottom - top) if boxed else None))

    KINDS[kind or chance.choice(list(KINDS))](add, chance)
    return Screen(tuple(nodes), chance.choice(list(CountBucket)))


def _menus(add: Add, depth: int, *labels: str) -> None:
    add(R.MENUBAR, depth, "", 0, 0, W, 26)
    for n, label in enumerate(labels):
        add(R.MENUITEM, depth + 1, label, 4 + 62 * n, 0, 60, 26)


def _tools(add: Add, depth: int, y: int, *labels: str) -> None:
    add(R.TOOLBAR, depth, "", 0, y, W, 40)
    for n, label in enumerate(labels):
        add(R.BUTTON, depth + 1, label, 6 + 84 * n, y + 4, 80, 32)


def editor(add: Add, chance: random.Random) -> None:
    add(R.WINDOW, 0, "", 0, 0, W, H)
    _menus(add, 1, "file", "edit", "search", "view", "document", "help")
    _tools(add, 1, 26, "new", "open", "save", "undo", "redo", "cut", "copy", "paste", "find")
    add(R.TABLIST, 1, "", 0, 66, W, 34)
    for n in range(chance.randint(1, 4)):
        add(R.TAB, 2, "", 180 * n, 66, 178, 34)
    add(R.TEXTBOX, 1, "", 0, 100, W - 16, 672)
    add(R.SCROLLBAR, 1, "", W - 16, 100, 16, 672)
    add(R.STATUS, 1, "", 0, 774, W, 26)
    if chance.random() < 0.4:
        _dialog(add, chance, "save as", ("name", "folder"), ("cancel", "save"))


def _dialog(add: Add, chance: random.Random, title: str, fields: tuple[str, ...], buttons: tuple[str, ...]) -> None:
    x, y, w, h = 360, 220, 560, 110 + 60 * len(fields)
    add(R.DIALOG, 1, title, x, y, w, h)
    for n, field in enumerate(fields):
        add(R.TEXT, 2, "", x + 20, y + 50 + 60 * n, 100, 24)
        add(R.TEXTBOX, 2, field, x + 130, y + 46 + 60 * n, 400, 32)
    for n, button in enumerate(buttons):
        add(R.BUTTON, 2, button, x + w - 110 * (len(buttons) - n), y + h - 48, 100, 34)


def mail(add: Add, chance: random.Random) -> None:
    add(R.WINDOW, 0, "mail", 0, 0, W, H)
    _menus(add, 1, "file", "edit", "view", "message", "help")
    _tools(add, 1, 26, "new message", "reply", "forward", "delete", "print")
    add(R.SEARCHBOX, 2, "search", 980, 30, 280, 32)
    add(R.TREE, 1, "", 0, 66, 220, 708)
    for n in range(chance.randint(6, 14)):
        add(R.TREEITEM, 2, "", 0, 70 + 30 * n, 220, 30)
    add(R.LIST, 1, "", 222, 66, 380, 708)
    for n in range(chance.randint(8, 14)):
        add(R.LISTITEM, 2, "", 222, 66 + 50 * n, 366, 50)
        add(R.CHECKBOX, 3, "", 228, 80 + 50 * n, 22, 22)
    add(R.SCROLLBAR, 1, "", 588, 66, 14, 708)
    add(R.DOCUMENT, 1, "", 604, 66, 676, 708)
    add(R.HEADING, 2, "", 624, 80, 500, 34)
    add(R.TEXT, 2, "", 624, 120, 300, 24)
    add(R.TEXT, 2, "", 624, 170, 630, 480)
    for n, label in enumerate(("reply", "reply all", "forward")):
        add(R.BUTTON, 2, label, 624 + 120 * n, 690, 110, 36)
    add(R.STATUS, 1, "", 0, 776, W, 24)


def page(add: Add, chance: random.Random) -> None:
    add(R.DOCUMENT, 0, "", 0, 0, W, H)
    add(R.REGION, 1, "", 0, 0, W, 60)
    for n, label in enumerate(("home", "orders", "reports", "settings", "help")):
        add(R.LINK, 2, label, 30 + 110 * n, 16, 90, 28)
    add(R.SEARCHBOX, 2, "search", 880, 12, 260, 36)
    add(R.BUTTON, 2, "sign out", 1160, 12, 100, 36)
    add(R.FORM, 1, "", 40, 80, 760, 700)
    add(R.HEADING, 2, "new order", 60, 90, 400, 44)
    for n, label in enumerate(("name", "email", "date", "quantity", "address")[: chance.randint(3, 5)]):
        y = 150 + 64 * n
        add(R.TEXT, 2, "", 60, y + 8, 140, 22)
        add((R.TEXTBOX, R.TEXTBOX, R.TEXTBOX, R.SPINBUTTON, R.COMBOBOX)[n], 2, label, 220, y, 380, 38)
    add(R.GROUP, 2, "", 60, 480, 600, 90)
    for n, label in enumerate(("standard", "express", "")):
        add(R.RADIO, 3, label, 70, 484 + 28 * n, 240, 26)
    add(R.CHECKBOX, 2, "terms", 60, 590, 300, 26)
    add(R.SWITCH, 2, "notifications", 60, 624, 300, 26)
    add(R.BUTTON, 2, "submit", 60, 680, 130, 42)
    add(R.BUTTON, 2, "cancel", 204, 680, 130, 42)
    add(R.REGION, 1, "", 840, 80, 400, 700)
    add(R.IMG, 2, "", 850, 90, 380, 240)
    add(R.TEXT, 2, "", 850, 346, 380, 160)
    for n in range(4):
        add(R.LINK, 2, "", 850, 530 + 34 * n, 220, 26)
    if chance.random() < 0.3:
        add(R.ALERT, 1, "", 40, 60, 1200, 18)


def sheet(add: Add, chance: random.Random) -> None:
    add(R.WINDOW, 0, "", 0, 0, W, H)
    _menus(add, 1, "file", "edit", "view", "insert", "format", "data", "help")
    _tools(add, 1, 26, "save", "undo", "redo", "bold", "italic", "", "", "sort", "filter")
    add(R.COMBOBOX, 1, "", 4, 68, 120, 26)
    add(R.TEXTBOX, 1, "", 130, 68, 1140, 26)
    add(R.TABLE, 1, "", 0, 98, W, 650)
    for c in range(12):
        add(R.COLUMNHEADER, 2, "", 40 + 100 * c, 98, 100, 26)
    for r in range(chance.randint(10, 20)):
        add(R.ROW, 2, "", 0, 124 + 30 * r, W, 30)
        for c in range(12):
            add(R.CELL, 3, "", 40 + 100 * c, 124 + 30 * r, 100, 30)
    add(R.TABLIST, 1, "", 0, 750, 600, 28)
    for n in range(3):
        add(R.TAB, 2, "", 40 + 110 * n, 750, 108, 28)
    add(R.STATUS, 1, "", 0, 778, W, 22)


def files(add: Add, chance: random.Random) -> None:
    add(R.WINDOW, 0, "files", 0, 0, W, H)
    add(R.MENUBAR, 1, "", 0, 0, W, 26)
    add(R.MENU, 2, "file", 4, 0, 60, 26)
    for n, label in enumerate(("new folder", "open", "rename", "properties", "close")):
        add(R.MENUITEM, 3, label, 4, 27 + 28 * n, 230, 28)
    for n, label in enumerate(("edit", "view", "go", "help")):
        add(R.MENU, 2, label, 66 + 62 * n, 0, 60, 26)
    _tools(add, 1, 26, "back", "forward", "", "", "reload")
    add(R.LISTBOX, 1, "", 0, 66, 200, 710)
    for n in range(9):
        add(R.OPTION, 2, "", 0, 70 + 32 * n, 200, 32)
    add(R.GRID, 1, "", 202, 66, 1064, 710)
    for n in range(chance.randint(10, 20)):
        x, y = 212 + 150 * (n % 7), 76 + 150 * (n // 7)
        add(R.GRIDCELL, 2, "", x, y, 140, 140)
        add(R.IMG, 3, "", x + 34, y + 8, 72, 72)
        add(R.TEXT, 3, "", x + 10, y + 100, 120, 24)
    add(R.SCROLLBAR, 1, "", 1266, 66, 14, 710)
    add(R.STATUS, 1, "", 0, 778, W, 22)


def settings(add: Add, chance: random.Random) -> None:
    add(R.WINDOW, 0, "settings", 0, 0, W, H)
    add(R.TABLIST, 1, "", 0, 0, W, 40)
    for n, label in enumerate(("general", "appearance", "privacy", "advanced")):
        add(R.TAB, 2, label, 10 + 150 * n, 0, 148, 40)
    add(R.TABPANEL, 1, "", 0, 40, W, 690)
    for n in range(6):
        add(R.CHECKBOX, 2, chance.choice(("notifications", "sound", "updates", "")), 30, 60 + 40 * n, 320, 30)
    add(R.SLIDER, 2, "volume", 30, 320, 320, 30)
    add(R.PROGRESSBAR, 2, "", 30, 370, 320, 18)
    add(R.SEPARATOR, 2, "", 30, 400, 600, 6)
    for n, label in enumerate(("language", "theme", "size")):
        add(R.TEXT, 2, "", 30, 426 + 50 * n, 140, 26)
        add(R.COMBOBOX, 2, label, 180, 420 + 50 * n, 300, 34)
    add(R.TERMINAL, 2, "", 700, 60, 540, 640)
    add(R.BUTTON, 1, "cancel", 1000, 745, 120, 40)
    add(R.BUTTON, 1, "apply", 1140, 745, 120, 40)


KINDS: dict[str, Callable[[Add, random.Random], None]] = {
    "editor": editor, "mail": mail, "page": page, "sheet": sheet, "files": files, "settings": settings,
}  # fmt: skip


Edges = tuple[int, int, int, int]
"""The first column, first row, last column and last row in which something was painted."""


def painted(screen: Screen, size: tuple[int, int], theme: str, seed: int) -> dict[int, Edges]:
    """Where the pixels of each node, and of what lies in it, are: by painting each node in a colour of its own.

    What lies in a node counts as its own, since it may cover all of it.
    """
    found: dict[int, Edges] = {}
    known: dict[bytes, dict[int, tuple[int, int]]] = {}  # most rows of a picture are there many times
    for y, row in enumerate(painted_flat(screen, size, theme, seed)):
        if row not in known:
            columns: dict[int, tuple[int, int]] = {}
            for x, node in enumerate(array("i", row)):
                columns[node] = (columns[node][0] if node in columns else x, x)
            known[row] = columns
        for node, (first, last) in known[row].items():
            found[node] = _joined(found.get(node), (first, y, last, y))
    return found


def box_errors(screen: Screen, drawn: Drawn, size: tuple[int, int], theme: str, seed: int) -> dict[int, int]:
    """By how many pixels the box of each node is off from what was painted of it and of what lies within its box.

    A node that shows and was not painted, or was painted and does not show, is off by the whole picture.
    """
    edges = painted(screen, size, theme, seed)
    whole = max(size)
    off: dict[int, int] = {}
    for node, box in enumerate(drawn.boxes):
        if box is None:
            off[node] = whole if node in edges else 0
            continue
        seen: Edges | None = edges.get(node)
        for other, inner in enumerate(drawn.boxes):
            if inner is not None and other in edges and other != node and box.covers(inner):
                seen = _joined(seen, edges[other])
        if seen is None:
            off[node] = whole
        else:
            off[node] = max(abs(a - b) for a, b in zip(seen, _edges(box), strict=True))
    return off


def _edges(box: Rect) -> Edges:
    return (box.x, box.y, box.right - 1, box.bottom - 1)


def _joined(one: Edges | None, other: Edges) -> Edges:
    if one is None:
        return other
    return (min(one[0], other[0]), min(one[1], other[1]), max(one[2], other[2]), max(one[3], other[3]))


def is_within(screen: Screen, node: int, outer: int) -> bool:
    """Whether a node is `outer` or somewhere below it: a click on it is a click on `outer`."""
    up = parents(screen)
    while node not in (outer, -1):
        node = up[node]
    return node == outer
