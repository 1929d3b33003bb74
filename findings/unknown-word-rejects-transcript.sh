#!/usr/bin/env bash
# One value the SDK does not know makes a whole transcript unreadable
#
# assemblyai 1.8.2. The SDK reads answers into models with closed lists of values. A finished transcript with
# one value that is newer than the SDK, here a redaction policy in the echo of what was asked for, fails as a
# whole, though its text is there; the raw JSON is worth keeping.
#
# Seen: known policy: completed; unknown policy: ValidationError
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check 'assemblyai==1.8.2'
"$folder/venv/bin/python" - "$folder" <<'PYTHON'
from assemblyai import types

answer = {"id": "1", "status": "completed", "text": "Hello.", "audio_url": "https://example.com/a.wav"}


def read(policy: str) -> str:
    try:
        found = types.TranscriptResponse.parse_obj(answer | {"redact_pii_policies": [policy]})
    except ValueError as error:
        return type(error).__name__
    return str(getattr(found.status, "value", found.status))


known, unknown = read("phone_number"), read("loyalty_number")
print(f"known policy: {known}; unknown policy: {unknown}")
assert known == "completed"
assert unknown == "ValidationError"
PYTHON
