package org.ppo4j.agent.config;

import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import java.util.function.Consumer;
import org.ppo4j.agent.action.ActionConfig;
import org.ppo4j.agent.advantage.AdvantageConfig;
import org.ppo4j.agent.loss.LossConfig;
import org.ppo4j.agent.network.Cnn;
import org.ppo4j.agent.network.ImageInput;
import org.ppo4j.agent.network.NetworkConfig;
import org.ppo4j.agent.normalize.NormalizeConfig;
import org.ppo4j.agent.parameter.Algorithm;
import org.ppo4j.agent.parameter.Hyperparameter;
import org.ppo4j.agent.parameter.InvalidHyperparameterException;
import org.ppo4j.agent.parameter.Profile;
import org.ppo4j.agent.parameter.Ranges;
import org.ppo4j.agent.rollout.CollectConfig;
import org.ppo4j.agent.rollout.LeashConfig;
import org.ppo4j.agent.update.CriticConfig;
import org.ppo4j.agent.update.OptimizerConfig;
import org.ppo4j.agent.update.PhasicConfig;
import org.ppo4j.agent.update.TrustRegionConfig;
import org.ppo4j.agent.update.UpdateConfig;
import org.ppo4j.env.EnvSpec;
import org.ppo4j.env.Space;

/**
 * PPO's hyperparameters, with the names of the paper and of CleanRL. Each stage has a record with
 * their meanings, ranges and defaults. In JSON and on the command line the names are flat ({@link
 * Hyperparameters}).
 *
 * <pre>
 * PpoConfig config =
 *     PpoConfig.of(Profile.DEFAULT, actionSpace).with(c -&gt; c.gamma(0.98).numEnvs(8));
 * </pre>
 *
 * @param totalTimesteps environment steps of the whole training
 * @param collect the size of a batch
 * @param advantage the estimation of advantages
 * @param loss the loss and its weights
 * @param update epochs and minibatches
 * @param optimizer the optimiser and its learning rate
 * @param trustRegion the search for a step within a KL constraint
 * @param phasic the auxiliary phase of PPG
 * @param network the networks' layers and initialisation
 * @param critic where the critic differs from the actor
 * @param action how actions are kept within their bounds
 * @param leash how the training is held near a reference policy, if it has one
 * @param normalize the normalisation of observations and rewards
 */
