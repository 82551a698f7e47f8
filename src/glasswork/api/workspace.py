"""The workspace: the folder that holds one participant's device and, beside it, the vault it sends to.

workspace.json        who is enrolled here, and which keys signed the first policy
policy/               policy.toml, and bundle.json with its signatures
keys/                 signing keys of the roles (in the demo: of all three, and called demo keys)
device/               the device's key, enrolment, hold and outbox
vault/                records, objects, wrapped keys, audit log
private/  releases/   data sets in plain
"""

import itertools
import os
import secrets
import socket
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from glasswork.api.errors import WorkspaceError
from glasswork.device import notices
from glasswork.policy import Accepted, Approved, Policy, SignerRole, check, compile_text, pack, sign, unpack
from glasswork.policy.keys import load_key, new_key, public_text
from glasswork.policy.rules import default_rules
from glasswork.policy.signatures import OFFICERS
from glasswork.policy.templates import demo_policy, self_policy
from glasswork.schema.enrolment import Enrolment
from glasswork.schema.words import Scope

if TYPE_CHECKING:
    from glasswork.vault import Vault

DEMO_ROLES = (SignerRole.PRIVACY_OFFICER, SignerRole.SECURITY_OFFICER, SignerRole.WORKER_REPRESENTATIVE)


class Settings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`workspace.json`. `accepted` is the last policy taken into use, with its quorum."""

    format: int = 1
    participant: str
    device: str
    service: str
    demo: bool = False
    accepted: Accepted


@dataclass(frozen=True, slots=True)
class Workspace:
    """A folder and its settings. Made by `create`, `create_demo` or `load`."""

    folder: Path
    settings: Settings

    @property
    def policy_toml(self) -> Path:
        return self.folder / "policy" / "policy.toml"

    @property
    def bundle(self) -> Path:
        return self.folder / "policy" / "bundle.json"

    @property
    def keys(self) -> Path:
        return self.folder / "keys"

    @property
    def device(self) -> Path:
        return self.folder / "device"

    @property
    def vault(self) -> Path:
        return self.folder / "vault"


def default_folder() -> Path:
    """`$GLASSWORK_WORKSPACE`, or the folder for user data of the XDG specification."""
    if named := os.environ.get("GLASSWORK_WORKSPACE"):
        return Path(named)
    data = os.environ.get("XDG_DATA_HOME") or "~/.local/share"
    return Path(data).expanduser() / "glasswork"


def create(folder: Path, *, service: str = "") -> Workspace:
    """Make a workspace of scope `self`: one owner, who signs alone and to whom alone the data go.

    `service` is where its service listens: a loopback address, by default one that nothing else uses now.
    Raises WorkspaceError where the folder already holds something.
    """
    return _create(folder, (SignerRole.OWNER,), service, demo=False)


def create_demo(folder: Path, *, service: str = "") -> Workspace:
    """Make a workspace whose policy is signed by three demo roles; their keys lie in it and are called demo keys.

    Its worker is a script, which nothing can be shown: the notice counts as acknowledged. The officers' demo keys
    approve the promotion of what is refined and assembled.
    """
    made = _create(folder, DEMO_ROLES, service, demo=True)
    notices.acknowledge(made.device, approved(made))
    approve_demo(made)
    return made


def approve_demo(demo: Workspace) -> None:
    """Have the officers' demo keys approve, under the policy in force, what is refined and assembled."""
    from glasswork.govern import promotion

    policy = approved(demo)
    for purpose, role in itertools.product(promotion.STEPS, sorted(OFFICERS)):
        file = promotion.file_of(demo.vault, purpose)
        promotion.approve(file, policy, purpose, role, role_key(demo, role), now=datetime.now(UTC))


def load(folder: Path) -> Workspace:
    """The workspace in a folder. Raises WorkspaceError where there is none."""
    try:
        settings = msgspec.json.decode((folder / "workspace.json").read_bytes(), type=Settings)
    except FileNotFoundError:
        raise WorkspaceError(
            f"There is no workspace in {folder}, so nothing was done. Make one with `glasswork init`, or name another "
            "with --workspace."
        ) from None
    except (OSError, msgspec.DecodeError) as error:
        raise WorkspaceError(
            f"The workspace in {folder} cannot be read ({type(error).__name__} in workspace.json), so nothing was "
            "done. Put the file back from a backup."
        ) from None
    return Workspace(folder, settings)


def approved(workspace: Workspace, *, now: datetime | None = None) -> Approved:
    """The policy in force here. Raises PolicyRefused, also where there is no signed bundle at all."""
    return check(signed_bundle(workspace), now=now or datetime.now(UTC), before=workspace.settings.accepted)


def signed_bundle(workspace: Workspace) -> bytes:
    """The bytes of the signed bundle. Raises WorkspaceError where there is none."""
    try:
        return workspace.bundle.read_bytes()
    except OSError:
        raise WorkspaceError(
            f"There is no signed policy in {workspace.folder}, so nothing may be recorded or opened. "
            "Put it back with `glasswork policy accept FILE`."
        ) from None


