package org.ppo4j.benchmarks;

import java.util.Map;
import org.ppo4j.agent.bridge.PythonEnvConfig;
import org.ppo4j.agent.bridge.PythonVectorEnv;
import org.ppo4j.env.Envs;
import org.ppo4j.env.VectorEnv;

/** The environments that are stepped. */
final class Tasks {
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
}
