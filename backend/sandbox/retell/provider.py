"""The simulated Retell as one thing: what it remembers, and the parts that act on it."""

from dataclasses import dataclass, field
from random import Random

from backend.sandbox.clock import Pace
from backend.sandbox.retell.faults import Faults
from backend.sandbox.retell.limits import Limits, LimitValues
from backend.sandbox.retell.playing import Player
from backend.sandbox.retell.store import Store
from backend.sandbox.retell.webhooks import Webhooks
from backend.sandbox.screenplay import Scenario


@dataclass(frozen=True)
class RetellOptions:
    api_key: str = "key_sandbox"
    # Signs the webhooks; the API key does when it is empty.
    webhook_key: str = ""
    speed: float = 1.0
    seed: int = 0
    public_url: str = ""
    limits: LimitValues = field(default_factory=LimitValues)
    dialogues: dict[str, Scenario] = field(default_factory=dict)


class Retell:
    def __init__(self, options: RetellOptions) -> None:
        self.options = options
        self.pace = Pace(options.speed)
        self.store = Store()
        self.faults = Faults()
        self.limits = Limits(self.pace, options.limits)
        key = options.webhook_key or options.api_key
        self.webhooks = Webhooks(self.store, self.faults, self.pace, key)
        self.player = Player(self.store, self.webhooks, self.pace)
        self.random = Random(options.seed)

    @property
    def public_url(self) -> str:
        return self.webhooks.public_url

    def next_seed(self) -> str:
        """Return what the next call draws its chances from."""
        self.store.call_count += 1
        return f"{self.options.seed}:{self.store.call_count}"

    def resume(self) -> None:
        self.player.resume()
        self.webhooks.resume()

    async def stop(self) -> None:
        await self.player.stop()
        await self.webhooks.stop()

    def reset(self) -> None:
        """Go back to the state of a new sandbox; calls and webhooks under way are given up."""
        self.player.forget()
        self.webhooks.forget()
        self.faults.active.clear()
        self.limits.reset()
        self.pace.speed = self.options.speed
        self.store.clear()
        self.random.seed(self.options.seed)
