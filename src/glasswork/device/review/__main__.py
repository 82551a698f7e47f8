"""`python -m glasswork.device.review --folder FOLDER --key-fd N`: open the review page in the browser."""

import sys
import threading
import webbrowser
from contextlib import suppress

from glasswork.device.hold import expire, open_hold
from glasswork.device.hold.handing import received
from glasswork.device.review.server import Page
from glasswork.device.send import send_own
from glasswork.schema.errors import GlassworkError


def main() -> int:
    """Serve the page until it is closed or left alone, and return an exit code. Prints no address: it has the token."""
    try:
        handed = received()
        with open_hold(handed.folder, handed.key) as hold, suppress(KeyboardInterrupt):
            expire(hold)
            page = Page(hold, lambda: send_own(hold))
            # Some browsers let `open` return only when they are closed, so it has a thread of its own.
            threading.Thread(target=_open, args=(page,), daemon=True).start()
            page.run()
    except GlassworkError as error:
        print(f"glasswork: {error}", file=sys.stderr)
        return error.exit_code
    return 0


def _open(page: Page) -> None:
    if not webbrowser.open(page.address()):
        print(
            "glasswork: There is no browser to show the review page in. Try: glasswork review --text", file=sys.stderr
        )
        page.end()


if __name__ == "__main__":
    sys.exit(main())
