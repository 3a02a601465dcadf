package org.ppo4j.benchmarks.faults;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.ppo4j.gymnasium.PythonVectorEnv;

/**
 * Faults at random instants: signals to workers and their guards from outside, and what an
 * environment does inside a step. Every worker has started a process, which must end with it.
 */
final class RandomFaults {
  private static final int WORKERS = 2;

  /** The faults after which the environments are closed, the remains counted, and all opened. */
  private static final int ROUND = 25;

  private static final List<String> SIGNALS =
      List.of("KILL", "KILL", "SEGV", "ABRT", "TERM", "STOP");

  private RandomFaults() {}

  /** Commits faults until the number or the time is reached; returns whether all went well. */
  static boolean run(int faults, long seed, int minutes) throws IOException, InterruptedException {
    SplittableRandom random = new SplittableRandom(seed);
    SortedMap<String, Integer> kinds = new TreeMap<>();
    long until = System.nanoTime() + minutes * 60_000_000_000L;
    int done = 0;
    long restarts = 0;
    int bad = 0;
    try (Warnings warnings = new Warnings()) {
      while (done < faults && System.nanoTime() < until) {
        try (PythonVectorEnv env =
                PythonVectorEnv.open(Workers.config(WORKERS, Map.of("spawn", true)));
            SteppingThread stepping = new SteppingThread(env)) {
          for (int i = 0; i < ROUND && done < faults && System.nanoTime() < until; i++) {
            long before = stepping.steps();
            stepping.await(() -> stepping.steps() > before + 3);
            Thread.sleep(random.nextInt(20));
            kinds.merge(fault(stepping, env, random), 1, Integer::sum);
            done++;
          }
          long before = stepping.steps();
          stepping.await(() -> stepping.steps() > before + 3);
          restarts += env.restarts();
        } catch (RuntimeException e) {
          bad++;
          System.out.println("after fault " + done + ": " + e + ", caused by " + e.getCause());
        }
        List<String> remains = Remains.find();
        if (!remains.isEmpty()) {
          bad++;
          System.out.println("after fault " + done + " remain " + remains);
        }
        warnings.take();
      }
    }
    System.out.printf(
        "%d random faults (seed %d), %d restarts, %d rounds with a hang, an error or remains; %s%n",
        done, seed, restarts, bad, kinds);
    return bad == 0;
  }

  private static String fault(SteppingThread stepping, PythonVectorEnv env, SplittableRandom random)
      throws IOException, InterruptedException {
    long restarts = env.restarts();
    stepping.await(() -> !Workers.guards().isEmpty()); // all may be starting
    List<ProcessHandle> guards = Workers.guards();
    if (guards.isEmpty()) {
      return "none, for lack of a worker";
    }
    ProcessHandle guard = guards.get(random.nextInt(guards.size()));
    String name;
    int kind = random.nextInt(16);
    if (kind < SIGNALS.size()) {
      name = "signal " + SIGNALS.get(kind);
      Workers.signal(SIGNALS.get(kind), guard.children().findFirst().orElse(guard));
    } else if (kind < 8) {
      name = "signal KILL to the guard";
      Workers.signal("KILL", guard);
    } else {
      name = Workers.FAULTS.get(kind - 8) + " in a step";
      stepping.order(random.nextInt(WORKERS), kind - 8);
    }
    if (random.nextInt(4) > 0) { // otherwise the next fault comes at once
      stepping.await(() -> env.restarts() > restarts);
    }
    return name;
  }
}
