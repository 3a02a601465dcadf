package org.ppo4j.agent.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.commons.rng.simple.RandomSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ppo4j.agent.action.ActionConfig;
import org.ppo4j.agent.action.ActionDistribution;
import org.ppo4j.agent.action.ActionHead;
import org.ppo4j.agent.advantage.AdvantageConfig;
import org.ppo4j.agent.advantage.GeneralizedAdvantage;
import org.ppo4j.agent.config.PpoConfig;
import org.ppo4j.agent.metrics.Episode;
import org.ppo4j.agent.network.Activation;
import org.ppo4j.agent.network.ActorCritic;
import org.ppo4j.agent.network.NetworkSpec;
import org.ppo4j.agent.network.SimdActorCritic;
import org.ppo4j.agent.normalize.RewardNormalizer;
import org.ppo4j.agent.numeric.NonFiniteException;
import org.ppo4j.agent.parameter.Profile;
import org.ppo4j.agent.policy.PolicyNetwork;
import org.ppo4j.agent.state.TrainingState;
import org.ppo4j.env.Envs;
import org.ppo4j.env.Space;
import org.ppo4j.env.StepBatch;
import org.ppo4j.env.VectorEnv;

/**
 * What is in a rollout of {@link ScriptedEnv}, by a policy whose probabilities are 1/4 and 3/4 and
 * a critic of value 2 (x + y) + 1, where y is 0.5: 2 x + 2.
 */
class CollectorTest {
  /** Steps taken before; two sub-environments make two steps at once. */
  private static final long FIRST_STEP = 100;

  private final ScriptedEnv env = new ScriptedEnv();

  @Test
  void rowsAreWhatTheEnvironmentGave() {
    Rollout rollout = rollout(4);
    Collector collector = collector(env, Profile.DEFAULT);
    collector.reset(1);

    collector.collect(rollout, FIRST_STEP, this::ignore);

    assertThat(rollout.observations)
        .containsExactly(
            0, 0.5f, 10, 0.5f, 1, 0.5f, 11, 0.5f, 2, 0.5f, 12, 0.5f, 3, 0.5f, 13, 0.5f);
    assertThat(rollout.rewards).containsExactly(1, -1, 2, -2, 3, -3, 4, -4);
    assertThat(rollout.terminated)
        .containsExactly(false, false, true, false, false, false, false, false);
    assertThat(rollout.truncated)
        .containsExactly(false, false, false, false, false, true, false, false);
    // 2 x + 2 of the observations above, and of 4 and 14, which follow the last step.
    assertThat(rollout.values).containsExactly(2, 22, 4, 24, 6, 26, 8, 28);
    assertThat(rollout.lastValues).containsExactly(10, 30);
  }

  @Test
  void actionsAreThoseStoredCountedFromTheSpacesStart() {
    Rollout rollout = rollout(400);
    Collector collector = collector(env, Profile.DEFAULT);
    collector.reset(1);

    collector.collect(rollout, FIRST_STEP, this::ignore);

    int ones = 0;
    for (int row = 0; row < rollout.rows(); row++) {
      float action = rollout.actions[row];
      assertThat(action).isIn(0f, 1f);
      assertThat(env.actions.get(row / 2)[row % 2]).isEqualTo(3 + action);
      double probability = action == 1 ? 0.75 : 0.25;
      assertThat((double) rollout.logProbs[row]).isCloseTo(Math.log(probability), within(1e-6));
      ones += (int) action;
    }
    // 800 draws of 3/4: mean 600, deviation 12.2; the seed is fixed.
    assertThat(ones).isBetween(550, 650);
    // More rows than are valued at once.
    for (int row = 0; row < rollout.rows(); row++) {
      assertThat(rollout.values[row]).isEqualTo(2 * rollout.observations[2 * row] + 2);
    }
  }

