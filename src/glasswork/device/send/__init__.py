"""Sending: seals what is held and takes it to the service that this device is enrolled with, when asked to.

Nothing is lost and nothing arrives twice, whatever breaks in between: see `hold.batches` for the steps.
"""

from glasswork.device.send.sending import Sent, send

__all__ = ["Sent", "send"]
