"""Sending: seals what is held and takes it to the service that this device is enrolled with, when asked to.

`send` does it, `send_own` with what lies in the workspace, and `by_itself` for a participant who chose not to be
asked. Nothing is lost and nothing arrives twice, whatever breaks in between: see `hold.batches` for the steps.
"""

from glasswork.device.send.by_itself import Choice, Clockwork, choice, choose
from glasswork.device.send.own import policy, send_own
from glasswork.device.send.sending import Sent, send

__all__ = ["Choice", "Clockwork", "Sent", "choice", "choose", "policy", "send", "send_own"]
