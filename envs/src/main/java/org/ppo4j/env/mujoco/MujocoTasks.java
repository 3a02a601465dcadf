package org.ppo4j.env.mujoco;

import java.util.List;
import java.util.stream.IntStream;
import org.ppo4j.env.EnvDefinition;
import org.ppo4j.env.EnvProvider;
import org.ppo4j.env.PartialDynamics;

/**
 * Provides the tasks of this package under Gymnasium's ids and time limits, and some of them with
 * hidden velocities, which need memory, as {@code ppo4j/HopperNoVelocity-v5}.
 */
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
            new MujocoFactory(5, "walker2d_v5.xml", 4, (s, i, k) -> new Walker2d(s, i, k, false))),
        task("Swimmer-v5", new MujocoFactory(5, "swimmer.xml", 4, Swimmer::new)),
        task("Ant-v5", new MujocoFactory(5, "ant.xml", 5, true, Ant::new)),
        task("Humanoid-v5", new MujocoFactory(5, "humanoid.xml", 5, true, Humanoid::new)),
        task(
            "HumanoidStandup-v5",
            new MujocoFactory(5, "humanoidstandup.xml", 5, true, HumanoidStandup::new)),
        new EnvDefinition("Reacher-v5", 50, new MujocoFactory(5, "reacher.xml", 2, Reacher::new)),
        new EnvDefinition("Pusher-v5", 100, new MujocoFactory(5, "pusher_v5.xml", 5, Pusher::new)),
        task(
            "InvertedPendulum-v5",
            new MujocoFactory(5, "inverted_pendulum.xml", 2, InvertedPendulum::new)),
        task(
            "InvertedDoublePendulum-v5",
            new MujocoFactory(5, "inverted_double_pendulum.xml", 5, InvertedDoublePendulum::new)),
        noVelocity("HalfCheetah", 8, new MujocoFactory(5, "half_cheetah.xml", 5, HalfCheetah::new)),
        noVelocity(
            "Hopper",
            5,
            new MujocoFactory(5, "hopper.xml", 4, (s, i, k) -> new Hopper(s, i, k, false))),
        noVelocity(
            "Walker2d",
            8,
            new MujocoFactory(5, "walker2d_v5.xml", 4, (s, i, k) -> new Walker2d(s, i, k, false))),
        noVelocity(
            "InvertedPendulum",
            2,
            new MujocoFactory(5, "inverted_pendulum.xml", 2, InvertedPendulum::new)),
        noVelocity(
            "InvertedDoublePendulum",
            5,
            new MujocoFactory(5, "inverted_double_pendulum.xml", 5, InvertedDoublePendulum::new)));
  }

  /** Defines a task of which the first {@code observed} numbers are observed, its coordinates. */
  private static EnvDefinition noVelocity(String task, int observed, MujocoFactory factory) {
    return new EnvDefinition(
        "ppo4j/%sNoVelocity-v5".formatted(task),
        MAX_EPISODE_STEPS,
        PartialDynamics.of(factory, IntStream.range(0, observed).toArray()));
  }

  private static EnvDefinition task(String id, MujocoFactory factory) {
    return new EnvDefinition(id, MAX_EPISODE_STEPS, factory);
  }
}