  /** Step 3 truncates sub-environment 1 at observation 203; in step 5 0 terminates as well. */
  @Test
  void onlyWhatWasTruncatedAloneIsBootstrapped() {
    Rollout rollout = rollout(5);
    Collector collector = collector(env, Profile.DEFAULT);
    collector.reset(1);

    collector.collect(rollout, FIRST_STEP, this::ignore);

    float[] expected = new float[10];
    expected[2 * 2 + 1] = 2 * 203 + 2;
    assertThat(rollout.finalValues).containsExactly(expected);
  }

  /** As above; the observations after step 5 are of 5 and 15. */
  @Test
  void observationsThatAreOnlyValuedAreKeptIfAsked() {
    Rollout rollout = Rollout.builder(5, 2, 2, 1).keepsNextObservations(true).build();
    Arrays.fill(rollout.finalObservations, 9); // of an earlier rollout
    Collector collector = collector(env, Profile.DEFAULT);
    collector.reset(1);

    collector.collect(rollout, FIRST_STEP, this::ignore);

    float[] expected = new float[20];
    expected[2 * (2 * 2 + 1)] = 203;
    expected[2 * (2 * 2 + 1) + 1] = 0.5f;
    assertThat(rollout.finalObservations).containsExactly(expected);
    assertThat(rollout.lastObservations).containsExactly(5, 0.5f, 15, 0.5f);
    assertThat(rollout(5).keepsNextObservations()).isFalse();
  }

  /** Step 2 of sub-environment 1 is unknown: step 1 is bootstrapped, and step 2 teaches nothing. */
  @Test
  void anInterruptedStepIsATruncationOfTheStepBefore() {
    List<Episode> episodes = new ArrayList<>();
    Rollout rollout = rollout(4);
    Collector collector = collector(env, Profile.DEFAULT);
    env.interruptedStep = 2;
    collector.reset(1);

    collector.collect(rollout, FIRST_STEP, episodes::add);

    for (boolean bootstraps : new boolean[] {true, false}) {
      new GeneralizedAdvantage(new AdvantageConfig(0.9, 0.8, bootstraps, false)).estimate(rollout);
      // delta = -1 + 0.9 * 24 - 22, and nothing of later steps.
      assertThat(rollout.advantages[1]).isEqualTo(-1.4f);
      assertThat(rollout.advantages[3]).isZero();
      assertThat(rollout.returns[3]).isEqualTo(rollout.values[3]).isEqualTo(24);
    }
    assertThat(episodes).extracting(Episode::env).containsExactly(0, 1);
    env.interruptedStep = 0;
    collector.collect(rollout, FIRST_STEP, episodes::add);
    assertThat(rollout.rewards)
        .as("the next rollout's")
        .containsExactly(5, -5, 6, -6, 7, -7, 8, -8);
  }

  @Test
  void episodesAreReportedOnceWithTheirStep() {
    List<Episode> episodes = new ArrayList<>();
    Rollout rollout = rollout(5);
    Collector collector = collector(env, Profile.DEFAULT);
    collector.reset(1);

    collector.collect(rollout, FIRST_STEP, episodes::add);

    assertThat(episodes)
        .containsExactly(
            new Episode(104, 0, 1002, 12),
            new Episode(106, 1, 2003, 23),
            new Episode(110, 0, 1005, 15));
  }

  @Test
  void episodesContinueFromOneRolloutToTheNext() {
    Rollout rollout = rollout(3);
    Collector collector = collector(env, Profile.DEFAULT);
    assertThat(collector.isRunning()).isFalse();
    collector.reset(1);
    assertThat(collector.isRunning()).isTrue();
    collector.collect(rollout, FIRST_STEP, this::ignore);

    collector.collect(rollout, FIRST_STEP, this::ignore);

    assertThat(rollout.observations)
        .containsExactly(3, 0.5f, 13, 0.5f, 4, 0.5f, 14, 0.5f, 5, 0.5f, 15, 0.5f);
    assertThat(rollout.truncated).containsExactly(false, false, true, false, false, false);
    assertThat(rollout.lastValues).containsExactly(14, 34);
  }

