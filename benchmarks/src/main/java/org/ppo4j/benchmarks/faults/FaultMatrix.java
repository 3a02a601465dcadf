package org.ppo4j.benchmarks.faults;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.ppo4j.env.EnvException;
import org.ppo4j.env.StepBatch;
import org.ppo4j.gymnasium.PythonVectorEnv;

/** Seven faults in four phases with 1, 4 and 16 workers, each once, in one worker. */
final class FaultMatrix {
  private static final List<String> PHASES = List.of("start", "reset", "step", "close");
  private static final int[] WORKERS = {1, 4, 16};
  private static final int STEPS = 12;
  private static final long LIMIT_MILLIS = 120_000;

  private FaultMatrix() {}

  /** The outcome of one combination; {@code bad} if it is not one that is allowed. */
  private record Outcome(String what, String message, boolean bad) {}

  /** Writes a row for each combination and returns how many had an outcome that is not allowed. */
  static int run(Path csv) throws IOException, InterruptedException {
    int bad = 0;
    try (PrintWriter out = new PrintWriter(Files.newBufferedWriter(csv))) {
      out.println("fault,phase,workers,outcome,seconds,message");
      for (int workers : WORKERS) {
        for (String phase : PHASES) {
          for (String fault : Workers.FAULTS) {
            if (!fault.equals("abort")) { // with "crash" one of the two native ends
              bad += one(fault, phase, workers, out) ? 1 : 0;
            }
          }
        }
      }
    }
    return bad;
  }

  private static boolean one(String fault, String phase, int workers, PrintWriter out)
      throws IOException, InterruptedException {
    Path folder = Files.createTempDirectory("ppo4j-faults");
    Path mark = folder.resolve("mark");
    Map<String, Object> kwargs = Map.of("fault", fault, "phase", phase, "mark", mark.toString());
    long start = System.nanoTime();
    AtomicReference<@Nullable Outcome> done = new AtomicReference<>();
    Thread thread = Thread.ofPlatform().daemon().start(() -> done.set(outcome(workers, kwargs)));
    thread.join(LIMIT_MILLIS);
    double seconds = (System.nanoTime() - start) / 1e9;
    Outcome outcome = done.get();
    if (outcome == null) {
      outcome = new Outcome("hang", "", true);
    } else if (!Files.exists(mark)) {
      outcome = new Outcome("no fault", outcome.message, true);
    } else {
      List<String> remains = Remains.find();
      if (!remains.isEmpty()) {
        outcome = new Outcome("left " + remains, outcome.message, true);
      }
    }
    Files.deleteIfExists(mark);
    Files.delete(folder);
    String row =
        String.format(
            Locale.ROOT,
            "%s,%s,%d,%s,%.1f,\"%s\"",
            fault,
            phase,
            workers,
            outcome.what,
            seconds,
            outcome.message.replace('"', '\''));
    out.println(row);
    out.flush();
    System.out.println(row);
    return outcome.bad;
  }

  private static Outcome outcome(int workers, Map<String, Object> kwargs) {
    try (Warnings warnings = new Warnings()) {
      PythonVectorEnv env;
      try {
        env = PythonVectorEnv.open(Workers.config(workers, kwargs));
      } catch (EnvException e) {
        return failed(e);
      }
      long restarts;
      try (env) {
        StepBatch batch = StepBatch.of(env);
        env.reset(1, batch);
        for (int t = 0; t < STEPS; t++) {
          env.step(new double[workers], batch);
        }
        restarts = env.restarts();
      } catch (EnvException e) {
        return failed(e);
      }
      String warned = warnings.take();
      if (restarts > 1) {
        return new Outcome("restarted %d times".formatted(restarts), warned, true);
      }
      if (warned.isEmpty()) {
        return new Outcome("silence", warned, true);
      }
      return new Outcome(restarts == 1 ? "recovered" : "reported", warned, false);
    } catch (RuntimeException | Error e) {
      return new Outcome("untyped error", e.toString(), true);
    }
  }

  private static Outcome failed(EnvException error) {
    String message = String.valueOf(error.getMessage());
    boolean bad = message.isBlank() || message.contains("\tat ");
    return new Outcome("error", firstLine(message), bad);
  }

  /** Returns the sentence, without the lines of Python's traceback, which name files. */
  private static String firstLine(String message) {
    return message.lines().findFirst().orElse("");
  }
}
