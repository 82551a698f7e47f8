"""Local settings: what this device, and its participant, take away from the signed policy.

Two TOML files of the same form (docs/capture.md): one of the fleet, which only an administrator writes, and one of the
participant's own. Each can only narrow what is left by the one before. A file that asks for more, or cannot be read,
is refused, and nothing is recorded: half a setting could be wider than what was meant.
"""

import json
import tomllib
from pathlib import Path
from typing import Final

import msgspec

from glasswork.device.durable import write_durably
from glasswork.device.errors import SettingsRefused
from glasswork.policy import Approved, LocalSettings, Policy, PolicyInvalid, PolicyRefused, narrow
from glasswork.policy.narrow import LocalBudget

FILE: Final = "settings.toml"
FLEET: Final = Path("/etc/glasswork/settings.toml")
BUDGET: Final = "budget"

KEYS: Final = (
    *(name for name in LocalSettings.__struct_fields__ if name != BUDGET),
    *(f"{BUDGET}.{name}" for name in LocalBudget.__struct_fields__),
)
"""What can be set, as it is written on the command line."""


class Setting(msgspec.Struct, frozen=True):
    """One value in force: `source` is `policy`, `fleet` or `you`, whoever said it last."""

    key: str
    value: object
    source: str


def in_force(approved: Approved, folder: Path, fleet: Path = FLEET) -> Approved:
    """`approved` with its policy narrowed by the fleet's file, and then by the one in the device's `folder`.

    The hash stays that of what was signed: it is what batches name. Raises SettingsRefused.
    """
    policy = _narrowed(approved.policy, read(fleet), read(folder / FILE), folder, fleet)
    return msgspec.structs.replace(approved, policy=policy)


def read(path: Path) -> LocalSettings:
    """The settings in a file; none where there is no file. Raises SettingsRefused."""
    try:
        return msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), LocalSettings)
    except FileNotFoundError:
        return LocalSettings()
    except (OSError, ValueError, msgspec.ValidationError) as error:  # ValueError: of UTF-8, and of TOML
        what = error.strerror if isinstance(error, OSError) else str(error)
        raise SettingsRefused(
            f"The settings in {path} cannot be read ({what}), so nothing is recorded. Correct the file, or remove it."
        ) from None


def listed(policy: Policy, folder: Path, fleet: Path = FLEET) -> list[Setting]:
    """Every value in force under the signed `policy`, and who said it. Raises SettingsRefused."""
    theirs, own = read(fleet), read(folder / FILE)
    narrowed = _narrowed(policy, theirs, own, folder, fleet)
    values = {
        "apps": [app.id for app in narrowed.apps],
        "sites": [site.host for site in narrowed.sites],
        "keys": [app.id for app in narrowed.apps if app.keys] + [site.host for site in narrowed.sites if site.keys],
        "event_kinds": narrowed.event_kinds,
        "days": narrowed.schedule.days,
        "from_hour": narrowed.schedule.from_hour,
        "to_hour": narrowed.schedule.to_hour,
        "sampling_share": narrowed.sampling_share,
        "hold_days": narrowed.hold_days,
        "budget.bytes_per_day": narrowed.quotas.bytes_per_day,
        **{f"budget.{name}": value for name, value in msgspec.structs.asdict(narrowed.budget).items()},
    }
    return [
        Setting(key, values[key], "you" if key in _said(own) else "fleet" if key in _said(theirs) else "policy")
        for key in KEYS
    ]


def change(policy: Policy, folder: Path, key: str, text: str | None, fleet: Path = FLEET) -> None:
    """Write one of the participant's own settings under the signed `policy`, or take it back (None).

    `text` is as on a command line: lists with commas between, an empty one for none at all. Raises SettingsRefused
    for an unknown key, a value that is none of its kind, and one that would be wider: then the file stays as it was.
    """
    path = folder / FILE
    said = _said(read(path))
    if key not in KEYS:
        raise SettingsRefused(f"There is no setting of this name. Nothing was changed. There are: {', '.join(KEYS)}.")
    said.pop(key, None)
    if text is not None:
        is_list = key in ("apps", "sites", "keys", "event_kinds", "days")
        said[key] = [word.strip() for word in text.split(",") if word.strip()] if is_list else text
    try:
        settings = msgspec.convert(_nested(said), LocalSettings, strict=False)
    except msgspec.ValidationError as error:
        raise SettingsRefused(f"This cannot be the value of {key}: {error}. Nothing was changed.") from None
    if text is not None:  # to take back what was too wide must always be possible
        try:
            _narrowed(policy, read(fleet), settings, folder, fleet)
        except SettingsRefused as error:
            raise SettingsRefused(f"Nothing was changed. {error}") from None
    write_durably(path, _toml(settings).encode())


def _narrowed(policy: Policy, theirs: LocalSettings, own: LocalSettings, folder: Path, fleet: Path) -> Policy:
    for settings, path in ((theirs, fleet), (own, folder / FILE)):
        try:
            policy = narrow(policy, settings)
        except (PolicyRefused, PolicyInvalid) as error:
            raise SettingsRefused(
                f"{error} With this in {path}, nothing is recorded. See `glasswork settings`."
            ) from None
    return policy


def _said(settings: LocalSettings) -> dict[str, object]:
    """What the settings say, by key."""
    flat = msgspec.structs.asdict(settings)
    flat |= {f"{BUDGET}.{name}": value for name, value in msgspec.structs.asdict(flat.pop(BUDGET)).items()}
    return {key: value for key, value in flat.items() if value is not None}


def _nested(said: dict[str, object]) -> dict[str, object]:
    budget = {key.removeprefix(f"{BUDGET}."): value for key, value in said.items() if key.startswith(f"{BUDGET}.")}
    return {key: value for key, value in said.items() if "." not in key} | {BUDGET: budget}


def _toml(settings: LocalSettings) -> str:
    """JSON strings, numbers, booleans and arrays of strings are TOML as they stand; a dotted key is a table's."""
    return "".join(f"{key} = {json.dumps(value)}\n" for key, value in _said(settings).items())
