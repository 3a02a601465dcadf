package org.ppo4j.agent.run;

import java.util.List;
import java.util.Map;
import org.ppo4j.agent.checkpoint.Checkpoint;
import org.ppo4j.agent.config.PpoConfig;
import org.ppo4j.agent.config.RunConfig;
import org.ppo4j.agent.event.Evaluation;
import org.ppo4j.agent.event.Hint;
import org.ppo4j.agent.event.RunningTraining;
import org.ppo4j.agent.metrics.RecentReturns;
import org.ppo4j.agent.network.Engine;
import org.ppo4j.agent.parameter.Algorithm;
import org.ppo4j.agent.parameter.Profile;
import org.ppo4j.agent.policy.TrainedPolicy;
import org.ppo4j.env.DType;
import org.ppo4j.env.EnvSpec;
import org.ppo4j.env.Space;

/** A training of CartPole-v1 at some step, for listeners that ask for no more than that. */
public record FakeTraining(long globalStep) implements RunningTraining {
  @Override
  public RunConfig config() {
    return new RunConfig(
        Algorithm.PPO,
        "CartPole-v1",
        Map.of(),
        RunConfig.Backend.NATIVE,
        Engine.SIMD,
        null,
        List.of(),
        1,
        Profile.DEFAULT,
        null,
        PpoConfig.of(Profile.DEFAULT, env().actionSpace()),
        null,
        RunConfig.Checkpointing.defaults());
  }

  @Override
  public EnvSpec env() {
    return new EnvSpec(
        "CartPole-v1",
        Space.Box.of(-1, 1, 4, DType.FLOAT32),
        new Space.Discrete(2),
        500,
        Map.of(),
        Map.of());
  }

  @Override
  public long totalSteps() {
    return config().hyperparameters().totalSteps();
  }

  @Override
  public RecentReturns returns() {
    return new RecentReturns(100);
  }

  @Override
  public boolean isEnding() {
    return false;
  }

  @Override
  public Checkpoint checkpoint() {
    throw new AssertionError("not asked for");
  }

  @Override
  public TrainedPolicy policy() {
    throw new AssertionError("not asked for");
  }

  @Override
  public void stop() {
    throw new AssertionError("not asked for");
  }

  @Override
  public void report(Hint hint) {
    throw new AssertionError("not asked for");
  }

  @Override
  public void report(Evaluation evaluation) {
    throw new AssertionError("not asked for");
  }
}
