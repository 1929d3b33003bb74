import pytest

from backend.agents.draft.variables import fill, used_in
from backend.agents.presets.catalog import PRESETS
from backend.agents.presets.preset import Preset
from backend.agents.record_schema.subset import check_record_schema

presets = pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.key)


def test_each_preset_has_its_own_key_and_name() -> None:
    assert len({preset.key for preset in PRESETS}) == len(PRESETS) >= 3
    assert len({preset.config.name for preset in PRESETS}) == len(PRESETS)


@presets
def test_its_record_schema_is_in_the_subset(preset: Preset) -> None:
    assert preset.config.record_schema is not None
    assert check_record_schema(preset.config.record_schema) == []


@presets
def test_each_field_of_its_record_is_described(preset: Preset) -> None:
    assert preset.config.record_schema is not None
    fields = preset.config.record_schema["properties"]

    assert fields
    assert all(field["description"].endswith(".") for field in fields.values())


@presets
def test_it_uses_the_variables_it_declares_and_no_others(preset: Preset) -> None:
    config = preset.config
    declared = {variable.name for variable in config.variables}

    assert used_in(config.prompt, config.begin_message) == declared


@presets
def test_its_examples_are_enough_for_a_call(preset: Preset) -> None:
    examples = {variable.name: variable.example or "" for variable in preset.config.variables}

    values, wrong = fill(preset.config.variables, examples)

    assert wrong == []
    assert all(values.values())


@presets
def test_it_opens_the_call_itself(preset: Preset) -> None:
    assert preset.config.begin_message
