"""Agents and LLMs have numbered versions: drafts can be edited and published, published never."""

from dataclasses import asdict, dataclass, field
from typing import Any, Self

from backend.sandbox.clock import now_ms
from backend.sandbox.retell.wire import RetellError, not_found


@dataclass
class Version:
    number: int
    fields: dict[str, Any]
    base_version: int | None = None
    is_published: bool = False
    modified_ms: int = field(default_factory=now_ms)
    title: str | None = None
    description: str | None = None

    def edit(self, changes: dict[str, Any]) -> None:
        """Set what is given and forget what is set to null."""
        merged = self.fields | changes
        self.fields = {name: value for name, value in merged.items() if value is not None}
        self.modified_ms = now_ms()

    def publish(self, title: str | None, description: str | None) -> None:
        self.is_published = True
        self.title = title
        self.description = description
        self.modified_ms = now_ms()

    def about(self) -> dict[str, Any]:
        """Return what Retell shows of a version beside its settings."""
        optional = {"version_title": self.title, "version_description": self.description}
        return {
            "version": self.number,
            "is_published": self.is_published,
            "base_version": self.base_version,
            "last_modification_timestamp": self.modified_ms,
            **{name: value for name, value in optional.items() if value is not None},
        }


@dataclass
class Versioned:
    """An agent or an LLM; `kind` is what Retell calls it in its refusals."""

    id: str
    kind: str
    versions: dict[int, Version] = field(default_factory=dict)
    next_number: int = 0

    def add_version(self, fields: dict[str, Any], base_version: int | None = None) -> Version:
        version = Version(self.next_number, fields, base_version)
        self.versions[version.number] = version
        self.next_number += 1
        return version

    def latest(self) -> Version:
        return self.versions[max(self.versions)]

    def find(self, reference: str | int | None) -> Version:
        """Resolve a number, `latest` or `latest_published`; nothing means latest.

        Environment tags are not simulated, so any other word is an unknown asset.
        """
        if reference in {None, "latest"}:
            return self.latest()
        if reference == "latest_published":
            published = [v for v in self.versions.values() if v.is_published]
            if not published:
                raise not_found()
            return max(published, key=lambda version: version.number)
        if not str(reference).isdecimal() or int(str(reference)) not in self.versions:
            raise not_found()
        return self.versions[int(str(reference))]

    def draft(self, reference: str | int | None) -> Version:
        """Return the version an update edits: the one named, or else the latest."""
        version = self.find(reference)
        if version.is_published:
            raise RetellError(400, f"Cannot update published {self.kind}")
        return version

    def as_json(self) -> dict[str, Any]:
        return asdict(self) | {"versions": [asdict(v) for v in self.versions.values()]}

    @classmethod
    def from_json(cls, saved: dict[str, Any]) -> Self:
        versions = [Version(**version) for version in saved["versions"]]
        return cls(
            id=saved["id"],
            kind=saved["kind"],
            versions={version.number: version for version in versions},
            next_number=saved["next_number"],
        )
