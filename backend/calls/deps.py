"""Calls as parameters of a route."""

from typing import Annotated
from uuid import UUID

from fastapi import Path

CallPath = Annotated[UUID, Path(description="The id of the call.")]
