"""Office work: texts, files, commands, forms and letters, full of content; and a day made of them."""

from collections.abc import Callable, Iterator

from glasswork.schema.raw import Modifier, RawEvent, RawKind, RawNode
from glasswork.schema.words import Role
from office.worker import BROWSER, EDITOR, FILES, TERMINAL, Window, Worker

HOURS = 8.0
LUNCH_AT_S, LUNCH_S = 3.5 * 3600, 45 * 60


def bar(window: Window, menus: str, tools: str) -> list[RawNode]:
    """The upper part of a program: its frame, menu bar and toolbar."""
    x, y, width, _ = window.box
    return [
        RawNode(Role.WINDOW, 0, label="", box=window.box),
        RawNode(Role.MENUBAR, 1, box=(x, y, width, 24)),
        *(RawNode(Role.MENU, 2, label=m, box=(x + 60 * n, y, 60, 24)) for n, m in enumerate(menus.split())),
        RawNode(Role.TOOLBAR, 1, box=(x, y + 24, width, 36)),
        *(RawNode(Role.BUTTON, 2, label=t, box=(x + 40 * n, y + 24, 40, 36)) for n, t in enumerate(tools.split())),
    ]


def write(worker: Worker) -> None:
    """A text is written, searched, corrected and saved."""
    name = worker.name()
    x, y, width, height = EDITOR.box
    above = bar(EDITOR, "File Edit Search View Document Help", "New Open Save Undo Redo Cut Copy Paste Find Replace")
    paper = RawNode(Role.TEXTBOX, 1, value=worker.words(50, 400), box=(x, y + 60, width, height - 60), editable=True)
    worker.front(EDITOR, f"{name}.txt - Mousepad")
    worker.show([*above, paper])
    for _ in range(worker.random.randint(1, 5)):
        worker.click(paper, f"paper {name}")
        worker.front(EDITOR, f"*{name}.txt - Mousepad")
        for _ in range(worker.random.randint(1, 2)):
            worker.type(worker.words(3, 25))
            worker.key("enter")
            worker.wait(4)
        match worker.random.randrange(4):
            case 0:
                worker.key("char", "s", Modifier.CONTROL)
            case 1:
                worker.click(above[12], "tool save")
            case 2:
                items = ["New", "Open", "Save", "Print", "Close", "Quit"]
                box = [(x, y + 24 + 22 * n, 160, 22) for n in range(len(items))]
                menu = [RawNode(Role.MENUITEM, 3, label=i, box=b) for i, b in zip(items, box, strict=True)]
                worker.click(above[2], "menu file")
                worker.show([*above[:3], *menu, *above[3:], paper])
                worker.click(menu[2], "item save")
            case _:
                worker.key("char", "f", Modifier.CONTROL)
                find = RawNode(Role.SEARCHBOX, 2, label="Search", box=(x, y + height - 30, 300, 30), editable=True)
                worker.show([*above, paper, find])
                worker.element(find, "find")
                worker.type(worker.name())
                worker.key("escape")
        worker.show([*above, RawNode(paper.role, 1, value=worker.words(60, 90), box=paper.box, editable=True)])
        worker.wait(6)


def file(worker: Worker) -> None:
    """Folders are opened, files chosen, renamed and copied."""
    x, y, width, _ = FILES.box
    above = bar(FILES, "File Edit View Go Bookmarks Tools Help", "Back Forward Up Home Reload")
    for _ in range(worker.random.randint(1, 4)):
        folder = worker.name()
        worker.front(FILES, folder)
        rows = [
            RawNode(Role.LISTITEM, 2, label=f"{worker.name()}.odt", box=(x + 200, y + 60 + 24 * n, width - 200, 24))
            for n in range(worker.random.randint(2, 60))
        ]
        worker.show([*above, RawNode(Role.LIST, 1, box=(x + 200, y + 60, width - 200, 600)), *rows])
        worker.wait(3)
        for _ in range(worker.random.randint(2, 8)):
            worker.click(worker.random.choice(rows[:25]), f"row {worker.name()}", times=worker.random.choice((1, 1, 2)))
            worker.wait(2)
        if worker.random.random() < 0.3:
            worker.key("f2")
            worker.element(RawNode(Role.TEXTBOX, 3, box=rows[0].box, editable=True), f"rename {folder}")
            worker.type(worker.name())
            worker.key("enter")
        worker.scroll(worker.random.randint(0, 20))


