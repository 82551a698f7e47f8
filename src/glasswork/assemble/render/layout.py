"""Layout: a place in the picture for every node of a Screen.

A node that has a box is placed by it. Boxes are on a coarse grid and were taken from real windows, so neighbours touch
the same cells and panes lie over each other. Here everything is made to nest: what leaves its parent is clipped, a pane
that holds its neighbour becomes what the neighbour is drawn on, and what still overlaps is trimmed. Dialogs and
drop-downs lie on top, and what they cover no longer shows. So no element hides another, and a click in its middle
reaches it.
"""

from collections import Counter
from collections.abc import Sequence
from typing import Final, NamedTuple

from glasswork.assemble.render.apart import LEAST, beside, hosts, is_seen, trimmed
from glasswork.assemble.render.drawn import Rect
from glasswork.assemble.render.flow import Sizes, flow
from glasswork.assemble.render.kinds import CHOICES, FRAMED, OPENERS, OVERLAYS, PASSIVE
from glasswork.schema.action import GRID, Node, Screen
from glasswork.schema.words import Role as R

IMAGE: Final = -1
"""The parent of the nodes that have none: the picture."""

_TITLED: Final = frozenset((R.WINDOW, R.DIALOG, R.ALERTDIALOG))
_BARRED: Final = frozenset((R.MENUBAR, R.MENU, R.TOOLBAR))


class Plan(NamedTuple):
    """Where everything is drawn. `places` and `on` have one entry a node.

    `on` is the node that each is drawn on (IMAGE for none, and for what lies in a drop-down); `order` has the nodes in
    painting order (those without a place are not painted). `titles` are the heights of title bars. `panels` are the
    drop-downs, by the position in `order` before which they are painted. `inert` nodes are painted as a part of what
    they are on: something lies on their middle, so that they cannot be used.
    """

    places: list[Rect | None]
    on: list[int]
    order: list[int]
    titles: dict[int, int]
    panels: dict[int, Rect]
    inert: set[int]


def parents(screen: Screen) -> list[int]:
    """The parent of each node: the nearest node before it that is less deep, IMAGE where there is none."""
    found: list[int] = []
    line: list[int] = []
    for number, node in enumerate(screen.nodes):
        while line and screen.nodes[line[-1]].depth >= node.depth:
            line.pop()
        found.append(line[-1] if line else IMAGE)
        line.append(number)
    return found


def layout(screen: Screen, labels: Sequence[str], width: int, height: int, sizes: Sizes) -> Plan:
    """The Plan of a Screen at a size in pixels; `labels` are what will be drawn, they decide how wide things are."""
    return _Layout(screen, labels, Rect(0, 0, width, height), sizes).run()


