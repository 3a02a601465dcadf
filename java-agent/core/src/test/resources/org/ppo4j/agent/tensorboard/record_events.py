"""Records events.golden: what TensorBoard's own writer makes of the events of EventWriterTest.

Recorded with tensorboard 2.21.0 on Python 3.11: python record_events.py
"""

from pathlib import Path

from tensorboard.compat.proto.event_pb2 import Event
from tensorboard.compat.proto.summary_pb2 import Summary
from tensorboard.summary.writer.record_writer import RecordWriter

START = 1_700_000_000.0


def scalar(seconds: float, step: int, tag: str, value: float) -> Event:
    summary = Summary(value=[Summary.Value(tag=tag, simple_value=value)])
    return Event(wall_time=START + seconds, step=step, summary=summary)


EVENTS = [
    Event(wall_time=START, file_version="brain.Event:2"),
    scalar(0.5, 512, "charts/episodic_return", 21.5),
    scalar(0.75, 5_000_000_000, "losses/value_loss", -1e-3),
    scalar(1.0, 1024, "losses/explained_variance", float("nan")),
]

with Path(__file__).with_name("events.golden").open("wb") as file:
    writer = RecordWriter(file)
    for event in EVENTS:
        writer.write(event.SerializeToString())
    writer.flush()
