"""One request to the service, over https, or over http to this machine alone."""

from dataclasses import dataclass
from typing import Final
from urllib.parse import SplitResult, urlsplit

import msgspec

from glasswork.device.errors import SendRefused, ServiceUnreachable
from glasswork.policy.model import Policy
from glasswork.schema.enrolment import Answer, Enrolment

TIMEOUT_S: Final = 30.0
LARGEST_ANSWER: Final = 1_000_000
LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})


@dataclass(frozen=True, slots=True)
class Reply:
    """A status below 500, and the body."""

    status: int
    body: bytes

    def reason(self) -> str:
        """Why the service refused, in its words, made safe to print; of a program that is not ours, the status."""
        try:
            answer = msgspec.json.decode(self.body, type=Answer)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return f"status {self.status}."
        return "".join(filter(str.isprintable, answer.message or answer.status))[:300]

    def checkpoint(self) -> str:
        """The audit log's checkpoint in the answer, as it came; empty where there is none."""
        try:
            return msgspec.json.decode(self.body, type=Answer).checkpoint
        except (msgspec.DecodeError, UnicodeDecodeError):
            return ""


def check_address(enrolment: Enrolment, policy: Policy) -> None:
    """Raise SendRefused unless the enrolled service is a sink of the policy and the way there is private."""
    address = urlsplit(enrolment.service)
    if address.scheme != "https" and address.hostname not in LOOPBACK:
        raise SendRefused(
            "The service's address is plain http to another machine, where anybody on the way could see when you work. "
            "Nothing was sent. Enrol with its https address."
        )
    if _origin(address) not in {_origin(urlsplit(sink.url)) for sink in policy.sinks}:
        raise SendRefused(
            "The policy does not name the service that this device is enrolled with as a place to send to. Nothing was "
            "sent. Enrol with a service of the policy, or ask the board."
        )


def post(enrolment: Enrolment, path: str, body: bytes, headers: dict[str, str]) -> Reply:
    """POST to the enrolled service. Redirects are not followed.

    Raises ServiceUnreachable, also where the service says that it cannot now, and SendRefused for a bad certificate.
    """
    import http.client  # here, for the recorder imports this package, sends in another process, and is to stay small
    import ssl

    address = urlsplit(enrolment.service)
    host, port = address.hostname or "", address.port
    if address.scheme == "https":
        tls = ssl.create_default_context()
        connection = http.client.HTTPSConnection(host, port, timeout=TIMEOUT_S, context=tls)
    else:
        connection = http.client.HTTPConnection(host, port, timeout=TIMEOUT_S)
    try:
        connection.request("POST", address.path.rstrip("/") + path, body, headers)
        response = connection.getresponse()
        reply = Reply(response.status, response.read(LARGEST_ANSWER))
        retry_after = _seconds(response.getheader("Retry-After"))
    except ssl.SSLCertVerificationError:
        raise SendRefused(
            "The service's certificate is not valid, so it may be somebody else's. Nothing was sent; everything waits "
            "on this device. Tell the security officer."
        ) from None
    except (OSError, http.client.HTTPException):
        raise ServiceUnreachable(
            "The service does not answer, so nothing more was sent; everything waits on this device and is deleted "
            "there after seven days. Check that it runs (`glasswork up`) and that there is a network, then try again."
        ) from None
    finally:
        connection.close()
    if reply.status == 429:
        raise ServiceUnreachable(
            "This device has sent as much as the policy lets it send for now. The rest waits on this device and goes "
            "with the next sending.",
            retry_after,
        )
    if reply.status >= 500:
        raise ServiceUnreachable(
            "The service is there but cannot take anything now (its disk may be full), so nothing more was sent; "
            "everything waits on this device. Try again later, and tell whoever runs it.",
            retry_after,
        )
    return reply


def _origin(address: SplitResult) -> tuple[str, str | None, int]:
    return address.scheme, address.hostname, address.port or (443 if address.scheme == "https" else 80)


def _seconds(header: str | None) -> float | None:
    """Retry-After in seconds (RFC 9110, 10.2.3). Of its two forms our service uses only this one."""
    return float(header) if header is not None and header.isdecimal() else None
