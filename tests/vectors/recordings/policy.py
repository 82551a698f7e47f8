"""A policy for tests of the device, as the struct that a compiled bundle would give."""

from datetime import UTC, date, datetime, timedelta

from glasswork.policy import model
from glasswork.policy.purposes import Basis
from glasswork.schema.words import AppCategory, Scope

NOW = datetime(2026, 11, 24, tzinfo=UTC)


def policy(event_kinds: tuple[model.EventKind, ...] = tuple(model.EventKind)) -> model.Policy:
    """An editor and a file manager with typed runs, a terminal without, and a browser with one listed site."""
    return model.Policy(
        name="Tests",
        scope=Scope.SELF,
        epoch=1,
        issued=NOW,
        expires=NOW + timedelta(days=30),
        controller=model.Controller(name="Tests", contact="tests"),
        purposes=(model.AllowedPurpose(id="personal_use", basis=Basis.PERSONAL),),
        event_kinds=event_kinds,
        apps=(
            model.App(
                id="editor", executables=("mousepad",), category=AppCategory.EDITOR, keys=True, screens=("Save As",)
            ),
            model.App(id="files", executables=("pcmanfm",), category=AppCategory.FILES, keys=True),
            model.App(id="terminal", executables=("xterm",), category=AppCategory.TERMINAL, keys=False),
            model.App(id="browser", executables=("chromium",), category=AppCategory.BROWSER, keys=True),
        ),
        sites=(model.Site(host="orders.test", category=AppCategory.BUSINESS, keys=True, screens=("Order form",)),),
        retention=model.Retention(actions=30, episodes=30, datasets=30),
        quotas=model.Quotas(bytes_per_day=10_000_000, actions_per_day=20_000),
        sinks=(model.Sink(id="own", url="http://127.0.0.1:1", contract="none", region="here"),),
        minimum_people=1,
        quorum=(model.Signer(role=model.SignerRole.OWNER, key="A" * 44, enrolled=date(2026, 11, 1)),),
    )
