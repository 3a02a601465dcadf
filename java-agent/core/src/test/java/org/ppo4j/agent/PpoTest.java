package org.ppo4j.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppo4j.agent.action.ActionBounds;
import org.ppo4j.agent.action.ActionHead;
import org.ppo4j.agent.config.PpoConfig;
import org.ppo4j.agent.event.Iteration;
import org.ppo4j.agent.event.TrainingListener;
import org.ppo4j.agent.loss.ClipCase;
import org.ppo4j.agent.metrics.Episode;
import org.ppo4j.agent.metrics.Metrics;
import org.ppo4j.agent.network.ActorCritic;
import org.ppo4j.agent.network.ActorCritics;
import org.ppo4j.agent.network.Engine;
import org.ppo4j.agent.parameter.Algorithm;
import org.ppo4j.agent.parameter.Profile;
import org.ppo4j.agent.policy.PolicyNetwork;
import org.ppo4j.agent.state.TrainingState;
import org.ppo4j.agent.update.TargetKlCheck;
import org.ppo4j.env.AutoresetMode;
import org.ppo4j.env.Envs;
import org.ppo4j.env.Space;
import org.ppo4j.env.VectorEnv;

class PpoTest {

  static List<Space> spaces() {
    return IdentityEnv.spaces();
  }

  /**
   * The best return is 10 for choices, 0 for continuous actions and 5 for one of each; random
   * actions give far less.
   */
  @ParameterizedTest
  @MethodSource("spaces")
  void learnsToRepeatTheObservation(Space space) {
    PpoConfig config =
        PpoConfig.of(Profile.DEFAULT, space)
            .with(
                c ->
                    c.totalTimesteps(60_000L)
                        .numEnvs(4)
                        .numSteps(128)
                        .numMinibatches(4)
                        .learningRate(2e-3)
                        .normReward(false)
                        .gamma(0.5)
                        .entCoef(0.0));
    Recorder recorder = train(new IdentityEnv(space, 4), config, 1, Engine.SIMD);
    double goal = space instanceof Space.Box ? -2.5 : space instanceof Space.Tuple ? 3 : 9.5;
    assertThat(recorder.lastReturns(100)).isGreaterThan(goal);
  }

  @Test
  void learnsCartPole() {
    PpoConfig config = cartPole(Profile.DEFAULT).with(c -> c.totalTimesteps(300_000L));
    Recorder recorder = train(Envs.make("CartPole-v1", 4), config, 1, Engine.SIMD);
    assertThat(recorder.lastReturns(100)).isGreaterThan(400);
  }

  @Test
  void sameSeedSameBytes() {
    PpoConfig config = cartPole(Profile.CLEANRL).with(c -> c.totalTimesteps(10_240L));
    Recorder first = train(Envs.make("CartPole-v1", 4), config, 5, Engine.SIMD);
    Recorder second = train(Envs.make("CartPole-v1", 4), config, 5, Engine.SIMD);
    Recorder other = train(Envs.make("CartPole-v1", 4), config, 6, Engine.SIMD);
    assertThat(second.parameters).isEqualTo(first.parameters);
    assertThat(second.returns).isEqualTo(first.returns);
    assertThat(other.parameters).isNotEqualTo(first.parameters);
  }

  /** Detail 4, and the learning rate of each of the four updates of 512 steps: 1, 3/4, 1/2, 1/4. */
  @Test
  void learningRateFallsLinearly() {
    PpoConfig config =
        cartPole(Profile.DEFAULT).with(c -> c.totalTimesteps(2048L).learningRate(0.5));
    Recorder recorder = train(Envs.make("CartPole-v1", 4), config, 1, Engine.SIMD);
    assertThat(recorder.learningRates).containsExactly(0.5, 0.375, 0.25, 0.125);
    assertThat(recorder.steps).containsExactly(512L, 1024L, 1536L, 2048L);
  }

  /** With one minibatch and one epoch, the policy that learns is the policy that acted. */
  @Test
  void ratioIsOneInTheFirstMinibatch() {
    PpoConfig config =
        cartPole(Profile.DEFAULT)
            .with(c -> c.totalTimesteps(2048L).updateEpochs(1).numMinibatches(1));
    Recorder recorder = train(Envs.make("CartPole-v1", 4), config, 1, Engine.SIMD);
    for (Metrics stats : recorder.stats) {
      assertThat(stats.get("losses/approx_kl")).isZero();
      assertThat(stats.get("losses/old_approx_kl")).isZero();
      assertThat(stats.get("losses/clipfrac")).isZero();
    }
  }

