"""What can go wrong in the vault. No message shows an owner, a label or anything else that was recorded."""

from glasswork.schema.errors import GlassworkError


class KeysUnusable(GlassworkError):
    """The key folder is missing, open to other users, or does not fit its key ring. Nothing can be opened."""

    exit_code = 77


class KeyGone(GlassworkError):
    """A key was destroyed: by erasure, by expiry, or because its data were rewritten. That is final."""


class Damaged(GlassworkError):
    """Stored bytes are not what was stored. They are not used."""

    exit_code = 65


class NotEnrolled(GlassworkError):
    """A device or participant is not enrolled here, or does not prove that it is the one it names."""

    exit_code = 77


class NotPermitted(GlassworkError):
    """A session asked the vault for something that its purpose or scope does not allow."""

    exit_code = 77


class Unavailable(GlassworkError):
    """The disk is full or fails, so nothing was stored. The sender keeps what it has and tries again."""

    exit_code = 73


class ClockLeapt(Unavailable):
    """The system's clock is further ahead of what the vault saw last than a rest explains. Nothing was done."""


class NoIncident(GlassworkError):
    """There is no such incident here, or what it was about is gone, or it is closed."""

    exit_code = 66


class CertificateInvalid(GlassworkError):
    """A certificate does not prove what it says: its entry is not in that log, or is none of an erasure."""

    exit_code = 65


class KeyServiceAway(Unavailable):
    """The key service does not answer, or another user answers in its place. Nothing was opened."""


class Cut(GlassworkError):
    """A reader asked for more rows than its lease was for. It got those, and no more."""

    exit_code = 77
