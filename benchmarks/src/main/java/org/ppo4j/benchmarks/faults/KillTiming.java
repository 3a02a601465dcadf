package org.ppo4j.benchmarks.faults;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import org.ppo4j.env.StepBatch;
import org.ppo4j.gymnasium.PythonVectorEnv;

/**
 * Kills workers of environments that are stepped, and measures how long it takes until the fault is
 * counted, which is after the worker's processes are gone, and until the next step is done.
 */
final class KillTiming {
  private static final int WORKERS = 2;
  private static final int STARTS = 10;

  private KillTiming() {}

  static void run(Path csv, int kills) throws IOException, InterruptedException {
    double[] starts = new double[STARTS];
    for (int i = 0; i < STARTS; i++) {
      long start = System.nanoTime();
      try (PythonVectorEnv env = PythonVectorEnv.open(Workers.config(1, Map.of()))) {
        env.reset(1, StepBatch.of(env));
        starts[i] = millis(start, System.nanoTime());
      }
    }
    double[] seen = new double[kills];
    double[] back = new double[kills];
    SplittableRandom random = new SplittableRandom(1);
    try (PrintWriter out = new PrintWriter(Files.newBufferedWriter(csv));
        Warnings _ = new Warnings();
        PythonVectorEnv env = PythonVectorEnv.open(Workers.config(WORKERS, Map.of()));
        SteppingThread stepping = new SteppingThread(env)) {
      out.println("kill,seen_ms,back_ms");
      for (int k = 0; k < kills; k++) {
        long before = stepping.steps();
        stepping.await(() -> stepping.steps() > before + 10);
        Thread.sleep(random.nextInt(100));
        List<ProcessHandle> guards = Workers.guards();
        ProcessHandle worker =
            guards.get(random.nextInt(guards.size())).children().findFirst().orElseThrow();
        long restarts = env.restarts();
        long start = System.nanoTime();
        worker.destroyForcibly();
        stepping.await(() -> env.restarts() > restarts);
        long counted = System.nanoTime();
        long steps = stepping.steps();
        stepping.await(() -> stepping.steps() > steps);
        seen[k] = millis(start, counted);
        back[k] = millis(start, System.nanoTime());
        out.printf(Locale.ROOT, "%d,%.1f,%.1f%n", k + 1, seen[k], back[k]);
      }
    }
    print("start of one worker, with its first reset", starts);
    print("a kill is seen after", seen);
    print("the step after a kill is done after", back);
  }

  private static double millis(long start, long end) {
    return (end - start) / 1e6;
  }

  private static void print(String what, double[] millis) {
    double[] sorted = millis.clone();
    Arrays.sort(sorted);
    int n = sorted.length;
    System.out.printf(
        Locale.ROOT,
        "%s: median %.1f ms, p99 %.1f ms, max %.1f ms, of %d%n",
        what,
        sorted[n / 2],
        sorted[(int) Math.ceil(0.99 * n) - 1],
        sorted[n - 1],
        n);
  }
}
