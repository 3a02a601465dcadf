package org.ppo4j.gymnasium;

import java.util.Map;
import org.ppo4j.agent.action.ActionMasks;
import org.ppo4j.agent.environment.EnvironmentProvider;
import org.ppo4j.env.VectorEnv;

/**
 * Provider of Gymnasium's environments for {@code Training.on(id)}, stepped by the Python of {@link
 * PythonFinder#find}. {@link java.util.ServiceLoader} finds it where this module is on the class
 * path.
 */
public final class GymnasiumProvider implements EnvironmentProvider {
  @Override
  public VectorEnv make(String id, Map<String, Object> kwargs, int numEnvs) {
    return make(id, kwargs, numEnvs, 0);
  }

  @Override
  public VectorEnv make(String id, Map<String, Object> kwargs, int numEnvs, long seed) {
    return make(id, kwargs, numEnvs, seed, ActionMasks.AUTO);
  }

  @Override
  public VectorEnv make(
      String id, Map<String, Object> kwargs, int numEnvs, long seed, ActionMasks masks) {
    return PythonVectorEnv.open(
        PythonEnvConfig.of(id, numEnvs).withKwargs(kwargs).withSeed(seed).withActionMasks(masks));
  }
}
