"""The policy: what may be recorded, who approved it, and whether it is in force.

A board writes `policy.toml`, `compile`s it to a bundle, and each role `sign`s its hash. A device `check`s the
signed file and acts only on the `Approved` policy that comes out; local settings can `narrow` it. `compare` says
what a new version would add or take away, and `notice` tells the participant.

Needs msgspec, rfc8785 and cryptography alone: this is part of the device.
"""

from glasswork.policy.accepted import Accepted
from glasswork.policy.bundle import Bundle, compile, compile_text, pack, sign, unpack, unpack_all
from glasswork.policy.capabilities import capabilities
from glasswork.policy.check import Approved, check
from glasswork.policy.difference import Change, Direction, compare, compare_bundles, verdict
from glasswork.policy.errors import KeyUnusable, PolicyInvalid, PolicyRefused, Reason
from glasswork.policy.lookup import app_of, in_schedule, site_of
from glasswork.policy.model import Policy, SignerRole
from glasswork.policy.narrow import LocalSettings, narrow
from glasswork.policy.notice import notice

__all__ = [
    "Accepted",
    "Approved",
    "Bundle",
    "Change",
    "Direction",
    "KeyUnusable",
    "LocalSettings",
    "Policy",
    "PolicyInvalid",
    "PolicyRefused",
    "Reason",
    "SignerRole",
    "app_of",
    "capabilities",
    "check",
    "compare",
    "compare_bundles",
    "compile",
    "compile_text",
    "in_schedule",
    "narrow",
    "notice",
    "pack",
    "sign",
    "site_of",
    "unpack",
    "unpack_all",
    "verdict",
]
