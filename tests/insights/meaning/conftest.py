"""Services whose calls are embedded, by the sandbox."""

import pytest

from backend.platform.settings import Settings
from tests.support.sandbox import Sandbox
from tests.support.service import test_settings

MODEL = "openai/sandbox-stand-in"


@pytest.fixture
def settings(dsn: str, sandbox: Sandbox) -> Settings:
    return test_settings(dsn, sandbox, embedder=MODEL)
