"""The acts that the plain loops of label_oracle.py look at, and what they ask of each."""

from collections.abc import Callable, Iterator, Sequence

from glasswork.schema.action import Action, Screen
from glasswork.schema.words import ActionKind as K
from glasswork.schema.words import Button, Command, Effect, ElementClass, Key, Role

CLICKS = {K.CLICK, K.DOUBLE_CLICK}


class Acts:
    """The acts of an episode: its actions without task markers and waits, and where each of them stood."""

    def __init__(self, actions: Sequence[Action], screens: Sequence[Screen], others: Callable[[int], bool]) -> None:
        self.places = [n for n, action in enumerate(actions) if action.kind not in (K.TASK, K.WAIT)]
        self.acts = [actions[n] for n in self.places]
        self.shown = [None if a.screen < 0 else screens[a.screen] for a in self.acts]
        self.others = others

    def role(self, n: int) -> Role:
        element = self.acts[n].element
        return Role.NONE if element is None else element.role

    def cls(self, n: int) -> ElementClass:
        element = self.acts[n].element
        return ElementClass.OTHER if element is None else element.cls

    def key(self, n: int) -> int:
        element = self.acts[n].element
        return 0 if element is None else element.key

    def presses(self, n: int) -> bool:
        a = self.acts[n]
        return a.kind in CLICKS or (a.kind is K.PRESS_KEY and a.key in (Key.NONE, Key.ENTER, Key.OTHER))

    def completes(self, n: int) -> bool:
        a = self.acts[n]
        return a.command in (Command.SAVE, Command.CONFIRM) or self.cls(n) in (ElementClass.SUBMIT, ElementClass.SAVE)

    def done(self, n: int) -> bool:
        return self.completes(n) and (self.presses(n) or self.acts[n].kind is K.HOTKEY)

    def cancels(self, n: int) -> bool:
        a = self.acts[n]
        escape = a.kind is K.PRESS_KEY and a.key is Key.ESCAPE
        return a.command is Command.CANCEL or escape or (self.presses(n) and self.cls(n) is ElementClass.CANCEL)

    def closes(self, n: int) -> bool:
        a = self.acts[n]
        deciding = a.kind in (*CLICKS, K.PRESS_KEY, K.HOTKEY)
        return deciding and a.command in (Command.CLOSE, Command.QUIT)

    def edits(self, n: int) -> bool:
        chosen = self.role(n) in (Role.OPTION, Role.RADIO, Role.COMBOBOX, Role.LISTBOX)
        kind = self.acts[n].kind
        return kind in (K.TYPE_TEXT, K.CLEAR_FIELD) or (kind is K.SELECT_OPTION and chosen)

    def searches(self, n: int) -> bool:
        return self.role(n) is Role.SEARCHBOX or self.cls(n) is ElementClass.SEARCH

    def enters(self, n: int) -> bool:
        return self.edits(n) and not self.searches(n)

    def goes_back(self, n: int) -> bool:
        return self.acts[n].command is Command.BACK or self.acts[n].button is Button.BACK

    def moves(self, n: int) -> bool:
        a = self.acts[n]
        tab = a.kind is K.PRESS_KEY and a.key is Key.TAB
        commands = (
            *(Command.NEW, Command.OPEN, Command.CLOSE, Command.QUIT, Command.BACK, Command.FORWARD, Command.RELOAD),
            *(Command.SAVE, Command.SAVE_AS, Command.CONFIRM, Command.NEXT_TAB, Command.PREVIOUS_TAB, Command.DELETE),
            *(Command.UNDO, Command.REDO),
        )
        places = {Role.LINK, Role.ROW, Role.LISTITEM, Role.TREEITEM, Role.TAB, Role.CELL, Role.GRIDCELL}
        classes = {ElementClass.NAVIGATE, ElementClass.OPEN, ElementClass.DELETE, ElementClass.CANCEL}
        return (
            (a.kind in (*CLICKS, K.PRESS_KEY, K.HOTKEY) and not tab and self.completes(n))
            or a.kind in (K.OPEN, K.CLOSE, K.NAVIGATE)
            or a.command in commands
            or (a.kind is K.PRESS_KEY and a.key in (Key.ENTER, Key.ESCAPE, Key.PAGE_UP, Key.PAGE_DOWN))
            or (a.kind in (*CLICKS, K.SELECT_OPTION) and (self.role(n) in places or self.cls(n) in classes))
        )

    def shows(self, n: int, roles: set[Role]) -> bool:
        shown = self.shown[n]
        return shown is not None and any(node.role in roles for node in shown.nodes)

    def same_after(self, n: int) -> bool:
        """Whether the next act was done in the same window, on the very same screen."""
        if n + 1 == len(self.acts) or self.acts[n].window != self.acts[n + 1].window:
            return False
        return self.shown[n] is not None and self.shown[n] == self.shown[n + 1]

    def unchanged(self, n: int) -> bool:
        shows = self.cls(n) in (ElementClass.SUBMIT, ElementClass.SAVE, ElementClass.OPEN)
        effect = self.acts[n].effect
        return effect is Effect.UNCHANGED or (effect is Effect.UNKNOWN and shows and self.same_after(n))

    def runs(self, of: Callable[[int], bool]) -> Iterator[tuple[int, int]]:
        """The longest runs, both ends inclusive."""
        begin = None
        for n in range(len(self.acts)):
            if not of(n):
                begin = None
                continue
            begin = n if begin is None else begin
            if n + 1 == len(self.acts) or not of(n + 1):
                yield begin, n
