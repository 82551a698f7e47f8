"""AWS KMS as the keeper of the root key: Encrypt and Decrypt, bound to this vault by an encryption context.

`kms.json` in the key folder names the key. KMS never gives the key itself away: whoever copies the folder still needs
`kms:Decrypt` on it, which its administrators can deny, end and see in CloudTrail. The extra `kms` brings the SDK;
credentials come from its usual chain (environment, instance role) and are never stored here.
"""
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportMissingTypeStubs=false
# pyright: reportMissingImports=false
# (botocore makes its clients at run time and has no types)

import os
import secrets
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, cast
from urllib.parse import urlsplit

import msgspec

from glasswork.vault.errors import KeysUnusable

FILE: Final = "kms.json"


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Which KMS key: `key` is its ARN or alias. `vault` is random, and is what a sealed root is bound to.

    `endpoint` is empty for AWS's own; else an https address, or http on this machine.
    """

    key: str
    region: str
    vault: str
    endpoint: str = ""


def choose(folder: Path, key: str, region: str, endpoint: str = "") -> Settings:
    """Let KMS keep the root of a key ring that is still to be made in `folder`. Raises KeysUnusable where there is one.

    An existing root is not moved: it has lain on this disk, and only a new vault can say that its root never did.
    """
    address = urlsplit(endpoint)
    if endpoint and address.scheme != "https" and address.hostname not in ("127.0.0.1", "localhost", "::1"):
        raise KeysUnusable("The address of KMS is not https, so no key is sent there. Nothing was set up.")
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if any((folder / name).exists() for name in ("root.key", FILE)):
        raise KeysUnusable(
            "There is a root key in this folder already, and it stays where it is. Choose an empty folder for a root "
            "that KMS keeps."
        )
    made = Settings(key, region, secrets.token_hex(16), endpoint)
    file = os.open(folder / FILE, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(file, "wb") as out:
        out.write(msgspec.json.encode(made))
        out.flush()
        os.fsync(out.fileno())
    return made


def settings(folder: Path) -> Settings | None:
    """Which KMS key keeps the root in this folder; None where the file itself does. Raises KeysUnusable."""
    try:
        return msgspec.json.decode((folder / FILE).read_bytes(), type=Settings)
    except FileNotFoundError:
        return None
    except (OSError, msgspec.DecodeError):
        raise KeysUnusable("kms.json in the key folder cannot be read, so the root key cannot be opened.") from None


def encrypt(settings: Settings, secret: bytes) -> bytes:
    """`secret` under the KMS key, bound to this vault. Raises KeysUnusable where KMS does not do it."""
    return _ask(settings, "encrypt", Plaintext=secret)["CiphertextBlob"]


@lru_cache(maxsize=1)  # the ring is opened for every lease, and KMS is asked once for each root; the last is forgotten
def decrypt(settings: Settings, sealed: bytes) -> bytes:
    """The inverse of `encrypt`. Raises KeysUnusable where KMS does not do it, or it was bound to another vault."""
    return _ask(settings, "decrypt", CiphertextBlob=sealed)["Plaintext"]


def _ask(settings: Settings, what: str, **values: bytes) -> dict[str, Any]:
    try:
        from botocore.exceptions import BotoCoreError, ClientError
    except ImportError:
        raise KeysUnusable(
            "The root key is kept by AWS KMS, and its SDK is not installed, so nothing can be opened. Install "
            "`glasswork[kms]`."
        ) from None
    try:
        method = getattr(_client(settings), what)
        context = {"application": "glasswork", "vault": settings.vault}
        return cast("dict[str, Any]", method(KeyId=settings.key, EncryptionContext=context, **values))
    except ClientError as error:
        code = cast("dict[str, Any]", error.response)["Error"]["Code"]
        raise _refused(str(code)) from None
    except BotoCoreError as error:
        raise _refused(type(error).__name__) from None


def _refused(code: str) -> KeysUnusable:
    return KeysUnusable(
        f"AWS KMS did not open or seal the root key ({code}), so nothing can be read or stored. Check that the key is "
        "enabled, that this host may use it, and that kms.json belongs to this key folder."
    )


@lru_cache(maxsize=1)
def _client(settings: Settings) -> Any:
    from botocore.config import Config
    from botocore.session import Session

    return Session().create_client(
        "kms",
        region_name=settings.region,
        endpoint_url=settings.endpoint or None,
        config=Config(connect_timeout=5, read_timeout=5, retries={"total_max_attempts": 3}),
    )
