package org.ppo4j.benchmarks;

import java.util.Map;
import org.ppo4j.env.Envs;
import org.ppo4j.env.Space;
import org.ppo4j.env.StepBatch;
import org.ppo4j.env.VectorEnv;
import org.ppo4j.gymnasium.PythonEnvConfig;
import org.ppo4j.gymnasium.PythonVectorEnv;

/**
 * Times the stepping of environments, including observations and rewards, with the actions of
 * {@code peer_stepping.py}. Arguments: {@code native} or {@code python}, task, environments,
 * threads or worker processes, seconds. Prints environment steps per second, after a warm-up of the
 * same duration.
 */
public final class Stepping {
  private static final int BATCHES = 64;

  private Stepping() {}

  public static void main(String[] args) {
    int numEnvs = Integer.parseInt(args[2]);
    double seconds = Double.parseDouble(args[4]);
    try (VectorEnv env = open(args[0], args[1], numEnvs, Integer.parseInt(args[3]))) {
      StepBatch batch = StepBatch.of(env);
      env.reset(1, batch);
      double[][] actions = actions(env);
      stepsPerSecond(env, batch, actions, seconds);
      System.out.println(stepsPerSecond(env, batch, actions, seconds));
    }
  }

  private static VectorEnv open(String backend, String task, int numEnvs, int threads) {
    return backend.equals("python")
        ? inPython(task, numEnvs, threads)
        : inJava(task, numEnvs, threads);
  }

  /** Makes native environments; only MuJoCo's have threads. */
  public static VectorEnv inJava(String task, int numEnvs, int threads) {
    boolean isMujoco = task.endsWith("-v5") || task.endsWith("-v4");
    return Envs.make(task, numEnvs, isMujoco ? Map.of("num_threads", threads) : Map.of());
  }

  /** Makes Gymnasium's environments in Python processes. */
  public static VectorEnv inPython(String task, int numEnvs, int workers) {
    return PythonVectorEnv.open(PythonEnvConfig.of(task, numEnvs).withWorkers(workers));
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

  /** Returns actions for {@value #BATCHES} vector steps, {@code [64][N * A]}. */
  public static double[][] actions(VectorEnv env) {
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
