"""The yardstick: FFmpeg's libraries decode a file, and nothing is done with what they give."""

import sys

import av


def main() -> None:
    with av.open(sys.argv[1]) as opened:
        samples = sum(frame.samples for frame in opened.decode(audio=0))
    assert samples


if __name__ == "__main__":
    main()