  @ParameterizedTest
  @CsvSource({
    "observation, 0, the observation of sub-environment 1 is NaN at index 0 at the start",
    "observation, 2, the observation of sub-environment 1 is NaN at index 0 at step 104",
    "reward, 3, the reward of sub-environment 0 is -Infinity at step 106",
    "final observation, 1, the final observation of sub-environment 0 is NaN at index 0 at step 104"
  })
  void whatIsNotFiniteIsRefused(String what, int from, String message) {
    Rollout rollout = rollout(4);
    Collector collector = collector(new ScriptedEnv(what, from), Profile.DEFAULT);

    assertThatExceptionOfType(NonFiniteException.class)
        .isThrownBy(
            () -> {
              collector.reset(1);
              collector.collect(rollout, FIRST_STEP, this::ignore);
            })
        .withMessageStartingWith(message);
  }

  @Test
  void aPolicyThatDivergedIsRefused() {
    Collector collector = collector(env, Profile.DEFAULT, network(2, Float.NaN));
    collector.reset(1);

    assertThatExceptionOfType(NonFiniteException.class)
        .isThrownBy(() -> collector.collect(rollout(1), 0, this::ignore))
        .withMessageStartingWith("the action's log probability of sub-environment 0 is NaN");
  }

  @Test
  void anActionThatIsNotFiniteIsNamed() {
    try (VectorEnv pendulum = Envs.make("Pendulum-v1", 2)) {
      NetworkSpec spec = new NetworkSpec(3, List.of(), Activation.TANH, 1, 1);
      SimdActorCritic network = new SimdActorCritic(spec);
      network.parameters()[spec.actorLayers().getFirst().biases()] = Float.NaN;
      network.parametersChanged();
      Collector collector = collector(pendulum, Profile.DEFAULT, network);
      collector.reset(1);

      assertThatExceptionOfType(NonFiniteException.class)
          .isThrownBy(() -> collector.collect(rollout(1, 3), 0, this::ignore))
          .withMessageStartingWith("the action of sub-environment 0 is NaN at step 2");
    }
  }

  @Test
  void normalisersAreSavedAndRestored() {
    try (VectorEnv pendulum = Envs.make("Pendulum-v1", 2)) {
      NetworkSpec spec = new NetworkSpec(3, List.of(), Activation.TANH, 1, 1);
      for (Profile profile : Profile.values()) { // statistics for all, and one for each
        Collector collector = collector(pendulum, profile, new SimdActorCritic(spec));
        Collector other = collector(pendulum, profile, new SimdActorCritic(spec));
        collector.reset(1);
        collector.collect(rollout(5, 3), 0, this::ignore);
        TrainingState expected = new TrainingState();
        collector.save(expected);
        TrainingState before = new TrainingState();
        other.save(before);
        other.restore(expected);
        TrainingState after = new TrainingState();
        other.save(after);

        assertThat(after.arrays().keySet()).isEqualTo(expected.arrays().keySet());
        assertThat(before.arrays()).isNotEmpty();
        before
            .arrays()
            .forEach(
                (name, array) -> {
                  assertThat(expected.arrays().get(name)).as(name).isNotEqualTo(array);
                  assertThat(after.arrays().get(name))
                      .as(name)
                      .isEqualTo(expected.arrays().get(name));
                });
      }
    }
  }

