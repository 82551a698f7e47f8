"""The label rules as plain loops over one episode: the oracle of `refine.label.label_frame`."""

from collections.abc import Callable, Iterator, Sequence

from glasswork.schema.action import Action, Screen
from glasswork.schema.words import ActionKind as K
from glasswork.schema.words import AppCategory, Command, Effect, ElementClass, GapClass, Key, Role
from label_acts import CLICKS, Acts

Found = tuple[str, int, int]
"""A rule and the places it was seen at, the end exclusive."""

MARKERS = {K.GAP, K.LOST, K.SUPPRESSED, K.TASK}
DIALOGS = {Role.DIALOG, Role.ALERTDIALOG}
ALERTS = {Role.ALERT, Role.ALERTDIALOG}
ACTIVE = {Role.BUTTON, Role.LINK, Role.MENUITEM, Role.TAB}
MENU = {Role.MENUITEM, Role.MENUITEMCHECKBOX, Role.MENUITEMRADIO}
MANY = {"4-15", "16+"}
SHORTLY = {GapClass.UNDER_1S, GapClass.UNDER_4S}
LATER = {GapClass.UNDER_64S, GapClass.UNDER_256S}


def labels(
    actions: Sequence[Action],
    screens: Sequence[Screen] = (),
    others: Callable[[int], bool] = lambda place: False,
) -> list[Found]:
    """All labels of an episode. `others(place)`: other episodes' actions lie between the act before and this one."""
    found = list(Episode(actions, screens, others).labels())
    found += [("wait_marked", n, n + 1) for n, action in enumerate(actions) if action.kind is K.WAIT]
    return sorted(found)


