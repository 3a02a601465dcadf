package org.ppo4j.live;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.ppo4j.agent.checkpoint.Checkpoint;
import org.ppo4j.agent.policy.TrainedPolicy;
import org.ppo4j.agent.run.RunFolder;
import org.ppo4j.agent.tensorboard.EventReader;
import org.ppo4j.agent.tensorboard.EventReader.Scalar;

/** Reads a run that is not running here from its folder. */
final class RunFiles {
  private static final String EPISODE_RETURN = "charts/episodic_return";
  private static final String EPISODE_LENGTH = "charts/episodic_length";
  private static final String SPEED = "charts/SPS";

  private final RecentMean returns = new RecentMean();
  private final RecentMean lengths = new RecentMean();
  private final Pace pace = new Pace();
  private final Map<String, Double> numbers = new LinkedHashMap<>();
  private final ShownRun run;
  private long step = -1;
  private double start = Double.NaN;
  private double time;

  private RunFiles(ShownRun run) {
    this.run = run;
  }

  /**
   * Returns a run.
   *
   * @throws IllegalArgumentException if {@code folder} is not a run folder, or has no curves
   * @throws java.io.UncheckedIOException if a file cannot be read
   */
  static ShownRun read(Path folder) {
    RunFolder files = RunFolder.open(folder);
    Path events =
        files
            .eventFile()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        "the run folder %s has no event file, which the page shows"
                            .formatted(folder)));
    Player player = Player.of(files.config());
    ShownRun run =
        new ShownRun(
            new ShownRun.OfEnvironment(title(folder), files.config()), state(files), player);
    if (player != null) {
      files.latestCheckpoint().map(Checkpoint::read).map(TrainedPolicy::of).ifPresent(player::play);
    }
    return curves(events, run);
  }

  private static String title(Path folder) {
    return String.valueOf(folder.toAbsolutePath().normalize().getFileName());
  }

  /**
   * Adds the curves of an event file to a run; returns the run.
   *
   * @throws IllegalArgumentException if there are none
   */
  static ShownRun curves(Path events, ShownRun run) {
    RunFiles reader = new RunFiles(run);
    EventReader.read(events, reader::scalar);
    reader.row();
    if (reader.step < 0) {
      throw new IllegalArgumentException(
          "the event file %s has no curves, because it is damaged or the training did not come to them"
              .formatted(events));
    }
    return run;
  }

  private static String state(RunFolder files) {
    return java.nio.file.Files.exists(files.path().resolve("summary.json"))
        ? files.summary().outcome().name().toLowerCase(Locale.ROOT)
        : "unfinished";
  }

  private void scalar(Scalar scalar) {
    if (Double.isNaN(start)) {
      start = scalar.wallTime();
    }
    switch (scalar.tag()) {
      case EPISODE_RETURN -> returns.add(scalar.value());
      case EPISODE_LENGTH -> lengths.add(scalar.value());
      default -> {
        if (scalar.step() != step) {
          row();
          step = scalar.step();
        }
        time = scalar.wallTime();
        numbers.put(
            scalar.tag().equals(SPEED) ? ShownRun.SPEED : scalar.tag(), (double) scalar.value());
      }
    }
  }

  /** Adds the numbers of the last iteration. */
  private void row() {
    if (!numbers.isEmpty()) {
      Map<String, Double> row = new LinkedHashMap<>();
      if (run.about() instanceof ShownRun.OfEnvironment) {
        row.put(ShownRun.RETURN, returns.mean());
        row.put(ShownRun.LENGTH, lengths.mean());
      } else {
        row.put(ShownRun.SPEED, pace.at(time - start, step));
      }
      row.putAll(numbers);
      run.history.add(step, time - start, row);
      numbers.clear();
    }
  }
}
