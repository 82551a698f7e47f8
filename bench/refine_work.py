"""Invented work for bench/refine.py: the actions of people's days, always the same for the same seed.

Declared, not measured: a day is tasks one after another, each of one of the kinds below, with the mixes given there. A
task in a form has a field to click, a text to type, now and then a correction, an undo or a dialog that is cancelled,
and a shortcut, a menu or a button at its end. Half of the gaps are under a second; one task in nine begins after 256 s.
Each program shows one of three screens of 40 nodes. 8 in 100 actions are not recorded (`suppressed`), and 1 is a pause.
"""

import random
from functools import cache

from glasswork.schema import words as w
from glasswork.schema.action import Action, Element, Node, Screen, Value
from glasswork.schema.batch import Batch

K, C, E, R = w.ActionKind, w.Command, w.ElementClass, w.Role
PROGRAMS = (
    ("mail", w.AppCategory.MAIL), ("browser", w.AppCategory.BROWSER), ("sheets", w.AppCategory.SPREADSHEET),
    ("editor", w.AppCategory.EDITOR), ("files", w.AppCategory.FILES), ("tickets", w.AppCategory.TICKETING),
)  # fmt: skip
GAPS = (w.GapClass.UNDER_1S,) * 6 + (w.GapClass.UNDER_4S,) * 4 + (w.GapClass.UNDER_16S, w.GapClass.UNDER_64S)
FIELDS = ("name", "date", "amount", "to", "subject", "")
SCREENS = 3


def day(person: int, number: int, actions: int, batch: int) -> list[Batch]:
    """About so many actions of one day, in batches of at most `batch` actions."""
    chance = random.Random(f"{person}:{number}")
    screens = tuple(_screen(program, n) for program in range(len(PROGRAMS)) for n in range(SCREENS))
    done: list[Action] = []
    while len(done) < actions:
        done += _task(chance)
    return [Batch(tuple(done[at : at + batch]), screens) for at in range(0, len(done), batch)]


@cache
def _screen(program: int, number: int) -> Screen:
    roles = (R.TEXTBOX, R.BUTTON, R.LINK, R.MENUITEM, R.CELL)
    nodes = [Node(R.WINDOW, 0, PROGRAMS[program][0])]
    nodes += [
        Node(roles[(n + number) % 5], 1 + n % 3, FIELDS[n % 6], (n % 16 * 8, n // 16 * 8, 7, 5)) for n in range(39)
    ]
    return Screen(tuple(nodes))


@cache
def _action(program: int, screen: int, gap: w.GapClass, kind: K, slot: int, field: str, **rest: object) -> Action:
    app, category = PROGRAMS[program]
    element = None
    if field != "-":
        element = Element(
            rest.pop("role", R.TEXTBOX), field, rest.pop("cls", E.EDIT), node=1 + slot % 8, box=(8, 8, 9, 5)
        )  # type: ignore[arg-type]
    value = Value(slot, w.ValueKind.TEXT, w.LengthBucket.TO_64, w.Origin.TYPED) if slot else None
    return Action(
        kind=kind, gap=gap, app=app, category=category, element=element, value=value,
        screen=-1 if screen < 0 else program * SCREENS + screen, **rest,  # type: ignore[arg-type]
    )  # fmt: skip


def _task(chance: random.Random) -> list[Action]:
    program, screen, pick = chance.randrange(len(PROGRAMS)), chance.randrange(SCREENS), chance.random
    steps: list[Action] = []

    def do(kind: K, slot: int = 0, field: str = "-", gap: w.GapClass | None = None, **rest: object) -> None:
        steps.append(_action(program, screen, gap or chance.choice(GAPS), kind, slot, field, **rest))

    do(K.SWITCH_APP, gap=w.GapClass.IDLE if pick() < 1 / 9 else None)
    for _ in range(chance.randint(1, 4)):
        field, slot = chance.choice(FIELDS), chance.randint(1, 40)
        do(K.CLICK, 0, field, modality=w.Modality.MOUSE, button=w.Button.LEFT)
        if pick() < 0.2:
            do(K.HOTKEY, slot, command=C.COPY, modality=w.Modality.KEYBOARD)
        erased = chance.choice([w.CountBucket.NONE] * 8 + [w.CountBucket.ONE, w.CountBucket.TO_15])
        do(K.TYPE_TEXT, slot, field, erased=erased, modality=w.Modality.KEYBOARD)
        if pick() < 0.1:
            do(K.HOTKEY, command=C.UNDO, modality=w.Modality.KEYBOARD)
        if pick() < 0.3:
            do(K.SCROLL, direction=w.Direction.DOWN, amount=w.CountBucket.TO_3)
        if pick() < 0.4:
            do(K.SUPPRESSED, reason=w.Reason.NOT_LISTED)
        if pick() < 0.05:
            do(K.GAP)
    if pick() < 0.1:
        do(K.CLICK, 0, "cancel", role=R.BUTTON, cls=E.CANCEL, modality=w.Modality.MOUSE)
    end = pick()
    if end < 0.4:
        do(K.HOTKEY, command=C.SAVE, modality=w.Modality.KEYBOARD)
    elif end < 0.6:
        do(K.CLICK, 0, "save", role=R.MENUITEM, cls=E.SAVE, command=C.SAVE, modality=w.Modality.MOUSE)
    elif end < 0.9:
        do(K.CLICK, 0, "send", role=R.BUTTON, cls=E.SUBMIT, modality=w.Modality.MOUSE)
    if pick() < 0.1:
        do(K.HOTKEY, command=C.CLOSE, modality=w.Modality.KEYBOARD)
    return steps
