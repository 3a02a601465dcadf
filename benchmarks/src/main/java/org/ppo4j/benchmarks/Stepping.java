package org.ppo4j.benchmarks;

import java.util.Map;
import org.ppo4j.env.Envs;
import org.ppo4j.env.Space;
import org.ppo4j.env.StepBatch;
import org.ppo4j.env.VectorEnv;

/**
 * Times the raw stepping of native environments, observations and rewards included; run by {@code
 * benchmarks/stepping.py}, whose actions these are. Arguments: task, environments, threads,
 * seconds. Prints environment steps per second, after as long a warm-up.
 */
public final class Stepping {
  private static final int BATCHES = 64;

  private Stepping() {}

  public static void main(String[] args) {
    String task = args[0];
    int numEnvs = Integer.parseInt(args[1]);
    double seconds = Double.parseDouble(args[3]);
    Map<String, Object> kwargs =
        task.endsWith("-v5") || task.endsWith("-v4")
            ? Map.of("num_threads", Integer.parseInt(args[2]))
            : Map.of();
    try (VectorEnv env = Envs.make(task, numEnvs, kwargs)) {
      StepBatch batch = StepBatch.of(env);
      env.reset(1, batch);
      double[][] actions = actions(env);
      stepsPerSecond(env, batch, actions, seconds);
      System.out.println(stepsPerSecond(env, batch, actions, seconds));
    }
  }

  private static double stepsPerSecond(
      VectorEnv env, StepBatch batch, double[][] actions, double seconds) {
    long start = System.nanoTime();
    long steps = 0;
    long elapsed;
    do {
      for (int i = 0; i < 16; i++) {
        env.step(actions[(int) (steps++ % BATCHES)], batch);
      }
      elapsed = System.nanoTime() - start;
    } while (elapsed < seconds * 1e9);
    return steps * env.numEnvs() / (elapsed / 1e9);
  }

  private static double[][] actions(VectorEnv env) {
    boolean continuous = env.spec().actionSpace() instanceof Space.Box;
    double[][] actions = new double[BATCHES][env.numEnvs() * env.spec().actionSpace().size()];
    long i = 0;
    for (double[] batch : actions) {
      for (int k = 0; k < batch.length; k++) {
        double number = (float) ((i++ * 2654435761L & 0xffffffffL) / (double) (1L << 31) - 1);
        batch[k] = continuous ? number : number > 0 ? 1 : 0;
      }
    }
    return actions;
  }
}