def command(worker: Worker) -> None:
    """Commands in a terminal."""
    worker.front(TERMINAL, f"{worker.name()}: ~")
    worker.element(RawNode(Role.TERMINAL, 0, box=TERMINAL.box), "terminal")
    for _ in range(worker.random.randint(2, 10)):
        worker.type(f"{worker.name()} --{worker.name()} {worker.name()}")
        worker.key("enter")
        worker.wait(5)
        for _ in range(worker.random.choice((0, 0, 0, 2))):
            worker.key("up")


def page(worker: Worker, title: str, main: list[RawNode], scrolled: int = 0) -> list[RawNode]:
    """A web page: what every page of the site has, and its own part below."""
    links = ["Home", "Orders", "Customers", "Reports", "Settings", "Help"]
    worker.front(BROWSER, f"{title} - Chromium")
    nodes = [
        RawNode(Role.DOCUMENT, 0, label=title, box=BROWSER.box),
        *(RawNode(Role.LINK, 2, label=link, box=(10, 120 + 30 * n, 150, 24)) for n, link in enumerate(links)),
        RawNode(Role.HEADING, 1, label=title, box=(200, 100 - scrolled, 900, 40)),
        *main,
    ]
    worker.show(nodes)
    return nodes


def log_in(worker: Worker) -> None:
    """A password, which must leave nothing."""
    field = RawNode(Role.TEXTBOX, 2, label="Password", box=(200, 300, 300, 30), secret=True, editable=True)
    page(worker, worker.words(2, 2), [field])
    worker.click(field, "password")
    worker.type(worker.name() + worker.name(), secret=True)
    worker.key("enter", secret=True)
    worker.emit(RawKind.SUBMIT)


def fill_in(worker: Worker) -> None:
    """A form: values typed, copied from the page before, chosen; then sent."""
    count = worker.random.randint(4, 16)
    customer = f"{worker.name()} {worker.name()}"
    values = [
        customer, f"{worker.name()}@{worker.name()}.example", f"+49 30 {worker.random.randrange(10**7)}",
        f"{worker.random.randrange(10**4)},{worker.random.randrange(10, 99)} EUR", worker.words(3, 20),
        f"{worker.random.randint(1, 28)}.11.2026", f"{worker.name()} {worker.random.randint(1, 99)}",
    ]  # fmt: skip
    labels = ("Name", "Email", "Phone", "Amount", "Comment", "Date", "City")
    main: list[RawNode] = []
    fields: list[RawNode] = []
    for n in range(count):
        role = Role.COMBOBOX if n % 7 == 6 else Role.TEXTBOX
        box = (400, 160 + 30 * n, 400, 26)
        label = labels[n % 7] if n < 7 else f"{worker.lexicon[n]} {labels[n % 7]}"
        field = RawNode(role, 3, label=label, box=box, editable=role is Role.TEXTBOX)
        main += [RawNode(Role.GROUP, 2, box=(200, 160 + 30 * n, 600, 26)), RawNode(Role.TEXT, 3, label=label), field]
        fields.append(field)
    send = RawNode(Role.BUTTON, 2, label="Save", box=(400, 170 + 30 * count, 100, 30))
    title = f"Order {worker.random.randrange(10**6)} {customer}"
    page(worker, title, [*main, send])
    for n, field in enumerate(fields):
        if n == 0 or worker.random.random() < 0.3:
            worker.click(field, f"field {n}")
        else:
            worker.key("tab")
            worker.element(field, f"field {n}")
        if field.role is Role.COMBOBOX:
            worker.emit(RawKind.CHOOSE, text=worker.lexicon[worker.random.randrange(20)])
        elif worker.random.random() < 0.2:
            worker.key("char", "v", Modifier.CONTROL)
        else:
            worker.type(values[n % 7])
        worker.wait(1)
    page(worker, title, [*(RawNode(f.role, 3, label=f.label, value="set", box=f.box) for f in fields), send])
    worker.click(send, "send")
    worker.emit(RawKind.SUBMIT)