  /** If any step exceeds the bound, each update has only one epoch, which moves the policy less. */
  @Test
  void targetKlStopsAnUpdateEarly() {
    PpoConfig config =
        cartPole(Profile.DEFAULT)
            .with(c -> c.totalTimesteps(512L).learningRate(1e-2).targetKl(1e-9));
    Recorder stopped = train(Envs.make("CartPole-v1", 4), config, 1, Engine.SIMD);
    Recorder oneEpoch =
        train(
            Envs.make("CartPole-v1", 4),
            config.with(c -> c.updateEpochs(1).targetKl(0.0)),
            1,
            Engine.SIMD);
    Recorder allEpochs =
        train(Envs.make("CartPole-v1", 4), config.with(c -> c.targetKl(0.0)), 1, Engine.SIMD);
    assertThat(stopped.parameters).isEqualTo(oneEpoch.parameters);
    assertThat(allEpochs.parameters).isNotEqualTo(oneEpoch.parameters);
  }

  /**
   * The first minibatch has divergence 0, the second one the divergence after one step. If that
   * exceeds 1.5 times the target, the update ends before a second step, and the mean is half of it.
   */
  @Test
  void targetKlPerMinibatchStopsBeforeTheStep() {
    PpoConfig config =
        cartPole(Profile.DEFAULT)
            .with(
                c ->
                    c.totalTimesteps(512L)
                        .learningRate(1e-2)
                        .targetKl(1e-9)
                        .targetKlCheck(TargetKlCheck.MINIBATCH));
    Recorder recorder = train(Envs.make("CartPole-v1", 4), config, 1, Engine.SIMD);
    double divergence = 2 * recorder.stats.getFirst().get("losses/approx_kl");

    assertThat(divergence).isPositive();
    assertThat(optimizerSteps(config)).isEqualTo(1);
    assertThat(optimizerSteps(config.with(c -> c.targetKl(divergence / 1.51)))).isEqualTo(1);
    assertThat(optimizerSteps(config.with(c -> c.targetKl(divergence / 1.49)))).isGreaterThan(1);
  }

  private static long optimizerSteps(PpoConfig config) {
    TrainingState state = new TrainingState();
    try (VectorEnv env = Envs.make("CartPole-v1", 4);
        ActorCritic network =
            ActorCritics.create(Engine.SIMD, PolicyNetwork.spec(env.spec(), config))) {
      Ppo ppo = new Ppo(env, Algorithm.PPO, config, network, 1);
      ppo.train(new Recorder());
      ppo.save(state);
    }
    return state.longs("adam/steps")[0];
  }

  @Test
  void clipRangeFallsLinearlyIfAsked() {
    PpoConfig config =
        cartPole(Profile.DEFAULT)
            .with(c -> c.totalTimesteps(2048L).clipCoef(0.5).annealClipCoef(true));
    Recorder recorder = train(Envs.make("CartPole-v1", 4), config, 1, Engine.SIMD);
    assertThat(recorder.stats)
        .extracting(stats -> stats.get("charts/clip_coef"))
        .containsExactly(0.5, 0.375, 0.25, 0.125);
  }

  @Test
  void sharesOfAnUpdateAddUp() {
    PpoConfig config =
        cartPole(Profile.DEFAULT).with(c -> c.totalTimesteps(512L).learningRate(1e-2));
    Metrics stats = train(Envs.make("CartPole-v1", 4), config, 1, Engine.SIMD).stats.getFirst();
    Map<ClipCase, Double> shares = new EnumMap<>(ClipCase.class);
    for (ClipCase clipCase : ClipCase.values()) {
      shares.put(clipCase, stats.get(clipCase.tag()));
    }
    assertThat(shares).hasSize(6);
    assertThat(shares.values().stream().mapToDouble(share -> share).sum())
        .isCloseTo(1, within(1e-12));
    shares.keySet().removeAll(EnumSet.of(ClipCase.INSIDE_POSITIVE, ClipCase.INSIDE_NEGATIVE));
    assertThat(stats.get("losses/clipfrac")).isPositive();
    assertThat(shares.values().stream().mapToDouble(share -> share).sum())
        .isCloseTo(stats.get("losses/clipfrac"), within(1e-12));
  }

