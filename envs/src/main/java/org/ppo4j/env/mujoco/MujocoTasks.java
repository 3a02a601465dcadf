package org.ppo4j.env.mujoco;

import java.util.List;
import org.ppo4j.env.EnvDefinition;
import org.ppo4j.env.EnvProvider;

/** Contributes the tasks of this package under Gymnasium's ids and time limits. */
public final class MujocoTasks implements EnvProvider {
  private static final int MAX_EPISODE_STEPS = 1000;

  @Override
  public List<EnvDefinition> environments() {
    return List.of(
        task("HalfCheetah-v4", new MujocoFactory(4, "half_cheetah.xml", 5, HalfCheetah::new)),
        task("HalfCheetah-v5", new MujocoFactory(5, "half_cheetah.xml", 5, HalfCheetah::new)),
        task(
            "Hopper-v4",
            new MujocoFactory(4, "hopper.xml", 4, (s, i, k) -> new Hopper(s, i, k, true))),
        task(
            "Hopper-v5",
            new MujocoFactory(5, "hopper.xml", 4, (s, i, k) -> new Hopper(s, i, k, false))),
        task(
            "Walker2d-v4",
            new MujocoFactory(4, "walker2d.xml", 4, (s, i, k) -> new Walker2d(s, i, k, true))),
        task(
            "Walker2d-v5",
            new MujocoFactory(5, "walker2d_v5.xml", 4, (s, i, k) -> new Walker2d(s, i, k, false))));
  }

  private static EnvDefinition task(String id, MujocoFactory factory) {
    return new EnvDefinition(id, MAX_EPISODE_STEPS, factory);
  }
}
