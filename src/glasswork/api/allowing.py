"""Allowing one more program or site: for a person alone, whose own signature is all that a policy needs."""

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime

from glasswork.api.errors import NotThere
from glasswork.api.workspace import Workspace, accept, approved, role_key, write_private
from glasswork.policy import (
    Approved,
    Bundle,
    Change,
    PolicyRefused,
    Reason,
    SignerRole,
    compare,
    compile_text,
    pack,
    sign,
)
from glasswork.policy.model import App, Site
from glasswork.schema.words import Scope


@dataclass(frozen=True, slots=True)
class Proposal:
    """A next version of the policy that nobody has signed yet, and what it would change in what is in force."""

    toml: str
    bundle: Bundle
    changes: list[Change]


def propose(workspace: Workspace, addition: App | Site) -> Proposal:
    """The policy of this workspace with one more program or site, as its next version. Writes nothing.

    The changes are to what is in force, so what else was edited in policy.toml since shows among them. Raises
    PolicyRefused where the policy is not one's own to change, PolicyInvalid where it would not be valid.
    """
    now = approved(workspace).policy
    if now.scope is not Scope.SELF:
        raise PolicyRefused(
            Reason.TOO_FEW_SIGNATURES,
            "This policy is a programme's, which every role of its quorum signs. Nothing was changed. Edit its "
            "policy.toml, then `glasswork policy compile` and `sign`.",
        )
    try:
        text = workspace.policy_toml.read_text(encoding="utf-8")
    except OSError:
        raise NotThere(f"{workspace.policy_toml} cannot be read, so nothing was changed. Put it back.") from None
    table = "apps" if isinstance(addition, App) else "sites"
    said = {name: getattr(addition, name) for name in addition.__struct_fields__}
    lines = "".join(f"{name} = {json.dumps(value)}\n" for name, value in said.items() if value != ())
    text = f"{text.rstrip()}\n\n[[{table}]]\n{lines}"
    text = re.sub(r"(?m)^epoch\s*=\s*\d+", f"epoch = {now.epoch + 1}", text, count=1)
    bundle = compile_text(text)
    return Proposal(text, bundle, compare(now, bundle.policy))


def take(workspace: Workspace, proposal: Proposal) -> Approved:
    """Sign a proposal with the owner's key and take it into use. Raises KeyUnusable, PolicyRefused."""
    key = role_key(workspace, SignerRole.OWNER)
    bundle = proposal.bundle
    taken = accept(workspace, pack(bundle, [sign(bundle, SignerRole.OWNER, key, now=datetime.now(UTC))]))
    write_private(workspace.policy_toml, proposal.toml.encode())
    return taken
