"""What can go wrong on the participant's device. No message shows anything that was recorded."""

from glasswork.schema.errors import GlassworkError


class HoldLocked(GlassworkError):
    """The hold's key is not here, or it is another hold's."""

    exit_code = 77


class HoldKeyGone(HoldLocked):
    """The hold's key was in the keyring and has ended: what was held can never be opened. See `hold.renew`."""

    def __init__(self) -> None:
        super().__init__(
            "The key of the hold is not in this user's keyring. It lives in memory and ends when the machine restarts, "
            "or three days after the user's last process; what was held under it cannot be opened any more, by "
            "anybody. Start a new hold (`glasswork record` offers to). One with a passphrase lasts across restarts."
        )


class HoldDamaged(GlassworkError):
    """The hold's file is not one any more. (Single damaged records are counted and passed over instead.)"""

    exit_code = 65

    def __init__(self) -> None:
        super().__init__(
            "The file of the hold is damaged, so nothing in it can be reviewed or sent, and nothing was deleted. "
            "What was sent before is safe. Move hold.sqlite3 out of the workspace to start a new hold."
        )


class HoldBusy(GlassworkError):
    """Another process keeps the hold locked for longer than any of ours does."""

    exit_code = 69

    def __init__(self) -> None:
        super().__init__(
            "Another program keeps the hold locked, so it was left as it is. Close it (a database browser or a backup, "
            "most likely) and try again."
        )


class DiskFull(GlassworkError):
    """The disk is full, or the workspace may not be written."""

    exit_code = 73

    def __init__(self) -> None:
        super().__init__(
            "The disk is full or the workspace cannot be written, so the last step was not stored. What was held "
            "before is safe. Free some space and start again."
        )


class ServiceUnreachable(GlassworkError):
    """The service did not answer, or only with `try again later`. Everything waits on this device.

    `retry_after` is the time in seconds that it asked for, None where it did not.
    """

    exit_code = 69

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class SendRefused(GlassworkError):
    """The service, or the policy, does not take what was to be sent. It stays on this device."""

    exit_code = 77


class NoticeUnread(GlassworkError):
    """The policy is new and its participant was not shown yet what it records, so the recorder stays paused."""

    exit_code = 78

    def __init__(self) -> None:
        super().__init__(
            "The policy is new, so nothing is recorded until you were shown what it records. "
            "Read `glasswork policy notice --acknowledge`, then `glasswork resume`."
        )


class SettingsRefused(GlassworkError):
    """Local settings cannot be read, or ask for more than the signed policy: nothing is recorded (EX_CONFIG)."""

    exit_code = 78


class AgentAbsent(GlassworkError):
    """No recorder runs in this workspace."""

    exit_code = 69

    def __init__(self) -> None:
        super().__init__("No recorder runs in this workspace, so nothing is being recorded. Start it: glasswork record")


class AgentSilent(GlassworkError):
    """A recorder runs in this workspace and does not answer: nobody knows what it does."""

    exit_code = 69

    def __init__(self) -> None:
        super().__init__(
            "A recorder runs in this workspace and does not answer, so nothing was done, and it may be recording or "
            "not: the indicator tells. Try again; if it stays so, end its process."
        )


class AgentRunning(GlassworkError):
    """A recorder runs in this workspace already."""

    def __init__(self) -> None:
        super().__init__(
            "A recorder runs in this workspace already, and a second one would record everything twice. "
            "See what it does: glasswork status"
        )


class CoverRunning(GlassworkError):
    """For who takes no part, a program keeps the slots of this workspace already."""

    def __init__(self) -> None:
        super().__init__(
            "You take no part, and nothing is recorded. A program that sends empty envelopes for you runs here "
            "already, and a second one would send twice as many, which could be seen. There is nothing to do."
        )


class IndicatorLost(GlassworkError):
    """No indicator, no capture: the indicator ended while the recorder ran."""

    exit_code = 69

    def __init__(self) -> None:
        super().__init__(
            "The indicator ended, so recording stopped: nothing is recorded that is not shown. What was recorded "
            "until then is held. Start again: glasswork record"
        )


class CaptureFailed(GlassworkError):
    """Something in the recorder broke. It is named by its type alone: a message could carry content."""

    def __init__(self, kind: str) -> None:
        super().__init__(
            f"Recording stopped because of a fault of the program ({kind}). What was held before is safe. "
            "Please report it, with that word."
        )
