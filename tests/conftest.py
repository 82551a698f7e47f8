"""What all tests share."""

from pathlib import Path

import pytest


@pytest.fixture
def shared() -> Path:
    """The folder of real recordings that lies beside the repository and is no part of it."""
    folder = Path(__file__).parents[2] / "shared" / "data"
    if not folder.is_dir():
        pytest.skip("the shared recordings (../shared/data) are not on this machine")
    return folder