@JsonSerialize(using = FlatJson.Writer.class)
@JsonDeserialize(using = FlatJson.Reader.class)
public record PpoConfig(
    @Hyperparameter(value = "environment steps of the whole training", in = "[1, inf)")
        long totalTimesteps,
    CollectConfig collect,
    AdvantageConfig advantage,
    LossConfig loss,
    UpdateConfig update,
    OptimizerConfig optimizer,
    TrustRegionConfig trustRegion,
    PhasicConfig phasic,
    NetworkConfig network,
    CriticConfig critic,
    ActionConfig action,
    LeashConfig leash,
    NormalizeConfig normalize) {

  public PpoConfig {
    Ranges.require(
        PpoConfig.class,
        totalTimesteps,
        collect,
        advantage,
        loss,
        update,
        optimizer,
        trustRegion,
        phasic,
        network,
        critic,
        action,
        leash,
        normalize);
    if (collect.batchSize() < update.numMinibatches()) {
      throw new InvalidHyperparameterException(
          "numMinibatches %d is more than the %d transitions of a batch (numEnvs %d times numSteps %d)"
              .formatted(
                  update.numMinibatches(),
                  collect.batchSize(),
                  collect.numEnvs(),
                  collect.numSteps()),
          "numMinibatches",
          "numEnvs",
          "numSteps");
    }
    if (network.recurrence().isPresent()) {
      requireForRecurrence(collect.numEnvs(), update.numMinibatches(), critic);
    }
    if (totalTimesteps < collect.batchSize()) {
      throw new InvalidHyperparameterException(
          "totalTimesteps %d is less than one batch of %d transitions (numEnvs %d times numSteps %d)"
              .formatted(
                  totalTimesteps, collect.batchSize(), collect.numEnvs(), collect.numSteps()),
          "totalTimesteps",
          "numEnvs",
          "numSteps");
    }
  }

  private static void requireForRecurrence(int numEnvs, int numMinibatches, CriticConfig critic) {
    if (numEnvs % numMinibatches != 0) {
      throw new InvalidHyperparameterException(
          "numEnvs %d cannot be divided into numMinibatches %d, because with lstm or gru a minibatch has whole environments; make numEnvs a multiple of numMinibatches, such as %d and %d"
              .formatted(numEnvs, numMinibatches, 8, 4),
          "numEnvs",
          "numMinibatches",
          "lstm",
          "gru");
    }
    if (critic.recomputeAdvantages()) {
      throw new InvalidHyperparameterException(
          "recomputeAdvantages is not supported with lstm or gru; leave one of them out",
          "recomputeAdvantages",
          "lstm",
          "gru");
    }
  }

  /** Returns the hyperparameters of PPO in {@code profile} for actions of {@code actionSpace}. */
  public static PpoConfig of(Profile profile, Space actionSpace) {
    return of(Algorithm.PPO, profile, actionSpace);
  }

  /** Returns the hyperparameters of {@code algorithm} for actions of {@code actionSpace}. */
  public static PpoConfig of(Algorithm algorithm, Profile profile, Space actionSpace) {
    boolean continuous = actionSpace.hasBox();
    return new PpoConfig(
        continuous ? 1_000_000 : 500_000,
        CollectConfig.of(algorithm, continuous),
        AdvantageConfig.of(algorithm, profile),
        LossConfig.of(algorithm, continuous),
        UpdateConfig.of(algorithm, profile, continuous),
        OptimizerConfig.of(algorithm, continuous),
        TrustRegionConfig.DEFAULT,
        PhasicConfig.DEFAULT,
        NetworkConfig.DEFAULT,
        CriticConfig.DEFAULT,
        ActionConfig.of(profile),
        LeashConfig.DEFAULT,
        NormalizeConfig.of(algorithm, profile, continuous));
  }

  /**
   * Returns the hyperparameters of {@code algorithm} for an environment. For images, networks are
   * those of CleanRL's {@code ppo_atari.py}, and PPO with discrete actions has its sizes and its
   * clip range. Their hidden layers are separate where the critic sees more than the policy.
   */
  public static PpoConfig of(Algorithm algorithm, Profile profile, EnvSpec env) {
    PpoConfig config = of(algorithm, profile, env.actionSpace());
    if (ImageInput.all(env.observationSpace(), Cnn.AUTO).isEmpty()) {
      return config;
    }
    NetworkConfig images = NetworkConfig.IMAGES;
    boolean shares =
        algorithm != Algorithm.PPG && algorithm != Algorithm.GRPO && env.criticOnly() == 0;
    PpoConfig result =
        config.with(
            c ->
                c.hiddenSizes(images.hiddenSizes())
                    .activation(images.activation())
                    .sharedTrunk(shares && images.sharedTrunk()));
    return algorithm == Algorithm.PPO && !env.actionSpace().hasBox()
        ? result.with(c -> c.numEnvs(8).clipCoef(0.1).totalTimesteps(10_000_000))
        : result;
  }

  /**
   * Returns this configuration with changes, which are validated together.
   *
   * @param changes calls the setters of the hyperparameters to change
   * @throws InvalidHyperparameterException if the result is not valid
   */
  public PpoConfig with(Consumer<PpoConfigBuilder> changes) {
    PpoConfigBuilder builder = new PpoConfigBuilder(this);
    changes.accept(builder);
    return builder.build();
  }

  /** Returns the number of transitions in a batch, {@code numEnvs * numSteps}. */
  public int batchSize() {
    return collect.batchSize();
  }

  /** Returns the number of transitions in a minibatch; a batch's last may be smaller. */
  public int minibatchSize() {
    return update.minibatchSize(batchSize());
  }

  /** Returns the number of rollouts in the training, by CleanRL's integer division. */
  public long numIterations() {
    return totalTimesteps / batchSize();
  }

  /** Returns the environment steps of all whole rollouts. */
  public long totalSteps() {
    return numIterations() * batchSize();
  }
}