def answer(worker: Worker) -> None:
    """A list of letters; some are read, some answered."""

    def letters(scrolled: int) -> list[RawNode]:
        rows: list[RawNode] = []
        for n in range(50):
            y = 160 + 28 * n - scrolled
            rows.append(RawNode(Role.ROW, 2, box=(200, y, 1300, 28)))
            rows.append(RawNode(Role.CHECKBOX, 3, label="Select", value="unchecked", box=(200, y, 20, 28)))
            for column, text in enumerate((worker.name(), worker.words(3, 8), f"{n}:15")):
                rows.append(RawNode(Role.CELL, 3, label=text, box=(230 + 400 * column, y, 390, 28)))
        return rows

    inbox = letters(0)
    page(worker, "Inbox", inbox)
    for _ in range(worker.random.randint(1, 5)):
        worker.fidget()
        if worker.random.random() < 0.4:
            notches = worker.random.randint(2, 15)
            worker.scroll(notches)
            page(worker, "Inbox", letters(28 * notches), 28 * notches)
        for _ in range(worker.random.randint(1, 4)):  # marked, then one is opened
            row = 1 + 5 * worker.random.randrange(20)
            worker.click(inbox[row], f"mark {worker.name()}")
            inbox[row] = RawNode(Role.CHECKBOX, 3, label="Select", value="checked", box=inbox[row].box)
            page(worker, "Inbox", inbox)
        worker.click(inbox[5 * worker.random.randrange(20)], f"letter {worker.name()}")
        subject = worker.words(3, 8)
        text = [
            RawNode(Role.TEXT, 2, label=worker.words(20, 60), box=(200, 200 + 40 * n, 1000, 38))
            for n in range(worker.random.randint(1, 30))
        ]
        tools = ["Reply", "Forward", "Delete", "Print"]
        buttons = [RawNode(Role.BUTTON, 2, label=t, box=(200 + 90 * n, 150, 80, 30)) for n, t in enumerate(tools)]
        page(worker, subject, [*buttons, *text])
        worker.wait(10)
        worker.fidget()
        worker.scroll(worker.random.randint(0, 10))
        if worker.random.random() < 0.3:
            worker.copy()
        if worker.random.random() < 0.4:
            worker.click(buttons[0], "reply")
            paper = RawNode(Role.TEXTBOX, 2, label="Message", box=(200, 600, 1000, 200), editable=True)
            page(
                worker, subject, [*buttons, *text, paper, RawNode(Role.BUTTON, 2, label="Send", box=(200, 810, 80, 30))]
            )
            worker.click(paper, f"answer {subject}")
            for _ in range(worker.random.randint(1, 2)):
                worker.type(worker.words(5, 25))
                worker.key("enter")
                worker.wait(3)
            worker.key("enter", held=Modifier.CONTROL)
        page(worker, "Inbox", inbox)


def read(worker: Worker) -> None:
    """Pages of which no two are built alike are read, and followed to the next."""
    for _ in range(worker.random.randint(2, 8)):
        nodes: list[RawNode] = []
        depth, y = 1, 80
        for _ in range(worker.random.randint(20, 250)):
            depth = max(1, min(10, depth + worker.random.choice((-2, -1, 0, 0, 0, 1, 1))))
            role = worker.random.choice(CONTENT)
            box = (worker.random.randrange(1200), y, worker.random.randint(20, 900), worker.random.randint(10, 120))
            label = worker.random.choice(("", "", "Search", "Next", "Close", worker.words(1, 12)))
            nodes.append(RawNode(role, depth, label=label, box=box))
            y += worker.random.randint(0, 15)
        page(worker, worker.words(3, 9), nodes)
        worker.fidget()
        worker.scroll(worker.random.randint(0, 25))
        worker.click(worker.random.choice(nodes), f"next {worker.name()}")


CONTENT = (
    Role.GROUP, Role.TEXT, Role.TEXT, Role.LINK, Role.LINK, Role.HEADING, Role.IMG, Role.LIST, Role.LISTITEM,
    Role.BUTTON, Role.REGION, Role.TABLE, Role.ROW, Role.CELL,
)  # fmt: skip
WORK: dict[Callable[[Worker], None], int] = {
    write: 18,
    file: 18,
    command: 10,
    log_in: 3,
    fill_in: 18,
    answer: 20,
    read: 13,
}


def day(seed: int) -> Iterator[list[RawEvent]]:
    """The raw events of one day, a few minutes at a time."""
    worker = Worker(seed)
    eaten = False
    while worker.time < HOURS * 3600:
        worker.random.choices(list(WORK), list(WORK.values()))[0](worker)
        worker.fidget()
        worker.wait(5)
        if not eaten and worker.time > LUNCH_AT_S:
            worker.time, eaten = worker.time + LUNCH_S, True
        yield worker.taken()
