package org.ppo4j.benchmarks;

import java.util.Map;
import org.ppo4j.agent.bridge.PythonEnvConfig;
import org.ppo4j.agent.bridge.PythonVectorEnv;
import org.ppo4j.env.Envs;
import org.ppo4j.env.Space;
import org.ppo4j.env.VectorEnv;

/** The environments that are stepped, and what they are told to do. */
final class Tasks {
  private static final int BATCHES = 64;

  private Tasks() {}

  /** Makes environments of this JVM; only MuJoCo's take threads. */
  static VectorEnv inJava(String task, int envs, int threads) {
    boolean mujoco = task.endsWith("-v5") || task.endsWith("-v4");
    return Envs.make(task, envs, mujoco ? Map.of("num_threads", threads) : Map.of());
  }

  /** Makes Gymnasium's, in Python processes. */
  static VectorEnv inPython(String task, int envs, int workers) {
    return PythonVectorEnv.open(PythonEnvConfig.of(task, envs).withWorkers(workers));
  }

  /** Returns actions for {@value #BATCHES} vector steps, {@code [64][N * A]}. */
  static double[][] actions(VectorEnv env) {
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
