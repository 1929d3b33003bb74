"""A request body of Retell's API: fields that are not listed are kept as they come."""

from typing import Any, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    ModelWrapValidatorHandler,
    PrivateAttr,
    model_validator,
)

from backend.sandbox.retell.wire import as_javascript

Storage = Literal["everything", "everything_except_pii", "basic_attributes_only"]


class Body(BaseModel):
    """A JSON body. Numbers in quotes and the like are refused, as Retell does.

    JSON has one kind of number: one without a fraction is an integer, however it is written.
    """

    model_config = ConfigDict(extra="allow", strict=True)
    _given: dict[str, Any] = PrivateAttr(default_factory=dict)

    @model_validator(mode="wrap")
    @classmethod
    def _keep(cls, value: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        value = as_javascript(value)
        body = handler(value)
        if isinstance(value, dict):
            body._given = value  # noqa: SLF001 - a validator is part of its own class
        return body

    @property
    def given(self) -> dict[str, Any]:
        """Return the body exactly as it came, without what it left out."""
        return self._given