  /**
   * Squashed actions, a shared trunk, uniform weights: SB3's squash and PyTorch's default
   * initialisation.
   */
  @Test
  void learnsWithTheOtherOptions() {
    Space space = IdentityEnv.continuous();
    PpoConfig config =
        PpoConfig.of(Profile.DEFAULT, space)
            .with(
                c ->
                    c.totalTimesteps(60_000L)
                        .numEnvs(4)
                        .numSteps(128)
                        .numMinibatches(4)
                        .learningRate(2e-3)
                        .gamma(0.5)
                        .actionBounds(ActionBounds.SQUASH)
                        .sharedTrunk(true)
                        .orthoInit(false)
                        .entCoef(1e-3));
    Recorder recorder = train(new IdentityEnv(space, 4), config, 1, Engine.SIMD);
    assertThat(recorder.lastReturns(100)).isGreaterThan(-2.5);
  }

  @ParameterizedTest
  @EnumSource(ActionHead.class)
  void learnsWithEveryDistributionOfContinuousActions(ActionHead head) {
    Space space = IdentityEnv.continuous();
    PpoConfig config =
        PpoConfig.of(Profile.DEFAULT, space)
            .with(
                c ->
                    c.totalTimesteps(60_000L)
                        .numEnvs(4)
                        .numSteps(128)
                        .numMinibatches(4)
                        .learningRate(2e-3)
                        .gamma(0.5)
                        .logStdInit(head == ActionHead.GSDE ? -2 : 0)
                        .actionHead(head));
    Recorder recorder = train(new IdentityEnv(space, 4), config, 1, Engine.SIMD);
    assertThat(recorder.lastReturns(100)).isGreaterThan(-2.5);
  }

  @Test
  void stopEndsTrainingAfterTheUpdate() {
    PpoConfig config = cartPole(Profile.DEFAULT);
    try (VectorEnv env = Envs.make("CartPole-v1", 4);
        ActorCritic network =
            ActorCritics.create(Engine.SIMD, PolicyNetwork.spec(env.spec(), config))) {
      Ppo ppo = new Ppo(env, Algorithm.PPO, config, network, 1);
      ppo.train(
          new Recorder() {
            @Override
            public void iteration(Iteration iteration) {
              ppo.stop();
            }
          });
      assertThat(ppo.globalStep()).isEqualTo(512);
    }
  }

  @Test
  void refusesEnvironmentsItCannotLearn() {
    PpoConfig config = cartPole(Profile.DEFAULT);
    try (VectorEnv env = Envs.make("CartPole-v1", 3);
        ActorCritic network =
            ActorCritics.create(Engine.SIMD, PolicyNetwork.spec(env.spec(), config))) {
      assertThatThrownBy(() -> new Ppo(env, Algorithm.PPO, config, network, 1))
          .hasMessage("the environment has 3 sub-environments, but numEnvs is 4");
    }
    try (VectorEnv env = Envs.make("CartPole-v1", 4, Map.of(), AutoresetMode.NEXT_STEP);
        ActorCritic network =
            ActorCritics.create(Engine.SIMD, PolicyNetwork.spec(env.spec(), config))) {
      assertThatThrownBy(() -> new Ppo(env, Algorithm.PPO, config, network, 1))
          .hasMessageContaining("SAME_STEP");
    }
  }

  private static PpoConfig cartPole(Profile profile) {
    return PpoConfig.of(profile, new Space.Discrete(2));
  }

  private static Recorder train(VectorEnv env, PpoConfig config, long seed, Engine engine) {
    Recorder recorder = new Recorder();
    try (env;
        ActorCritic network = ActorCritics.create(engine, PolicyNetwork.spec(env.spec(), config))) {
      new Ppo(env, Algorithm.PPO, config, network, seed).train(recorder);
      recorder.parameters = network.parameters().clone();
    }
    return recorder;
  }

  private static class Recorder implements TrainingListener {
    final List<Double> returns = new ArrayList<>();
    final List<Double> learningRates = new ArrayList<>();
    final List<Long> steps = new ArrayList<>();
    final List<Metrics> stats = new ArrayList<>();
    float[] parameters = {};

    @Override
    public void episode(Episode episode) {
      returns.add(episode.episodicReturn());
    }

    @Override
    public void iteration(Iteration iteration) {
      learningRates.add(iteration.metrics().get("charts/learning_rate"));
      steps.add(iteration.globalStep());
      stats.add(iteration.metrics());
    }

    double lastReturns(int n) {
      return returns.subList(returns.size() - n, returns.size()).stream()
          .mapToDouble(r -> r)
          .average()
          .orElseThrow();
    }
  }
}