def accept(workspace: Workspace, signed: bytes) -> Approved:
    """Take a newly signed bundle into use.

    Raises PolicyRefused, and where its rules of access are others than those in force, govern's RulesInvalid,
    RulesUntested, SurfaceGrew; the old policy then stays in force.
    """
    policy = check(signed, now=datetime.now(UTC), before=workspace.settings.accepted)
    old = unpack(signed_bundle(workspace))[0].cedar if workspace.bundle.exists() else default_rules()
    if policy.cedar != old:
        from glasswork.govern.assess import check_signable

        check_signable(old, unpack(signed)[0])
    write_private(workspace.bundle, signed)
    settings = msgspec.structs.replace(workspace.settings, accepted=policy.accepted)
    write_private(workspace.folder / "workspace.json", _pretty(settings))
    return policy


def new_policy() -> Policy:
    """The policy that a new workspace of scope `self` would have."""
    key = public_text(Ed25519PrivateKey.generate())
    return compile_text(self_policy(key, now=datetime.now(UTC), sink_url="http://127.0.0.1:1")).policy


def open_vault(workspace: Workspace) -> AbstractContextManager["Vault"]:
    """The vault beside the device, to be used in a `with`. Raises PolicyRefused, VaultErrors."""
    from glasswork import vault

    return vault.connect(workspace.vault, approved(workspace))


def enrol(workspace: Workspace, device: str, scope: Scope) -> Enrolment:
    """Enrol a device of this workspace's participant at the vault, and write down what it must know."""
    from glasswork import vault
    from glasswork.device.send.keys import FILE as SEALING_KEYS

    policy = approved(workspace)
    key = new_key(workspace.device / f"{device}.key")
    with vault.connect(workspace.vault, policy) as opened:
        log_key = opened.log_key.public_bytes_raw()
        key_service = vault.enrol(
            opened,
            participant=workspace.settings.participant,
            device=device,
            device_public=key.public_key().public_bytes_raw(),
            scope=scope,
        )
    enrolment = Enrolment(
        participant=workspace.settings.participant,
        device=device,
        scope=scope,
        purpose="personal_use" if scope is Scope.SELF else policy.policy.purposes[0].id,
        service=workspace.settings.service,
        key_service=key_service,
        log=log_key,
    )
    write_private(workspace.device / f"{device}.json", _pretty(enrolment))
    if device == workspace.settings.device:  # keys of an enrolment before, which an erasure may have ended
        (workspace.device / SEALING_KEYS).unlink(missing_ok=True)
    return enrolment


def enrolment(workspace: Workspace, device: str) -> Enrolment:
    """What a device of this workspace knows of its vault. Raises WorkspaceError where it is not enrolled."""
    try:
        return msgspec.json.decode((workspace.device / f"{device}.json").read_bytes(), type=Enrolment)
    except (OSError, msgspec.DecodeError):
        raise WorkspaceError(
            f"This device is not enrolled in {workspace.folder}, so it cannot send. Make a new workspace with "
            "`glasswork init`."
        ) from None


def write_private(path: Path, data: bytes) -> None:
    """Write a file of mode 0600 as a whole or not at all."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.new")
    with os.fdopen(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)


def free_address() -> str:
    """A loopback address that nothing listens on. Below the ports that outgoing connections take by themselves."""
    while True:
        port = 20_000 + secrets.randbelow(10_000)
        with socket.socket() as trial, suppress(OSError):
            trial.bind(("127.0.0.1", port))
            return f"http://127.0.0.1:{port}"


def _create(folder: Path, roles: tuple[SignerRole, ...], service: str, *, demo: bool) -> Workspace:
    if folder.exists() and any(folder.iterdir()):
        raise WorkspaceError(
            f"{folder} is not empty, and a new workspace would mix with what is there. Nothing was changed. Choose "
            "another folder, or remove this one with `glasswork uninstall`."
        )
    service = service or free_address()
    now = datetime.now(UTC)
    for name in ("", "policy", "keys", "device", "vault"):
        (folder / name).mkdir(mode=0o700, parents=True, exist_ok=True)
    prefix = "demo_" if demo else ""
    keys = {role: new_key(folder / "keys" / f"{prefix}{role}.key") for role in roles}
    public = {role: public_text(key) for role, key in keys.items()}
    template = (
        demo_policy(public, now=now, sink_url=service)
        if demo
        else self_policy(public[SignerRole.OWNER], now=now, sink_url=service)
    )
    (folder / "policy" / "policy.toml").write_text(template)
    bundle = compile_text(template)
    signed = pack(bundle, [sign(bundle, role, key, now=now) for role, key in keys.items()])
    first = check(signed, now=now)
    settings = Settings(
        participant=f"p-{secrets.token_hex(6)}",
        device=f"d-{secrets.token_hex(6)}",
        service=service,
        demo=demo,
        accepted=first.accepted,
    )
    workspace = Workspace(folder, settings)
    write_private(workspace.bundle, signed)
    write_private(folder / "workspace.json", _pretty(settings))
    enrol(workspace, settings.device, first.policy.scope)
    return workspace


def role_key_file(workspace: Workspace, role: SignerRole) -> Path:
    """Where this workspace keeps the signing key of a role (its own, or a demo's)."""
    for name in (f"{role}.key", f"demo_{role}.key"):
        if (workspace.keys / name).exists():
            return workspace.keys / name
    return workspace.keys / f"{role}.key"


def role_key(workspace: Workspace, role: SignerRole) -> Ed25519PrivateKey:
    """The signing key of a role that lies in this workspace. Raises KeyUnusable."""
    return load_key(role_key_file(workspace, role))


def _pretty(value: object) -> bytes:
    return msgspec.json.format(msgspec.json.encode(value), indent=1) + b"\n"
