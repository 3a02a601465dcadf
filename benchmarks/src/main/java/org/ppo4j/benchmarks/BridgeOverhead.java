package org.ppo4j.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.ppo4j.env.StepBatch;
import org.ppo4j.env.VectorEnv;
import org.ppo4j.gymnasium.PythonFinder;

/**
 * Measures the cost of a vector step through the bridge compared with a bare loop of {@code
 * env.step} in one Python process: {@code benchmarks/bridge-overhead}. Both step the same
 * environments with the same actions, in alternating rounds, so that load on the machine affects
 * both. The result is the median of the rounds' differences, with their quartiles. For an
 * environment whose step costs nothing, the whole vector step is overhead.
 */
public final class BridgeOverhead {
  private static final int ROUNDS = 31;
  private static final double SECONDS = 0.25;
  private static final List<String> TASKS = List.of("noop_env:Noop-v0", "HalfCheetah-v5");
  private static final int[] ENVS = {1, 8};

  private BridgeOverhead() {}

  public static void main(String[] args) throws IOException {
    Path script = Path.of(args[0]);
    System.out.println(
        "| environments of one worker | bare loop, us | bridge, us | overhead, us | |");
    System.out.println("| --- | ---: | ---: | ---: | ---: |");
    for (String task : TASKS) {
      for (int envs : ENVS) {
        System.out.println(measure(script, task, envs));
      }
    }
  }

  private static String measure(Path script, String task, int envs) throws IOException {
    double[] bare = new double[ROUNDS];
    double[] bridged = new double[ROUNDS];
    double[] overhead = new double[ROUNDS];
    try (BareLoop loop = new BareLoop(script, task, envs);
        VectorEnv env = Stepping.inPython(task, envs, 1)) {
      StepBatch batch = StepBatch.of(env);
      double[][] actions = Stepping.actions(env);
      env.reset(1, batch);
      loop.micros(4 * SECONDS);
      micros(env, batch, actions, 4 * SECONDS);
      for (int round = 0; round < ROUNDS; round++) {
        bare[round] = loop.micros(SECONDS);
        bridged[round] = micros(env, batch, actions, SECONDS);
        overhead[round] = bridged[round] - bare[round];
      }
    }
    return String.format(
        Locale.ROOT,
        "| %d of %s | %.1f | %.1f | %.1f (%.1f to %.1f) | %.0f%% |",
        envs,
        task,
        quartile(2, bare),
        quartile(2, bridged),
        quartile(2, overhead),
        quartile(1, overhead),
        quartile(3, overhead),
        100 * quartile(2, overhead) / quartile(2, bare));
  }

  /** Steps for {@code seconds} and returns the microseconds of a vector step. */
  private static double micros(VectorEnv env, StepBatch batch, double[][] actions, double seconds) {
    long start = System.nanoTime();
    int steps = 0;
    long elapsed;
    do {
      env.step(actions[steps++ % actions.length], batch);
      elapsed = System.nanoTime() - start;
    } while (elapsed < seconds * 1e9);
    return elapsed / 1e3 / steps;
  }

  private static double quartile(int quartile, double[] numbers) {
    double[] sorted = numbers.clone();
    Arrays.sort(sorted);
    return sorted[quartile * (sorted.length - 1) / 4];
  }

  /** The loop in Python, which waits on its standard input between measurements. */
  private static final class BareLoop implements AutoCloseable {
    private final Process process;
    private final Writer requests;
    private final BufferedReader answers;

    BareLoop(Path script, String task, int envs) throws IOException {
      process =
          new ProcessBuilder(
                  PythonFinder.find().toString(), script.toString(), task, String.valueOf(envs))
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      requests = process.outputWriter(StandardCharsets.UTF_8);
      answers = process.inputReader(StandardCharsets.UTF_8);
    }

    double micros(double seconds) throws IOException {
      requests.write(seconds + "\n");
      requests.flush();
      String answer = answers.readLine();
      if (answer == null) {
        throw new IOException("the loop in Python has ended; standard error says why");
      }
      return Double.parseDouble(answer);
    }

    @Override
    public void close() throws IOException {
      requests.close();
      process.onExit().join();
    }
  }
}
