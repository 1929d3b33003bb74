#!/usr/bin/env bash
# A copy made twice leaves a file that the store does not show
#
# obstore 0.12.1, LocalStore. It copies by hard link; copying the same object onto the same name a second
# time, as a retry does, leaves 'name#0' in the folder. list() does not show the file and
# delete() refuses its name, so who erases by what the store lists leaves the bytes on the disk.
#
# Seen: the store lists a.txt b.txt; the folder holds a.txt b.txt b.txt#0
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check 'obstore==0.12.1'
"$folder/venv/bin/python" - "$folder" <<'PYTHON'
import sys
from pathlib import Path

import obstore
from obstore.store import LocalStore

folder = Path(sys.argv[1]) / "store"
store = LocalStore(folder, mkdir=True)
obstore.put(store, "a.txt", b"what was said")
for _ in range(2):
    obstore.copy(store, "a.txt", "b.txt")
listed = sorted(item["path"] for batch in obstore.list(store) for item in batch)
there = sorted(path.name for path in folder.iterdir())
print(f"the store lists {' '.join(listed)}; the folder holds {' '.join(there)}")
assert listed == ["a.txt", "b.txt"]
assert len(there) == 3 and there[2].startswith("b.txt#")
PYTHON
