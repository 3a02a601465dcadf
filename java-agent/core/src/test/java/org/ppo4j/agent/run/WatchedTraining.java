package org.ppo4j.agent.run;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
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
import org.ppo4j.env.EnvSpec;

/**
 * A training of any configuration, for listeners that look at no networks.
 *
 * @param hints receives the hints
 */
public record WatchedTraining(
    RunConfig config, EnvSpec env, RecentReturns returns, Consumer<Hint> hints)
    implements RunningTraining {

  /** Returns the configuration of a run with these hyperparameters. */
  public static RunConfig config(Algorithm algorithm, PpoConfig hyperparameters) {
    return new RunConfig(
        algorithm,
        "Fake-v1",
        Map.of(),
        RunConfig.Backend.PROGRAM,
        Engine.SIMD,
        null,
        List.of(),
        1,
        Profile.DEFAULT,
        null,
        hyperparameters,
        null,
        RunConfig.Checkpointing.defaults());
  }

  @Override
  public long totalSteps() {
    return config.hyperparameters().totalSteps();
  }

  @Override
  public long globalStep() {
    return 0;
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
  public void report(Evaluation evaluation) {
    throw new AssertionError("not asked for");
  }

  @Override
  public void report(Hint hint) {
    hints.accept(hint);
  }
}
