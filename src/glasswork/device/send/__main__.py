"""`python -m glasswork.device.send --folder FOLDER --key-fd N`: send once what the participant lets go by itself."""

import sys

from glasswork.device.hold import open_hold
from glasswork.device.hold.handing import received
from glasswork.device.send.by_itself import choice
from glasswork.device.send.own import send_own
from glasswork.schema.errors import GlassworkError


def main() -> int:
    """Send, and return an exit code. What cannot be sent now waits for the next time."""
    try:
        handed = received()
        chosen = choice(handed.folder)
        if chosen.by_itself:
            with open_hold(handed.folder, handed.key) as hold:
                send_own(hold, chosen.after_hours)
    except GlassworkError as error:
        print(f"glasswork: {error}", file=sys.stderr)
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main())
