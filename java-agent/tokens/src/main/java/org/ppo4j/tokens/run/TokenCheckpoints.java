package org.ppo4j.tokens.run;

import java.io.IOException;
import java.lang.reflect.Array;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.ppo4j.agent.files.IoErrors;
import org.ppo4j.agent.state.TrainingState;
import org.ppo4j.tokens.files.SafeTensors;
import org.ppo4j.tokens.model.ModelException;
import org.ppo4j.tokens.train.TokenTrainer;

/** The checkpoints of a training, {@code step_N.safetensors}; the last two are kept. */
final class TokenCheckpoints {
  private static final String STEP = "step_";
  private static final String ENDING = ".safetensors";
  private static final String UNFINISHED = "unfinished";
  private static final int KEPT = 2;

  private final Path folder;

  TokenCheckpoints(Path folder) {
    this.folder = folder;
  }

  /**
   * Where a training continues.
   *
   * @param step the number of steps so far
   * @param isEvaluated whether the evaluation after this step, if one is due, was made
   */
  record Place(int step, boolean isEvaluated) {}

  /**
   * Writes a checkpoint, deletes the third last one, and those of later steps, which are damaged.
   */
  void save(TokenTrainer trainer, Place place) {
    TrainingState state = new TrainingState();
    trainer.save(state);
    List<SafeTensors.Written> arrays =
        state.arrays().entrySet().stream()
            .map(
                entry ->
                    new SafeTensors.Written(
                        entry.getKey(),
                        List.of(Array.getLength(entry.getValue())),
                        entry.getValue(),
                        0))
            .toList();
    String step = String.valueOf(place.step);
    SafeTensors.write(
        file(place.step),
        place.isEvaluated ? Map.of("step", step) : Map.of("step", step, UNFINISHED, "evaluation"),
        arrays);
    List<Integer> unneeded = new ArrayList<>(steps());
    int end = unneeded.indexOf(place.step) + 1;
    unneeded.subList(Math.max(0, end - KEPT), end).clear();
    for (int other : unneeded) {
      try {
        Files.deleteIfExists(file(other));
      } catch (IOException e) {
        throw IoErrors.unchecked("cannot delete " + file(other), e);
      }
    }
  }

  private Path file(int step) {
    return folder.resolve(STEP + step + ENDING);
  }

  /** Returns the steps of all checkpoints, from the first on. */
  private List<Integer> steps() {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> String.valueOf(file.getFileName()))
          .filter(name -> name.matches(STEP + "\\d{1,9}" + ENDING))
          .map(name -> Integer.valueOf(name.substring(STEP.length(), name.indexOf('.'))))
          .sorted(Comparator.naturalOrder())
          .toList();
    } catch (IOException e) {
      throw IoErrors.unchecked("cannot read " + folder, e);
    }
  }

  /** Returns the step of the last checkpoint; 0 if there is none. */
  int last() {
    List<Integer> all = steps();
    return all.isEmpty() ? 0 : all.getLast();
  }

  /**
   * Restores the last checkpoint, if there is one, or the one before it if the last is damaged.
   *
   * @param warnings receives a sentence on a damaged checkpoint
   * @return where the training continues
   * @throws ModelException if all checkpoints are damaged
   */
  Place restore(TokenTrainer trainer, Consumer<String> warnings) {
    List<Integer> left = new ArrayList<>(steps());
    if (left.isEmpty()) {
      return new Place(0, false);
    }
    while (true) {
      int step = left.removeLast();
      try {
        SafeTensors file = SafeTensors.open(file(step));
        trainer.restore(state(file));
        return new Place(step, !file.metadata().containsKey(UNFINISHED));
      } catch (ModelException e) {
        if (left.isEmpty()) {
          throw e;
        }
        warnings.accept("Warning: " + e.getMessage() + "; trying the previous checkpoint");
      }
    }
  }

  private static TrainingState state(SafeTensors file) {
    TrainingState state = new TrainingState();
    for (String name : file.names()) {
      switch (Objects.requireNonNull(file.array(name))) {
        case float[] floats -> state.put(name, floats);
        case double[] doubles -> state.put(name, doubles);
        case long[] longs -> state.put(name, longs);
        case byte[] bytes -> state.put(name, bytes);
        default -> throw new ModelException("%s has no known type".formatted(name));
      }
    }
    return state;
  }
}
