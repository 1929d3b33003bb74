#!/usr/bin/env bash
# Caption libraries change what was said
#
# pysubs2 1.8.1 and webvtt-py 0.6.0. A prompt's placeholder read out by a voice agent, or an ampersand in
# a company's name, is ordinary text in a transcript. pysubs2 takes braces for styling and drops what is in
# them when it writes SRT; webvtt-py writes & and < unescaped, which the WebVTT format does not allow.
#
# Seen: SRT 'Hi }, from Miller & Sons' and VTT 'Miller & Sons <sales>'
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check 'pysubs2==1.8.1' 'webvtt-py==0.6.0'
"$folder/venv/bin/python" - "$folder" <<'PYTHON'
import pysubs2
import webvtt

subtitles = pysubs2.SSAFile()
subtitles.append(pysubs2.SSAEvent(start=0, end=1500, text="Hi {{driver_name}}, from Miller & Sons"))
srt = subtitles.to_string("srt").strip().splitlines()[-1]

captions = webvtt.WebVTT()
captions.captions.append(webvtt.Caption("00:00:00.000", "00:00:01.500", "Miller & Sons <sales>"))
vtt = captions.content.strip().splitlines()[-1]
print(f"SRT {srt!r} and VTT {vtt!r}")
assert srt == "Hi }, from Miller & Sons"
assert vtt == "Miller & Sons <sales>"
PYTHON
