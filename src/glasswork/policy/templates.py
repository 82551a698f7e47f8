"""Ready policies as TOML text: for a person alone (`glasswork init`), and for the demo.

They are a starting point to read and change, so they are text with comments, not structs.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from importlib.resources import files
from string import Template
from typing import Final

from glasswork.policy.model import SignerRole, utc

PROGRAMS: Final = (
    ("mousepad", ("mousepad",), "editor", True),
    ("pcmanfm", ("pcmanfm",), "files", True),
    ("xterm", ("xterm",), "terminal", False),
    ("chromium", ("chromium", "chromium-browser", "chrome"), "browser", True),
)
"""The programs of both ready policies: id, executables, category, whether typed runs are recorded.

Not in a terminal, where a prompt that shows dots for what is typed cannot be told from a shell. The demo records them
there, since its worker meets no such prompt.
"""


DEMO_ASSESSMENT: Final = (
    b"The demo records a script at work on a display of its own. No person is recorded, so there is no risk to one."
)
"""The demo's impact assessment, which its policy names by its hash."""


def self_policy(public_key: str, *, now: datetime, sink_url: str) -> str:
    """A policy of scope `self`: one owner, who signs alone and to whom alone the data go.

    `public_key` is the owner's (`keys.public_text`), `sink_url` where this machine's own service listens.
    """
    return _fill(
        {SignerRole.OWNER: public_key},
        now,
        sink_url,
        name="My own work",
        scope="self",
        purposes=(("personal_use", "personal"),),
        sites=(),
        people=1,
    )


def demo_policy(keys: Mapping[SignerRole, str], *, now: datetime, sink_url: str) -> str:
    """The policy of `glasswork demo`: scope `programme`, signed by three demo roles; its pages are on 127.0.0.1."""
    return _fill(
        keys,
        now,
        sink_url,
        name="Demo: a scripted worker",
        scope="programme",
        purposes=(("train_models", "consent"), ("personal_use", "consent")),
        sites=("127.0.0.1",),
        people=5,
        typed_everywhere=True,
        assessment=hashlib.sha256(DEMO_ASSESSMENT).hexdigest(),
    )


def _fill(
    keys: Mapping[SignerRole, str],
    now: datetime,
    sink_url: str,
    *,
    name: str,
    scope: str,
    purposes: Sequence[tuple[str, str]],
    sites: Sequence[str],
    people: int,
    typed_everywhere: bool = False,
    assessment: str = "",
) -> str:
    issued = utc(now).replace(microsecond=0)
    tables = [
        *(_table("purposes", id=purpose, basis=basis) for purpose, basis in purposes),
        *(
            _table("apps", id=app, executables=list(executables), category=category, keys=typed or typed_everywhere)
            for app, executables, category, typed in PROGRAMS
        ),
        *(_table("sites", host=host, category="business", keys=True) for host in sites),
        _table("sinks", id="here", url=sink_url, contract="none: this machine", region="this machine"),
    ]
    enrolled = f"enrolled = {issued.date()}\n"
    tables += [_table("quorum", role=role, key=key, person=f"this-{role}") + enrolled for role, key in keys.items()]
    text = (files("glasswork.policy") / "policy.toml.template").read_text(encoding="utf-8")
    return Template(text).substitute(
        name=json.dumps(name),
        scope=json.dumps(scope),
        people=people,
        assessment=f'assessment = "{assessment}"\n' if assessment else "",
        issued=issued.strftime("%Y-%m-%dT%H:%M:%SZ"),
        expires=(issued + timedelta(days=365)).strftime("%Y-%m-%dT%H:%M:%SZ"),
        tables="\n".join(tables),
    )


def _table(name: str, **values: str | bool | list[str]) -> str:
    """One `[[name]]` table. JSON strings, booleans and arrays of strings are TOML as they stand."""
    return f"[[{name}]]\n" + "".join(f"{key} = {json.dumps(value)}\n" for key, value in values.items())
