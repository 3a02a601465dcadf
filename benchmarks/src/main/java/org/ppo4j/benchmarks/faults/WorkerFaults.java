package org.ppo4j.benchmarks.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The campaign of {@code benchmarks/faults/workers}.
 *
 * <p>Its arguments are the folder to write to and parts: {@code matrix}, {@code kills=200}, {@code
 * learning=10} (seeds), {@code random=10000}, {@code minutes=20}, the limit of each part that
 * follows, except the matrix, whose combinations have a limit each, and {@code seed=2}, by which
 * other random faults follow. Without parts, all run.
 */
public final class WorkerFaults {
  private WorkerFaults() {}

  public static void main(String[] args) throws IOException, InterruptedException {
    Path out = Files.createDirectories(Path.of(args[0]));
    List<String> parts = List.of(args).subList(1, args.length);
    if (parts.isEmpty()) {
      parts = List.of("matrix", "kills=200", "learning=10", "random=10000");
    }
    int minutes = 20;
    int seed = 1;
    boolean good = true;
    for (String part : parts) {
      String[] words = part.split("=", 2);
      int number = words.length == 2 ? Integer.parseInt(words[1]) : 1;
      System.out.println("# " + part);
      switch (words[0]) {
        case "minutes" -> minutes = number;
        case "seed" -> seed = number;
        case "matrix" -> {
          int bad = FaultMatrix.run(out.resolve("matrix.csv"));
          System.out.println(bad + " combinations with an outcome that is not allowed");
          good &= bad == 0;
        }
        case "kills" -> KillTiming.run(out.resolve("kills.csv"), number);
        case "learning" ->
            good &= LearningUnderFire.run(out.resolve("learning.csv"), number, minutes);
        case "random" -> good &= RandomFaults.run(number, seed, minutes);
        default ->
            throw new IllegalArgumentException(
                "the part is '%s': expected matrix, kills=N, learning=N, random=N, minutes=N or seed=N"
                    .formatted(part));
      }
    }
    System.exit(good ? 0 : 1);
  }
}
