"""Examples of events are like the events: readers written by them can read the real ones."""

import pytest

from backend.destinations.examples import example_data
from backend.insights.alerts import service as alerts
from backend.insights.alerts.events import AlertResolved, AlertTriggered
from backend.insights.alerts.models import Alert, Comparison
from backend.platform.events import deliverable_names, example_of
from backend.platform.ids import new_id
from backend.recordings import service as recordings
from backend.recordings.events import RecordingTranscribed
from backend.recordings.models import Recording, RecordingStatus
from docs.destinations_examples import wiring

# What happened to a call is told by the call itself.
OF_CALLS = {name for name in deliverable_names() if name.startswith("call.")} - {"call.repaired"}


@pytest.mark.parametrize("name", sorted(deliverable_names() - OF_CALLS))
def test_every_other_event_shows_what_it_tells(name: str) -> None:
    assert example_of(name)
    assert example_data(wiring(), name)["event"] == example_of(name)


def test_the_example_of_a_recording_has_what_recordings_tell() -> None:
    recording = Recording(
        org_id=new_id(), agent_id=new_id(), file_name="a.wav", status=RecordingStatus.COMPLETED
    )

    assert recordings.about(recording)["data"].keys() == RecordingTranscribed.example.keys()


@pytest.mark.parametrize("event", [AlertTriggered, AlertResolved])
def test_the_example_of_an_alert_has_what_alerts_tell(event: type[AlertTriggered]) -> None:
    alert = Alert(
        org_id=new_id(),
        name="Nobody answers",
        metric="calls",
        comparison=Comparison.BELOW,
        threshold=1,
        window_minutes=60,
        min_samples=1,
        hold_minutes=0,
    )

    assert alerts.about(alert).keys() == event.example.keys()
