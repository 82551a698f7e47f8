"""The ceilings on sending: bytes in a day, and networks that are metered.

The service counts the bytes as well, by the signed policy; here, local settings may have lowered them.
"""

from urllib.parse import urlsplit

from glasswork.device.errors import SendRefused
from glasswork.device.hold.batches import sent_today
from glasswork.device.hold.handle import Hold
from glasswork.device.network import metered
from glasswork.device.send.wire import LOOPBACK
from glasswork.policy import Policy
from glasswork.schema.enrolment import Enrolment


def room_today(hold: Hold, policy: Policy) -> int:
    """How many bytes of envelopes may still leave this device today."""
    return max(0, policy.quotas.bytes_per_day - sent_today(hold))


def check_network(enrolment: Enrolment, policy: Policy) -> None:
    """Raises SendRefused on a metered network, unless the policy lets it be used or the service is on this machine.

    A network of which nobody says whether it is metered counts as not metered.
    """
    if policy.budget.send_on_metered or urlsplit(enrolment.service).hostname in LOOPBACK:
        return
    if metered():
        raise SendRefused(
            "This network is metered, and the policy sends nothing over such a one. Everything waits on this device; "
            "send when you are on another network, before the days of the hold are over."
        )
