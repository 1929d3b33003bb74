"""Where settings are read from: the environment, and a file such as `.env`."""

from typing import Any

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_settings import DotEnvSettingsSource, EnvSettingsSource


class Environment(EnvSettingsSource):
    """Leaves alone what other programs call LOG or DATABASE: a group has no variable of its own."""

    def get_field_value(self, field: FieldInfo, field_name: str) -> tuple[Any, str, bool]:
        value, key, is_complex = super().get_field_value(field, field_name)
        is_group = isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel)
        return None if is_group else value, key, is_complex


class EnvFile(Environment, DotEnvSettingsSource):
    pass
