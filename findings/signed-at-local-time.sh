#!/usr/bin/env bash
# A webhook signed with an aware local time is rejected by the library that signed it
#
# standardwebhooks 1.1.0. Webhook.sign takes a datetime and reads its clock as UTC whatever its zone is,
# while the header carries the instant. Signed with the same instant in UTC it verifies; in any other zone it
# does not.
#
# Seen: UTC verifies, +02:00 raises WebhookVerificationError
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check 'standardwebhooks==1.1.0'
"$folder/venv/bin/python" - "$folder" <<'PYTHON'
from datetime import datetime, timedelta, timezone

from standardwebhooks import Webhook, WebhookVerificationError

webhook = Webhook("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
body = '{"type":"call.ended"}'
now = datetime.now(timezone.utc)


def verdict(at: datetime) -> str:
    headers = {
        "webhook-id": "msg_1",
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": webhook.sign("msg_1", at, body),
    }
    try:
        webhook.verify(body, headers)
    except WebhookVerificationError:
        return "raises WebhookVerificationError"
    return "verifies"


in_utc, in_zone = verdict(now), verdict(now.astimezone(timezone(timedelta(hours=2))))
print(f"UTC {in_utc}, +02:00 {in_zone}")
assert (in_utc, in_zone) == ("verifies", "raises WebhookVerificationError")
PYTHON
