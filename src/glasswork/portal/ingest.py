"""The ingest API (docs/formats/ingest.md): raw bodies in, one small JSON answer out.

Nothing of a request is logged: its outcome is counted (`tally`). Work that waits for the disk runs in a thread; a body
that is larger than an envelope may be is refused before, or as soon as, it is; a device that sends too fast (`flow`)
before anything is written.
"""

import asyncio
import base64
import binascii
from typing import Any

import structlog
from litestar import Litestar, Request, Response, get, post
from litestar.exceptions import HTTPException
from litestar.types import ControllerRouterHandler

from glasswork import vault
from glasswork.portal.flow import Flow
from glasswork.portal.tally import Tally
from glasswork.schema.enrolment import BATCHES_PATH, HEALTH_PATH, KEYS_PATH, SIGNATURE_HEADER, Answer
from glasswork.schema.envelope import MAX_ENVELOPE, SealingKey
from glasswork.schema.errors import FormatError
from glasswork.vault import Outcome, Received, Vault
from glasswork.vault.errors import NotEnrolled, Unavailable

RETRY_S = 60
"""After how many seconds a device should try again when the service could not store."""

LARGEST_REQUEST = 4_096
"""The most bytes of a request for sealing keys."""

_STATUS = {
    Outcome.STORED: 201,
    Outcome.ALREADY_STORED: 200,
    Outcome.CONFLICT: 409,
    Outcome.MALFORMED: 400,
    Outcome.TOO_LARGE: 413,
    Outcome.REFUSED: 403,
    Outcome.OVER_QUOTA: 429,
}

_TOO_FAST = "The device sends faster than the service stores for one. Nothing was stored; it sends this again later."
_ASKS_TOO_FAST = "The device asks for keys faster than the service gives them to one. It asks again later."

_log = structlog.stdlib.get_logger()


def create_app(handle: Vault, tally: Tally) -> Litestar:
    """The ASGI application that answers devices for an open vault."""
    flow = Flow(lambda: vault.device_keys(handle))

    def take(body: bytes) -> Received:
        seconds = flow.wait(body)
        return Received(Outcome.OVER_QUOTA, _TOO_FAST, seconds) if seconds else vault.receive(handle, body)

    def give(body: bytes, signature: bytes) -> list[SealingKey] | int:
        return flow.wait_for_keys(body, signature) or vault.answer_keys(handle, body, signature)

    @get(HEALTH_PATH)
    async def health() -> Answer:
        return Answer(status="ok")

    @post(KEYS_PATH, status_code=200, request_max_body_size=LARGEST_REQUEST)
    async def keys(request: Request[Any, Any, Any]) -> Response[list[SealingKey]] | Response[Answer]:
        body = await request.body()
        signature = _signature(request.headers.get(SIGNATURE_HEADER, ""))
        found = await asyncio.to_thread(give, body, signature)
        if isinstance(found, int):
            tally.add("keys", Outcome.OVER_QUOTA)
            return _answer(429, Outcome.OVER_QUOTA, _ASKS_TOO_FAST, found)
        tally.add("keys", "given")
        return Response(found)

    @post(BATCHES_PATH, request_max_body_size=MAX_ENVELOPE)
    async def batches(request: Request[Any, Any, Any]) -> Response[Answer]:
        body = await request.body()
        received = await asyncio.to_thread(take, body)
        tally.add("batch", received.outcome)
        if received.outcome in (Outcome.STORED, Outcome.ALREADY_STORED):
            answer = Answer(status=received.outcome, checkpoint=handle.log.shown())
            return Response(answer, status_code=_STATUS[received.outcome])
        return _answer(_STATUS[received.outcome], received.outcome, received.message, received.retry_after)

    def malformed(_: Request[Any, Any, Any], error: FormatError) -> Response[Answer]:
        tally.add("request", "malformed")
        return _answer(400, "malformed", str(error))

    def not_enrolled(_: Request[Any, Any, Any], error: NotEnrolled) -> Response[Answer]:
        tally.add("request", "refused")
        return _answer(403, "refused", str(error))

    def http(_: Request[Any, Any, Any], error: HTTPException) -> Response[Answer]:
        tally.add("request", str(error.status_code))
        if error.status_code == 413:
            return _answer(413, Outcome.TOO_LARGE, "The request has more bytes than one may have. Nothing was stored.")
        return _answer(error.status_code, "refused", "The service has no answer to such a request. Update the device.")

    handlers: list[ControllerRouterHandler] = [health, keys, batches]
    return Litestar(
        handlers,
        exception_handlers={
            FormatError: malformed,
            NotEnrolled: not_enrolled,
            Unavailable: _unavailable,
            HTTPException: http,
            Exception: _failed,
        },
        openapi_config=None,
        logging_config=None,
    )


def _signature(header: str) -> bytes:
    try:
        return base64.b64decode(header, validate=True)
    except (binascii.Error, ValueError):
        raise FormatError(f"The header {SIGNATURE_HEADER} is not base64. Update the device's program.") from None


def _answer(status: int, outcome: str, message: str = "", retry_after: int = 0) -> Response[Answer]:
    headers = {"Retry-After": str(retry_after)} if retry_after else None
    return Response(Answer(status=outcome, message=message), status_code=status, headers=headers)


def _failed(_: Request[Any, Any, Any], error: Exception) -> Response[Answer]:
    """What nobody thought of. Only the error's type is logged: its message could quote the request."""
    _log.error("request", outcome="failed", error=type(error).__name__)
    return _answer(500, "failed", "The service failed. Nothing was acknowledged; the device tries again.", RETRY_S)


def _unavailable(_: Request[Any, Any, Any], error: Unavailable) -> Response[Answer]:
    _log.error("request", outcome="unavailable")
    return _answer(503, "unavailable", str(error), RETRY_S)