  /** Discounted returns belong to episodes, which a reset ends. */
  @Test
  void aResetDropsTheReturnsOfRewards() {
    Collector collector = collector(env, Profile.DEFAULT);
    collector.reset(1);
    TrainingState fresh = new TrainingState();
    collector.save(fresh);
    RewardNormalizer rewards =
        new RewardNormalizer(config(Profile.DEFAULT, env).normalize(), 0.99, 2);
    StepBatch batch = StepBatch.of(env);
    batch.rewards[0] = 3;
    rewards.step(batch, new float[2], 0);
    TrainingState state = new TrainingState();
    rewards.save(state);
    state.put("rewards/returns", new double[] {3, 4});
    collector.restore(state);

    collector.reset(1);

    TrainingState after = new TrainingState();
    collector.save(after);
    assertThat(fresh.doubles("rewards/returns")).containsExactly(0, 0);
    assertThat(after.doubles("rewards/returns")).containsExactly(0, 0);
  }

  /** Both components of both sub-environments' actions: the second is likely, the first is not. */
  @Test
  void actionsOfSeveralNumbersAreKeptWhole() {
    ScriptedEnv two = new ScriptedEnv(new Space.MultiBinary(2));
    Rollout rollout = new Rollout(3, ScriptedEnv.N, 2, 2);
    NetworkSpec spec = new NetworkSpec(2, List.of(), Activation.TANH, 2, 0);
    SimdActorCritic network = new SimdActorCritic(spec);
    int biases = spec.actorLayers().getFirst().biases();
    network.parameters()[biases] = -1000;
    network.parameters()[biases + 1] = 1000;
    network.parametersChanged();
    Collector collector = collector(two, Profile.DEFAULT, network);
    collector.reset(1);

    collector.collect(rollout, FIRST_STEP, this::ignore);

    assertThat(rollout.actions).containsExactly(0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1);
    assertThat(two.actions).hasSize(3).allSatisfy(a -> assertThat(a).containsExactly(0, 1, 0, 1));
  }

  /** 512 rows are valued in two whole chunks. */
  @Test
  void aRolloutMayHaveWholeChunks() {
    Rollout rollout = rollout(256);
    Collector collector = collector(env, Profile.DEFAULT);
    collector.reset(1);
    collector.collect(rollout, FIRST_STEP, this::ignore);
    assertThat(rollout.values[0]).isEqualTo(2);
    assertThat(rollout.values[511]).isEqualTo(2 * (10 + 255) + 2);
  }

  @Test
  void aResumableEnvironmentContinues() {
    try (VectorEnv first = Envs.make("CartPole-v1", 2);
        VectorEnv second = Envs.make("CartPole-v1", 2)) {
      Rollout through = rollout(8, 4);
      Rollout resumed = rollout(8, 4);
      Collector collector = collector(first, Profile.DEFAULT, network(4, 1000));
      collector.reset(1);
      collector.collect(through, FIRST_STEP, this::ignore);
      TrainingState state = new TrainingState();
      collector.save(state);
      state.floats("environment/features"); // throws if it is not there
      // The state must not change with the collector, nor the collector with the state.
      TrainingState saved = state.copy();
      collector.collect(through, FIRST_STEP, this::ignore);

      Collector other = collector(second, Profile.DEFAULT, network(4, 1000));
      other.restore(saved);
      assertThat(other.isRunning()).isTrue();
      other.collect(resumed, FIRST_STEP, this::ignore);

      assertThat(resumed.observations).isEqualTo(through.observations);
      assertThat(resumed.rewards).isEqualTo(through.rewards);
      assertThat(resumed.terminated).isEqualTo(through.terminated);
      assertThat(resumed.lastValues).isEqualTo(through.lastValues);
    }
  }

  @Test
  void anotherEnvironmentMustBeReset() {
    Collector collector = collector(env, Profile.DEFAULT);
    collector.reset(1);
    collector.collect(rollout(1), 0, this::ignore);
    TrainingState state = new TrainingState();
    collector.save(state);

    Collector other = collector(new ScriptedEnv(), Profile.DEFAULT);
    other.restore(state);

    assertThat(state.has("environment/state")).isFalse();
    assertThat(other.isRunning()).isFalse();
  }

