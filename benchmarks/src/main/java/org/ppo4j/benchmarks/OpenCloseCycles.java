package org.ppo4j.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import java.util.stream.Stream;
import org.ppo4j.agent.Training;
import org.ppo4j.env.Envs;
import org.ppo4j.env.StepBatch;
import org.ppo4j.env.VectorEnv;

/**
 * Opens, uses and closes environments and trainings many times: {@code benchmarks/faults/cycles}.
 * Prints, after each tenth of the cycles, the memory, heap, descriptors, threads, children and
 * shared files of this process. Linux only.
 */
public final class OpenCloseCycles {
  private static final int PARTS = 10;

  /** How much each may grow over the last nine tenths: KB, KB, then numbers. */
  private static final long[] SLACK = {64 << 10, 8 << 10, 8, 8, 0, 0};

  private static final String HEAD =
      "| cycles | resident, KB | heap, KB | descriptors | threads | children | in /dev/shm |";

  private static boolean grown;

  private OpenCloseCycles() {}

  public static void main(String[] args) {
    Map<String, Integer> counts =
        new HashMap<>(Map.of("--native", 1000, "--trainings", 1000, "--python", 100));
    for (int i = 0; i < args.length; i += 2) {
      if (!counts.containsKey(args[i])
          || i + 1 == args.length
          || !args[i + 1].matches("\\d{1,6}")) {
        System.err.println(
            "cycles takes --native N, --trainings N and --python N, but got " + List.of(args));
        System.exit(2);
      }
      counts.put(args[i], Integer.parseInt(args[i + 1]));
    }
    measure(
        "CartPole-v1, native",
        counts.getOrDefault("--native", 0),
        i -> use(Envs.make("CartPole-v1", 4, Map.of()), i));
    measure(
        "HalfCheetah-v5, native",
        counts.getOrDefault("--native", 0),
        i -> use(Stepping.inJava("HalfCheetah-v5", 2, 2), i));
    measure(
        "A training of CartPole-v1, 512 steps",
        counts.getOrDefault("--trainings", 0),
        OpenCloseCycles::train);
    measure(
        "CartPole-v1 in Python, 2 workers",
        counts.getOrDefault("--python", 0),
        i -> use(Stepping.inPython("CartPole-v1", 2, 2), i));
    System.exit(grown ? 1 : 0);
  }

  private static void use(VectorEnv env, int seed) {
    try (env) {
      StepBatch batch = StepBatch.of(env);
      double[] actions = new double[env.numEnvs() * env.spec().actionSpace().size()];
      env.reset(seed, batch);
      for (int t = 0; t < 10; t++) {
        env.step(actions, batch);
      }
    }
  }

  private static void train(int seed) {
    try (Training training =
        Training.on("CartPole-v1").seed(seed).config(c -> c.totalTimesteps(512)).build()) {
      var _ = training.run();
    }
  }

  private static void measure(String subject, int cycles, IntConsumer cycle) {
    if (cycles < PARTS) {
      return;
    }
    System.out.printf(
        "%n%s:%n%n%s%n| ---: | ---: | ---: | ---: | ---: | ---: | ---: |%n", subject, HEAD);
    long[] first = {};
    long[] last = {};
    int done = 0;
    for (int part = 1; part <= PARTS; part++) {
      for (; done < cycles * part / PARTS; done++) {
        cycle.accept(done);
      }
      last = resources();
      if (part == 1) {
        first = last;
      }
      System.out.printf(
          "| %d | %,d | %,d | %d | %d | %d | %d |%n",
          done, last[0], last[1], last[2], last[3], last[4], last[5]);
    }
    for (int i = 0; i < last.length; i++) {
      if (last[i] > first[i] + SLACK[i]) {
        grown = true;
        System.out.printf(
            "%nGrew too much: column %d, from %,d to %,d.%n", i + 2, first[i], last[i]);
      }
    }
  }

  private static long[] resources() {
    System.gc();
    Runtime runtime = Runtime.getRuntime();
    String mine = "ppo4j-%d-".formatted(ProcessHandle.current().pid());
    return new long[] {
      resident(),
      (runtime.totalMemory() - runtime.freeMemory()) / 1024,
      entries("/proc/self/fd", ""),
      entries("/proc/self/task", ""),
      ProcessHandle.current().descendants().count(),
      entries("/dev/shm", mine)
    };
  }

  private static long resident() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/self/status"))) {
      return lines
          .filter(line -> line.startsWith("VmRSS:"))
          .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
          .findFirst()
          .orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static long entries(String folder, String prefix) {
    try (Stream<Path> files = Files.list(Path.of(folder))) {
      return files.filter(file -> file.getFileName().toString().startsWith(prefix)).count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