class Episode(Acts):
    """The rules, over the acts of an episode."""

    def labels(self) -> Iterator[Found]:
        undone = list(self.undone())
        dialogs = list(self.dialogs())
        again = list(self.reopened())
        compared = {begin for rule, begin, _ in undone if rule == "undone_and_redone"}
        spans = [
            *undone,
            *((rule, begin, finish) for rule, begin, finish, _ in dialogs),
            *again,
            *self.completed(dialogs, compared),
            *self.erased(),
            *self.routes(),
            *self.alerts(),
            *self.fruitless(),
            *self.quick_backs(),
            *self.late(),
            *self.overwritten(),
            *self.abandoned(dialogs, {begin for _, begin, _ in again}),
            *self.interrupted(),
        ]
        for rule, begin, finish in spans:
            yield rule, self.places[begin], self.places[finish] + 1

    # The rules, in acts, both ends inclusive

    def undone(self) -> Iterator[Found]:
        runs: list[tuple[Command, int, int]] = []
        for n, a in enumerate(self.acts):
            if a.command not in (Command.UNDO, Command.REDO):
                continue
            if runs and runs[-1][0] is a.command and runs[-1][2] == n - 1:
                runs[-1] = (a.command, runs[-1][1], n)
            else:
                runs.append((a.command, n, n))
        for index, (command, begin, finish) in enumerate(runs):
            if command is Command.UNDO:
                after = runs[index + 1] if index + 1 < len(runs) else None
                if (
                    after
                    and after[0] is Command.REDO
                    and after[1] == finish + 1
                    and after[2] - after[1] == finish - begin
                ):
                    yield "undone_and_redone", begin, after[2]
                else:
                    yield "undo_command", begin, finish
            else:
                before = runs[index - 1] if index else None
                if not (
                    before
                    and before[0] is Command.UNDO
                    and before[2] + 1 == begin
                    and before[2] - before[1] == finish - begin
                ):
                    yield "redo_command", begin, finish

    def dialogs(self) -> Iterator[tuple[str, int, int, int]]:
        """Also the act that cancelled."""
        found: list[tuple[str, int, int, int]] = []
        last: int | None = None
        for n, a in enumerate(self.acts):
            if a.kind not in (K.OPEN, K.CLOSE) or self.role(n) not in DIALOGS:
                continue
            if a.kind is K.CLOSE and last is not None and self.acts[last].kind is K.OPEN:
                within = self.acts[last].window == a.window
                found += [("opened_cancelled_closed", last, n, n - 1)] if within and self.cancels(n - 1) else []
            last = n
        for begin, finish in self.runs(lambda n: self.shows(n, DIALOGS)):
            if self.cancels(finish):
                found.append(("dialog_then_cancel", begin, finish, finish))
        for n, a in enumerate(self.acts):
            if a.kind in CLICKS and self.cancels(n) and self.shown[n] is None:
                found.append(("cancel_element", n, n, n))
        seen: set[int] = set()
        for rule, begin, finish, by in found:
            if by not in seen and not any(self.edits(n) and self.searches(n) for n in range(begin, finish + 1)):
                yield rule, begin, finish, by
            seen.add(by)

    def completed(self, dialogs: list[tuple[str, int, int, int]], compared: set[int]) -> Iterator[Found]:
        alone = {by for rule, _, _, by in dialogs if rule == "cancel_element"}
        real = [n for n, a in enumerate(self.acts) if a.kind not in MARKERS]
        deciding = [n for n in real if self.done(n) or n in alone]
        if not deciding or deciding[-1] in alone:
            return
        last = deciding[-1]
        for n in real[real.index(last) + 1 :]:
            if self.acts[n].command is Command.UNDO and n not in compared:
                return
            if self.edits(n):
                break
        if not any(begin == last + 1 for _, begin, _, _ in dialogs):
            yield ("completion_last" if last == real[-1] else "completion_then_more"), last, last

    def erased(self) -> Iterator[Found]:
        for n, a in enumerate(self.acts):
            length = "none" if a.value is None else a.value.length
            if a.erased == "16+":
                yield "erased_16_or_more", n, n
            elif a.erased == "4-15" and length in ("1-16", "17-64"):
                yield "erased_4_of_a_short_text", n, n
            if a.kind is K.PRESS_KEY and a.key is Key.BACKSPACE and a.amount in MANY:
                yield "backspace_4_or_more", n, n

    def routes(self) -> Iterator[Found]:
        for n, a in enumerate(self.acts):
            if a.command in (Command.NONE, Command.OTHER):
                continue
            if a.kind in CLICKS and self.role(n) in (*MENU, Role.BUTTON):
                yield "command_by_click", n, n
            elif a.kind is K.HOTKEY and self.role(n) in MENU:
                yield "command_by_menu_key", n, n
            elif a.kind is K.HOTKEY and a.modality == "keyboard":
                yield "command_by_hotkey", n, n

    def alerts(self) -> Iterator[Found]:
        for n, a in enumerate(self.acts):
            if a.kind is K.OPEN and self.role(n) in ALERTS:
                yield "alert_opened", n, n
        for begin, finish in self.runs(lambda n: self.shows(n, ALERTS)):
            if begin == 0 or self.shown[begin - 1] is None:
                continue
            before = self.acts[begin - 1]
            if before.window == self.acts[begin].window and before.kind not in (K.OPEN, K.SWITCH_APP):
                yield "alert_on_screen", begin, finish

    def target(self, n: int) -> bool:
        a = self.acts[n]
        enter = a.kind is K.PRESS_KEY and a.key is Key.ENTER
        return (a.kind in CLICKS or enter) and self.role(n) in ACTIVE and self.key(n) > 0

    def again(self, n: int) -> bool:
        """Whether an act presses what the one before pressed, in vain."""
        if n == 0 or not self.target(n) or self.acts[n].gap not in (*SHORTLY, GapClass.UNDER_16S):
            return False
        a, b = self.acts[n - 1], self.acts[n]
        alike = (a.kind, a.key, a.command, a.window, self.role(n - 1), self.key(n - 1)) == (
            *(b.kind, b.key, b.command, b.window, self.role(n), self.key(n)),
        )
        quiet = a.effect is Effect.UNCHANGED or (a.effect is Effect.UNKNOWN and self.same_after(n - 1))
        return alike and quiet and (self.unchanged(n - 1) or self.unchanged(n))

    def fruitless(self) -> Iterator[Found]:
        for begin, finish in self.runs(self.again):
            if finish > begin:
                yield "same_element_3_times", begin - 1, finish
        for n, a in enumerate(self.acts):
            if not self.target(n):
                continue
            if a.kind is K.DOUBLE_CLICK and a.amount in MANY and self.unchanged(n) and not self.again(n):
                yield "clicked_4_times", n, n
            if a.kind is not K.CLICK or a.command is not Command.NONE or a.effect is not Effect.UNCHANGED:
                continue
            if self.again(n):
                continue
            if n + 1 < len(self.acts):
                after = self.acts[n + 1]
                if self.again(n + 1) or after.kind in (K.OPEN, K.NAVIGATE, K.CLOSE, K.TYPE_TEXT):
                    continue
                if self.shown[n] is not None and self.shown[n + 1] is not None and self.shown[n] != self.shown[n + 1]:
                    continue
            yield "click_without_effect", n, n

    def quick_backs(self) -> Iterator[Found]:
        visits = [
            n
            for n, a in enumerate(self.acts)
            if self.goes_back(n) or (a.kind is K.NAVIGATE and not (n and self.goes_back(n - 1)))
        ]
        left = [i > 0 and self.goes_back(n) and not self.goes_back(visits[i - 1]) for i, n in enumerate(visits)]
        for i, n in enumerate(visits):
            if not left[i] or visits[i - 1] != n - 1 or self.acts[n].gap not in SHORTLY:
                continue
            before = i >= 2 and left[i - 2] and visits[i - 1] - visits[i - 2] <= 4
            after = i + 2 < len(visits) and left[i + 2] and visits[i + 1] - n <= 4
            if not before and not after:
                yield "back_within_4s", n - 1, n

    def late(self) -> Iterator[Found]:
        for n in range(1, len(self.acts)):
            a, b = self.acts[n - 1], self.acts[n]
            if a.kind not in CLICKS or self.role(n - 1) not in ACTIVE or a.effect is Effect.CHANGED:
                continue
            page = b.kind in (K.NAVIGATE, K.OPEN) and a.app == b.app and b.gap in (*LATER, GapClass.UNDER_16S)
            known = self.shown[n - 1] is not None and self.shown[n] is not None
            other = known and a.window == b.window and self.shown[n - 1] != self.shown[n] and b.gap in LATER
            if page or (other and self.cls(n - 1) is not ElementClass.NAVIGATE):
                yield "late_response", n - 1, n

    def overwritten(self) -> Iterator[Found]:
        fields = (Role.TEXTBOX, Role.COMBOBOX, Role.SPINBUTTON)
        entries = [n for n in range(len(self.acts)) if self.enters(n) and self.key(n) > 0 and self.role(n) in fields]
        for i, n in enumerate(entries):
            if self.acts[n].kind is K.CLEAR_FIELD:
                continue
            place = (self.acts[n].window, self.key(n))
            before = [
                m
                for m in entries[:i]
                if (self.acts[m].window, self.key(m)) == place and self.acts[m].kind is not K.CLEAR_FIELD
            ]
            if not before:
                continue
            last = before[-1]
            between = range(last + 1, n)
            slot, other = (0 if v is None else v.slot for v in (self.acts[n].value, self.acts[last].value))
            if any(self.moves(m) for m in range(last + 1, n + 1)) or (slot and slot == other):
                continue
            value = self.acts[n].value
            others = any(m in entries for m in between) and not any(self.acts[m].kind is K.SWITCH_APP for m in between)
            ahead = self.acts[n - 1]
            cleared = ahead.command is Command.SELECT_ALL or ahead.kind is K.CLEAR_FIELD
            if (others and (value is None or value.length != "65+")) or cleared:
                yield "field_entered_again", last, n

    def reopened(self) -> Iterator[Found]:
        last: dict[str, int] = {}
        for n, a in enumerate(self.acts):
            ended = n > 0 and (
                self.done(n - 1) or (self.acts[n - 1].kind, self.acts[n - 1].key) == (K.PRESS_KEY, Key.ENTER)
            )
            shut = self.closes(n) or (a.kind is K.CLOSE and not ended)
            opens = a.kind in (K.OPEN, K.SWITCH_APP)
            if opens and not shut and a.app in last:
                m = last[a.app]
                b = self.acts[m]
                was_shut = b.kind not in (K.OPEN, K.SWITCH_APP)
                same = a.window == b.window or (self.key(n) > 0 and self.key(n) == self.key(m))
                quits = self.closes(m) and b.command is Command.QUIT
                question = self.closes(m) and self.role(n) in DIALOGS
                long = (*LATER, GapClass.IDLE)
                soon = n - m <= 6 and not any(self.acts[k].gap in long for k in range(m + 1, n + 1))
                if was_shut and soon and not question and (quits or (a.kind is K.OPEN and same)):
                    yield "closed_and_opened", m, n
            if opens or shut:
                last[a.app] = n

    def abandoned(self, dialogs: list[tuple[str, int, int, int]], again: set[int]) -> Iterator[Found]:
        for _, begin, finish, _ in dialogs:
            inside = range(begin, finish + 1)
            if any(self.enters(n) for n in inside) and not any(self.done(n) for n in inside):
                yield "entered_then_cancelled", begin, finish
        forms = (AppCategory.MAIL, AppCategory.CALENDAR, AppCategory.BUSINESS, AppCategory.TICKETING)
        first: dict[str, int] = {}  # of the entries that nothing has completed, by program
        last: dict[str, int] = {}
        for n, a in enumerate(self.acts):
            if self.enters(n):
                first.setdefault(a.app, n)
                last[a.app] = n
                continue
            if not (self.done(n) or self.closes(n)):
                continue
            begin, entry = first.pop(a.app, None), last.pop(a.app, None)
            if (
                not self.closes(n)
                or begin is None
                or entry is None
                or a.window != self.acts[entry].window
                or n in again
            ):
                continue
            asked = answered = False
            if n + 1 < len(self.acts):
                opens = self.acts[n + 1].kind is K.OPEN
                asked = opens or self.shows(n + 1, DIALOGS)
                answer = n + 2 if opens else n + 1
                answered = answer < len(self.acts) and (self.done(answer) or self.cancels(answer))
            form = self.acts[entry].category in forms or self.shows(entry, {Role.FORM, *DIALOGS})
            if (asked or form) and not (asked and answered):
                yield "entered_then_closed", begin, n

    def interrupted(self) -> Iterator[Found]:
        for n in range(1, len(self.acts)):
            if self.others(self.places[n]):
                yield "hole", n - 1, n
        stays: list[list[int]] = []
        for n, a in enumerate(self.acts):
            if stays and self.acts[stays[-1][0]].app == a.app:
                stays[-1].append(n)
            else:
                stays.append([n])
        for i in range(1, len(stays) - 1):
            here = self.acts[stays[i][0]]
            around, talk = self.acts[stays[i - 1][0]], (AppCategory.CHAT, AppCategory.MEETING)
            mail = here.category is AppCategory.MAIL and around.category not in talk
            if not (here.category in talk or mail) or around.category is AppCategory.SYSTEM:
                continue
            if not around.app or around.app != self.acts[stays[i + 1][0]].app:
                continue
            inside = {a.value.slot for n in stays[i] if (a := self.acts[n]).value is not None}
            outside = {
                a.value.slot
                for j, stay in enumerate(stays)
                if j != i
                for n in stay
                if (a := self.acts[n]).value is not None
            }
            if any(self.edits(n) for n in stays[i]) and not inside & outside:
                yield "message_and_back", stays[i][0], stays[i][-1]