  /**
   * With one latent feature h, the noise of a step is (a - mu) / h. It is drawn at the start of
   * each rollout, and after every sdeSampleFreq steps if that is greater than 0.
   */
  @ParameterizedTest
  @CsvSource({"-1, 8", "0, 8", "3, 3", "1, 1", "8, 8"})
  void explorationNoiseIsKeptBetweenDraws(int sdeSampleFreq, int kept) {
    try (VectorEnv pendulum = Envs.make("Pendulum-v1", 2)) {
      PpoConfig config =
          config(Profile.DEFAULT, pendulum)
              .with(
                  c ->
                      c.actionHead(ActionHead.GSDE)
                          .sdeSampleFreq(sdeSampleFreq)
                          .hiddenSizes(List.of(1)));
      SimdActorCritic network = new SimdActorCritic(PolicyNetwork.spec(pendulum.spec(), config));
      PolicyNetwork.initialize(
          network, pendulum.spec(), config, RandomSource.XO_SHI_RO_256_PP.create(2));
      Collector collector =
          new Collector(
              pendulum,
              network,
              ActionDistribution.of(
                  pendulum.spec().actionSpace(), config.action(), network.shape()),
              config.action(),
              config.normalize(),
              0.99,
              RandomSource.XO_SHI_RO_256_PP.create(1),
              null,
              0,
              () -> {});
      collector.reset(1);
      Rollout rollout = Rollout.builder(8, 2, 3, 1).policyOutputs(2, 1).build();
      double[] before = {0, 0};
      for (int i = 0; i < 2; i++) {
        collector.collect(rollout, 0, this::ignore);
        for (int row = 0; row < rollout.rows(); row++) {
          double noise =
              (rollout.actions[row] - rollout.policyOutputs[2 * row])
                  / rollout.policyOutputs[2 * row + 1];
          boolean isDrawn = row / 2 % kept == 0;
          assertThat(Math.abs(noise - before[row % 2]) > 1e-4)
              .as("drawn at step %d", row / 2)
              .isEqualTo(isDrawn);
          before[row % 2] = noise;
        }
        assertThat(before[0]).isNotEqualTo(before[1]);
      }
    }
  }

  private void ignore(Episode episode) {}

  private static Rollout rollout(int steps) {
    return rollout(steps, 2);
  }

  private static Rollout rollout(int steps, int features) {
    return new Rollout(steps, ScriptedEnv.N, features, 1);
  }

  private static Collector collector(VectorEnv env, Profile profile) {
    return collector(env, profile, network(2, (float) Math.log(3)));
  }

  private static Collector collector(VectorEnv env, Profile profile, ActorCritic network) {
    ActionDistribution distribution =
        ActionDistribution.of(env.spec().actionSpace(), ActionConfig.DEFAULT, network.shape());
    return new Collector(
        env,
        network,
        distribution,
        config(profile, env).action(),
        config(profile, env).normalize(),
        0.99,
        RandomSource.XO_SHI_RO_256_PP.create(1),
        null,
        0,
        () -> {});
  }

  private static PpoConfig config(Profile profile, VectorEnv env) {
    return PpoConfig.of(profile, env.spec().actionSpace()).with(c -> c.numEnvs(2));
  }

  /** Makes a network of logits (0, bias) and value 2 (x_0 + x_1 + ...) + 1. */
  private static ActorCritic network(int inputs, float bias) {
    NetworkSpec spec = new NetworkSpec(inputs, List.of(), Activation.TANH, 2, 0);
    SimdActorCritic network = new SimdActorCritic(spec);
    network.parameters()[spec.actorLayers().getFirst().biases() + 1] = bias;
    NetworkSpec.Layer critic = spec.criticLayers().getFirst();
    for (int i = 0; i < inputs; i++) {
      network.parameters()[critic.weights() + i] = 2;
    }
    network.parameters()[critic.biases()] = 1;
    network.parametersChanged();
    return network;
  }
}