class _Layout:
    """The state of laying out one Screen."""

    def __init__(self, screen: Screen, labels: Sequence[str], image: Rect, sizes: Sizes) -> None:
        self.roles = [node.role for node in screen.nodes]
        self.labels = labels
        self.image = image
        self.sizes = sizes
        self.up = parents(screen)
        self.below: dict[int, list[int]] = {}
        for number, parent in enumerate(self.up):
            self.below.setdefault(parent, []).append(number)
        self.wanted = [_scaled(node, image) for node in screen.nodes]
        self.plan = Plan([None] * len(screen.nodes), [IMAGE] * len(screen.nodes), [], {}, {}, set())
        self.guests: dict[int, list[int]] = {}  # what is drawn on a node besides its children
        self.lifted: list[tuple[int, list[int]]] = []  # a node, and which of its children lie on top of everything

    def run(self) -> Plan:
        roots = self.below.get(IMAGE, [])
        if len(roots) == 1:
            self.plan.places[roots[0]] = self._root(roots[0])
            self._paint(IMAGE, roots)
        else:
            self._paint(IMAGE, self._settle(R.NONE, roots, self.image))
        while self.lifted:
            self._lay_over(*self.lifted.pop(0))
        return self.plan

    def _root(self, root: int) -> Rect:
        """Where its box says; a window without one fills the picture, a dialog stands in the middle of it."""
        wanted = self.wanted[root]
        if wanted is not None and is_seen(wanted):
            return wanted
        return _middle(self.image) if self.roles[root] in OVERLAYS else self.image

    def _paint(self, on: int, nodes: list[int]) -> None:
        """Put these nodes, which have places, and everything below them into the order, parents first."""
        todo = [(node, on) for node in reversed(nodes)]
        while todo:
            node, on = todo.pop()
            self.plan.on[node] = on
            self.plan.order.append(node)
            area = self.plan.places[node]
            assert area is not None
            inside = self._inside(node, area)
            room = self._room(node, inside, area)
            settled = self._settle(self.roles[node], inside + self.guests.pop(node, []), room)
            todo += [(child, node) for child in reversed(settled)]

    def _inside(self, node: int, area: Rect) -> list[int]:
        """The children that lie in it. Dialogs and the choices of an opener are put off: they lie on top."""
        children = self.below.get(node, [])
        dialogs = [n for n in children if self.roles[n] in OVERLAYS]
        choices: list[int] = []
        if self.roles[node] in OPENERS:
            choices = [n for n in children if self.roles[n] in CHOICES and not self._holds(node, area, n)]
        if not dialogs and not choices:
            return children
        self.lifted += [(node, [n]) for n in dialogs]
        if choices and (self.roles[node] is not R.COMBOBOX or any(self.wanted[n] for n in choices)):
            self.lifted.append((node, choices))  # a list of which nothing has a box is closed
        return [n for n in children if n not in dialogs and n not in choices]

    def _holds(self, node: int, area: Rect, child: int) -> bool:
        """Whether a choice lies in the opener itself: its box says so, or the opener is a menu that hangs nowhere."""
        wanted = self.wanted[child]
        if wanted is not None:
            return area.holds(*wanted.centre)
        hangs = self.up[node] != IMAGE and self.roles[self.up[node]] in _BARRED
        return self.roles[node] is R.MENU and not hangs

    def _room(self, node: int, inside: list[int], area: Rect) -> Rect:
        """Its area without its frame and the title bar, which it has where no box of a child is in the way."""
        bar = self.sizes.row
        if self.roles[node] in FRAMED and min(area.w, area.h) > 4 * LEAST:
            area = area.inset(*[self.sizes.edge] * 4)
        if self.roles[node] not in _TITLED or area.h < 4 * bar or area.w < 4 * bar:
            return area
        tops = [wanted.y for n in inside if (wanted := self.wanted[n]) is not None]
        title = min(bar, min(tops, default=area.bottom) - area.y)
        if title < bar * 2 // 3:
            return area
        self.plan.titles[node] = title + self.sizes.edge
        return area.inset(0, title, 0, 0)

    def _settle(self, role: R, nodes: list[int], area: Rect) -> list[int]:
        """Give each node a place in the area of an element of that role. Returns those that are drawn right on it.

        The others have no place, or lie on one of these and wait until it is painted.
        """
        placed: dict[int, Rect] = {}
        for n in nodes:
            wanted = self.wanted[n]
            if wanted is not None and is_seen(wanted := wanted.clip(area)):
                placed[n] = wanted
        numbers = list(placed)
        on = hosts(list(placed.values()), [self.roles[n] in PASSIVE for n in numbers])
        free = [n for index, n in enumerate(numbers) if index not in on]
        empty = [self.roles[n] in PASSIVE and n not in self.below for n in free]
        cut = zip(free, trimmed([placed[n] for n in free], empty), strict=True)
        kept = {n: place for n, place in cut if is_seen(place)}
        guests = {numbers[guest]: numbers[_top(guest, on)] for guest in on}
        guests = {guest: host for guest, host in guests.items() if host in kept}
        homeless = [n for n in nodes if n not in kept and n not in guests]
        alike = Counter(placed[n] for n in free)
        told = sum(n in kept and alike[placed[n]] == 1 for n in free)
        if 2 * told <= len(free):  # rows lower than a cell: boxes that are all the same say nothing
            kept, guests, homeless = {}, {}, nodes
        strip = self._strip(list(kept.values()), area)
        found = flow(role, [(self.roles[n], self.labels[n]) for n in homeless], strip, self.sizes)
        kept |= {n: place for n, place in zip(homeless, found, strict=True) if place is not None}
        for n in homeless:
            self.wanted[n] = None
        for guest, host in guests.items():
            self.guests.setdefault(host, []).append(guest)
        for n, place in kept.items():
            self.plan.places[n] = place
        return sorted(kept)

    def _strip(self, taken: list[Rect], area: Rect) -> Rect:
        """The largest strip beside what is taken. Nothing, where that is too low or narrow for an element.

        What has no box among others that have one was out of sight: nothing is moved for it.
        """
        if not taken:
            return area
        left, right = min(place.x for place in taken), max(place.right for place in taken)
        top, bottom = min(place.y for place in taken), max(place.bottom for place in taken)
        room = max(
            area._replace(h=top - area.y),
            area._replace(y=bottom, h=area.bottom - bottom),
            area._replace(w=left - area.x),
            area._replace(x=right, w=area.right - right),
            key=lambda strip: strip.area,
        )
        return room if min(room.w, room.h) >= self.sizes.row // 2 else area._replace(w=0, h=0)

    def _lay_over(self, parent: int, children: list[int]) -> None:
        """Put a dialog into its parent, or the choices of an opener into a drop-down, over all that was there."""
        around = self.plan.places[parent]
        if around is None or parent in self.plan.inert:
            return
        if self.roles[children[0]] in OVERLAYS:
            wanted = self.wanted[children[0]]
            area = (_middle(around) if wanted is None else wanted).clip(around)
            if not is_seen(area):
                area = _middle(around)
            self._cover(area, parent)
            self.plan.places[children[0]] = area
            self._paint(parent, children)
        else:
            area = self._drop_down(children, around)
            if not is_seen(area):
                return
            self._cover(area, self.up[parent])
            self.plan.panels[len(self.plan.order)] = area
            self._paint(IMAGE, self._settle(R.MENU, children, area.inset(1, 1, 1, 1)))

    def _drop_down(self, choices: list[int], opener: Rect) -> Rect:
        """Around the boxes of the choices; where they have none, below their opener."""
        boxes = [wanted for n in choices if (wanted := self.wanted[n]) is not None]
        if not boxes:
            row = self.sizes.row
            words = max(len(self.labels[n]) for n in choices) * self.sizes.text * 9 // 16
            wide = max(opener.w, row * 5, words + row * 3)
            tall = row * len(choices) + 2
            x = max(0, min(opener.x, self.image.w - wide))
            y = opener.bottom if opener.bottom + tall <= self.image.h else max(0, self.image.h - tall)
            return Rect(x, y, wide, tall).clip(self.image)
        x, y = min(box.x for box in boxes) - 1, min(box.y for box in boxes) - 1
        right, bottom = max(box.right for box in boxes) + 1, max(box.bottom for box in boxes) + 1
        return Rect(x, y, right - x, bottom - y).clip(self.image)

    def _cover(self, cover: Rect, owner: int) -> None:
        """Take the place under a cover from everything but the line of nodes that it belongs to."""
        line: set[int] = set()
        while owner != IMAGE:
            line.add(owner)
            owner = self.up[owner]
        places = self.plan.places
        for n in self.plan.order:
            place = places[n]
            if place is None or n in line:
                continue
            on = self.plan.on[n]
            ground = self.image if on == IMAGE else places[on]
            place = None if ground is None else place.clip(ground)
            if place is not None and not is_seen(place):
                place = None
            below = place is not None and place.covers(cover)
            used = place is not None and self.roles[n] not in PASSIVE and cover.holds(*place.centre)
            if on in self.plan.inert or (below and used):
                self.plan.inert.add(n)
            elif place is not None and not below:
                place = beside(place, cover)
            places[n] = place


def _scaled(node: Node, image: Rect) -> Rect | None:
    """A node's box in pixels of the picture; None where it has none or one without extent."""
    if node.box is None:
        return None
    x, y, w, h = node.box
    left, top = x * image.w // GRID, y * image.h // GRID
    right, bottom = min(x + w, GRID) * image.w // GRID, min(y + h, GRID) * image.h // GRID
    return Rect(left, top, right - left, bottom - top) if right > left and bottom > top else None


def _top(guest: int, on: dict[int, int]) -> int:
    """The outermost host."""
    while guest in on:
        guest = on[guest]
    return guest


def _middle(around: Rect) -> Rect:
    """The place of a dialog of which nothing is known: the middle, half as wide and as high."""
    return Rect(around.x + around.w // 4, around.y + around.h // 4, max(1, around.w // 2), max(1, around.h // 2))
