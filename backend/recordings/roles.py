"""Who is who: by what the sender says of the channels, else by what is said."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from backend.providers.tools import Tools
from backend.recordings.models import Recording
from backend.recordings.turns import Role, Voiced

Voice = tuple[int, str | None]


@dataclass(frozen=True)
class Told:
    """The role of each voice; `quote` is what it was told by, where it was told by words."""

    roles: Mapping[Voice, Role]
    quote: str | None = None
    quoted_voice: Voice | None = None


async def tell_roles(tools: Tools, recording: Recording, voiced: Sequence[Voiced]) -> Told:
    voices = list(dict.fromkeys(each.voice for each in voiced))
    channels = recording.wishes.get("channels") or {}
    given: dict[Voice, Role] = {
        voice: channels[str(voice[0])] for voice in voices if str(voice[0]) in channels
    }
    return Told(given)
