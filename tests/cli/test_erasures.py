"""`ringback admin erasure`: receipts are checked without a database."""

import json
from pathlib import Path

from backend.retention import receipts
from tests.cli.conftest import Ringback
from tests.support.commands import FAILED, USAGE
from tests.support.service import SECRET

PAYLOAD = {"erasure_id": "1", "organisation": "default", "completed_at": "2026-11-29T00:00:00Z"}


def written(folder: Path, payload: dict[str, str], **changes: str) -> Path:
    receipt = receipts.sign(payload, SECRET)
    receipt["payload"] = payload | changes
    path = folder / "receipt.json"
    path.write_text(json.dumps(receipt, indent=2), encoding="utf-8")
    return path


def test_a_genuine_receipt_is_valid_and_a_changed_one_is_not(
    ringback: Ringback, tmp_path: Path
) -> None:
    genuine = ringback("admin", "erasure", "verify", str(written(tmp_path, PAYLOAD)))
    assert (genuine.code, genuine.stdout) == (
        0,
        "Valid. Erasure 1 of default, completed at 2026-11-29T00:00:00Z.\n",
    )

    changed = written(tmp_path, PAYLOAD, completed_at="2026-11-28T00:00:00Z")
    forged = ringback("admin", "erasure", "verify", str(changed))
    assert forged.code == FAILED
    assert "something was changed" in forged.said


def test_anybody_with_the_public_key_can_check(ringback: Ringback, tmp_path: Path) -> None:
    receipt = str(written(tmp_path, PAYLOAD))
    printed = ringback("admin", "erasure", "key")
    assert printed.code == 0

    key = printed.stdout.strip()
    elsewhere = {"SECRET_KEY": "the secret of somebody else, long enough"}
    check = ("admin", "erasure", "verify", receipt)
    assert ringback(*check, **elsewhere).code == FAILED
    assert ringback(*check, "--public-key", key, **elsewhere).code == 0
    assert ringback(*check, "--public-key", "nonsense").code == USAGE


def test_without_any_secret_it_says_so(ringback: Ringback, tmp_path: Path) -> None:
    command = ringback("admin", "erasure", "verify", str(written(tmp_path, PAYLOAD)), SECRET_KEY="")

    assert command.code == USAGE
    assert "SECRET_KEY is not set" in command.said
