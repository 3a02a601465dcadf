"""Prints the curves of a run folder as TensorBoard itself reads them; run by TensorBoardTest.

    python read_events.py FOLDER

prints one JSON object: to each tag its points, [step, value, wall time].
"""

import json
import sys

from tensorboard.backend.event_processing.event_accumulator import SCALARS, EventAccumulator

accumulator = EventAccumulator(sys.argv[1], size_guidance={SCALARS: 0})  # 0: every point
accumulator.Reload()
curves = {
    tag: [[point.step, point.value, point.wall_time] for point in accumulator.Scalars(tag)]
    for tag in accumulator.Tags()["scalars"]
}
print(json.dumps(curves))
