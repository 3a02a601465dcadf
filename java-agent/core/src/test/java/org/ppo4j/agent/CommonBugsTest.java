package org.ppo4j.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ppo4j.agent.action.ActionConfig;
import org.ppo4j.agent.action.ActionDistribution;
import org.ppo4j.agent.advantage.GeneralizedAdvantage;
import org.ppo4j.agent.checkpoint.Checkpoint;
import org.ppo4j.agent.config.PpoConfig;
import org.ppo4j.agent.config.PpoConfigBuilder;
import org.ppo4j.agent.event.Hint;
import org.ppo4j.agent.event.Iteration;
import org.ppo4j.agent.event.Sign;
import org.ppo4j.agent.event.TrainingListener;
import org.ppo4j.agent.loss.PolicyLoss;
import org.ppo4j.agent.loss.PpoLoss;
import org.ppo4j.agent.metrics.Metrics;
import org.ppo4j.agent.metrics.RecentReturns;
import org.ppo4j.agent.network.Activation;
import org.ppo4j.agent.network.NetworkSpec;
import org.ppo4j.agent.network.SimdActorCritic;
import org.ppo4j.agent.parameter.Algorithm;
import org.ppo4j.agent.parameter.Profile;
import org.ppo4j.agent.rollout.Minibatch;
import org.ppo4j.agent.rollout.Rollout;
import org.ppo4j.agent.run.Hints;
import org.ppo4j.agent.run.WatchedTraining;
import org.ppo4j.agent.update.Adam;
import org.ppo4j.agent.update.Learner;
import org.ppo4j.agent.update.TargetKlCheck;
import org.ppo4j.env.DType;
import org.ppo4j.env.EnvSpec;
import org.ppo4j.env.Envs;
import org.ppo4j.env.Space;
import org.ppo4j.env.StepBatch;
import org.ppo4j.env.VectorEnv;
import org.ppo4j.env.VectorWrapper;

/**
 * The six common bugs of PPO that docs/sources.md lists, provoked on purpose: the symptom of each,
 * what guards against it here, and the hint by which a user sees it.
 */
class CommonBugsTest {
  private static final int ROWS = 64;
  private static final Space ACTIONS = new Space.Discrete(2);

  private final Random random = new Random(7);
  private final ActionDistribution distribution =
      ActionDistribution.of(ACTIONS, ActionConfig.DEFAULT, 0, 0);
  private final List<Hint> hints = new ArrayList<>();

  private static PpoConfig config(Consumer<PpoConfigBuilder> changes) {
    return PpoConfig.of(Profile.DEFAULT, ACTIONS)
        .with(c -> c.numEnvs(1).numSteps(ROWS).totalTimesteps(100L * ROWS))
        .with(changes);
  }

  private SimdActorCritic network(boolean sharedTrunk) {
    SimdActorCritic network =
        new SimdActorCritic(
            new NetworkSpec(1, List.of(8), Activation.TANH, 2, 0).withSharedTrunk(sharedTrunk), 1);
    for (int i = 0; i < network.parameters().length; i++) {
      network.parameters()[i] = (float) (random.nextGaussian() * 0.5);
    }
    network.parametersChanged();
    return network;
  }

  /** Makes a rollout of the network's policy, with advantages of deviation {@code scale}. */
  private Rollout rollout(SimdActorCritic network, double scale) {
    Rollout rollout = new Rollout(ROWS, 1, 1, 1);
    for (int i = 0; i < ROWS; i++) {
      rollout.observations[i] = (float) random.nextGaussian();
      rollout.actions[i] = random.nextInt(2);
      rollout.advantages[i] = (float) (random.nextGaussian() * scale);
      rollout.returns[i] = (float) (random.nextGaussian() * scale);
    }
    collect(network, rollout);
    return rollout;
  }

  /** Writes the log probabilities of the present policy, as collecting does. */
  private void collect(SimdActorCritic network, Rollout rollout) {
    float[] outputs = new float[2 * ROWS];
    network.forward(rollout.observations, ROWS, outputs, rollout.values);
    distribution.evaluate(
        outputs, ROWS, network.parameters(), rollout.actions, rollout.logProbs, new float[ROWS]);
  }

  private static Minibatch batch(Rollout rollout) {
    Minibatch batch = new Minibatch(ROWS, 1, 1);
    int[] rows = new int[ROWS];
    Arrays.setAll(rows, i -> i);
    rollout.gather(rows, 0, ROWS, batch);
    return batch;
  }

  private PpoLoss loss(Algorithm algorithm, PpoConfig config) {
    return new PpoLoss(distribution, PolicyLoss.of(algorithm), null, config.loss(), ROWS);
  }

  /** Computes a loss and returns the gradients with respect to the policy's outputs. */
  private static float[] gradients(PpoLoss loss, Minibatch batch, SimdActorCritic network) {
    float[] outputs = new float[2 * ROWS];
    float[] values = new float[ROWS];
    float[] policyGradients = new float[2 * ROWS];
    float[] valueGradients = new float[ROWS];
    network.forward(batch.observations, ROWS, outputs, values);
    loss.compute(
        batch,
        0.2,
        outputs,
        values,
        network.parameters(),
        policyGradients,
        valueGradients,
        network.gradients());
    network.backward(batch.observations, ROWS, policyGradients, valueGradients);
    return policyGradients;
  }

  /** Returns a listener of a training of 100 iterations. */
  private Hints watching(PpoConfig config) {
    EnvSpec env =
        new EnvSpec(
            "Fake-v1", Space.Box.of(-1, 1, 1, DType.FLOAT32), ACTIONS, 0, Map.of(), Map.of());
    RecentReturns returns = new RecentReturns(100);
    returns.add(1);
    Hints listener = new Hints();
    listener.started(
        new WatchedTraining(
            WatchedTraining.config(Algorithm.PPO, config), env, returns, hints::add));
    return listener;
  }

  /** Reports the same metrics in 20 iterations. */
  private void watch(PpoConfig config, Metrics metrics) {
    hints.clear();
    Hints listener = watching(config);
    for (int i = 1; i <= 20; i++) {
      listener.iteration(new Iteration(i, (long) i * ROWS, metrics));
    }
  }

  private List<Sign> signs() {
    return hints.stream().map(Hint::sign).toList();
  }

  private static List<Sign> train(String id, Consumer<PpoConfigBuilder> changes) {
    return signs(Training.on(id).preset(null).threads(1).config(changes));
  }

  private static List<Sign> signs(TrainingBuilder builder) {
    List<Sign> signs = new ArrayList<>();
    TrainingListener collecting =
        new TrainingListener() {
          @Override
          public void hinted(Hint hint) {
            signs.add(hint.sign());
          }
        };
    try (Training training = builder.listener(new Hints()).listener(collecting).build()) {
      training.run();
    }
    return signs;
  }

  /**
   * Bug 1: the old log probabilities are computed again before each step. The ratio is 1, nothing
   * is clipped, and the gradient is that of the plain policy gradient.
   */
  @Test
  void oldLogProbabilitiesRecomputed() {
    PpoConfig config = config(c -> {});
    SimdActorCritic network = network(false);
    Minibatch batch = batch(rollout(network, 1));
    PpoLoss loss = loss(Algorithm.PPO, config);
    Adam adam = new Adam(network.parameters().length, config.optimizer());
    for (int epoch = 0; epoch < 4; epoch++) {
      float[] outputs = new float[2 * ROWS];
      network.policy(batch.observations, ROWS, outputs);
      distribution.evaluate( // the bug
          outputs, ROWS, network.parameters(), batch.actions, batch.logProbs, new float[ROWS]);
      float[] clipped = gradients(loss, batch, network);
      assertThat(loss.approxKl()).isZero();
      assertThat(loss.clipFraction()).isZero();
      assertThat(clipped).isEqualTo(gradients(loss(Algorithm.A2C, config), batch, network));
      adam.begin(network.gradients(), 0.05);
      adam.step(network.parameters(), network.gradients(), 0, network.parameters().length);
      network.parametersChanged();
    }
    Metrics metrics = new Metrics();
    metrics.put("losses/approx_kl", loss.approxKl());
    watch(config, metrics);
    assertThat(signs()).containsExactly(Sign.RATIO_STAYS_ONE);

    // The guard: a learner reads the log probabilities of the rollout and never writes them.
    SimdActorCritic same = network(false);
    Rollout rollout = rollout(same, 1);
    float[] logProbs = rollout.logProbs.clone();
    Metrics ours = learner(config, same).learn(rollout, 0.05, 0.2);
    assertThat(rollout.logProbs).isEqualTo(logProbs);
    assertThat(ours.get("losses/approx_kl")).isGreaterThan(1e-3);
    watch(config, ours);
    assertThat(signs()).doesNotContain(Sign.RATIO_STAYS_ONE);
  }

  private Learner learner(PpoConfig config, SimdActorCritic network) {
    return Learners.of(
        Algorithm.PPO, config, network, distribution, RandomSource.XO_RO_SHI_RO_128_PP.create(1));
  }

  /**
   * Bug 2: advantages are not normalised. The policy's gradient grows with the unit of the rewards;
   * normalised, it is the same for all.
   */
  @Test
  void advantagesNotNormalised() {
    PpoConfig bug = config(c -> c.normAdv(false).entCoef(0));
    SimdActorCritic network = network(false);
    Rollout rollout = rollout(network, 1);
    Minibatch small = batch(rollout);
    Minibatch large = batch(rollout);
    for (int i = 0; i < ROWS; i++) {
      large.advantages[i] *= 4096; // a power of two: no rounding
    }
    float[] before = gradients(loss(Algorithm.PPO, bug), small, network);
    float[] after = gradients(loss(Algorithm.PPO, bug), large, network);
    for (int i = 0; i < before.length; i++) {
      assertThat(after[i]).isEqualTo(4096 * before[i]);
    }
    PpoConfig normalised = config(c -> c.entCoef(0));
    before = gradients(loss(Algorithm.PPO, normalised), small, network);
    after = gradients(loss(Algorithm.PPO, normalised), large, network);
    for (int i = 0; i < before.length; i++) {
      assertThat(after[i]).isCloseTo(before[i], within(1e-7f));
    }

    // The sign, and the guard: normalised by default.
    Rollout rewarding = rollout(network, 4096);
    Arrays.fill(rewarding.returns, 0);
    Arrays.fill(rewarding.values, 0);
    watch(bug, learner(bug, network).learn(rewarding, 1e-3, 0.2));
    assertThat(signs()).contains(Sign.GRADIENTS_CLIPPED);
    watch(normalised, learner(normalised, network).learn(rewarding, 1e-3, 0.2));
    assertThat(signs()).doesNotContain(Sign.GRADIENTS_CLIPPED);
    assertThat(PpoConfig.of(Profile.DEFAULT, ACTIONS).loss().normAdv()).isTrue();
  }

  /**
   * Bug 3: the value of the next episode's start is added to the last reward of an episode. With
   * one reward of 1 an episode the value is 1; with the bug the critic's targets grow to 1 / (1 -
   * gamma) = 100. An episode that was cut short is the reverse: there 100 is right.
   */
  @Test
  void bootstrapAcrossEpisodeEnds() {
    assertThat(learntValue(true, false, true)).isCloseTo(1, within(1e-3));
    assertThat(learntValue(false, false, true)).as("bug").isCloseTo(100, within(0.1));
    assertThat(learntValue(false, true, true)).isCloseTo(100, within(0.1));
    assertThat(learntValue(false, true, false)).as("bug").isCloseTo(1, within(1e-3));

    // The guard: environments report the two ends apart. The sign of one that reports neither:
    VectorEnv silent = new WithoutEnds(Envs.make("CartPole-v1", 1));
    List<Sign> signs = signs(Training.on(silent).config(c -> c.totalTimesteps(1024).numSteps(256)));
    assertThat(signs).containsExactly(Sign.NO_EPISODE);
  }

  /** Repeats estimating and fitting on one-step episodes of reward 1. */
  private static double learntValue(boolean terminated, boolean truncated, boolean bootstrap) {
    Rollout rollout = new Rollout(16, 1, 1, 1);
    Arrays.fill(rollout.rewards, 1);
    Arrays.fill(rollout.terminated, terminated);
    Arrays.fill(rollout.truncated, truncated);
    GeneralizedAdvantage estimator =
        new GeneralizedAdvantage(config(c -> c.bootstrapTruncated(bootstrap)).advantage());
    for (int i = 0; i < 1000; i++) {
      estimator.estimate(rollout);
      float value = rollout.returns[0];
      Arrays.fill(rollout.values, value);
      Arrays.fill(rollout.finalValues, value);
      rollout.lastValues[0] = value;
    }
    return rollout.values[0];
  }

  /** Hides the ends of episodes. */
  private static final class WithoutEnds extends VectorWrapper {
    WithoutEnds(VectorEnv env) {
      super(env);
    }

    @Override
    public void step(double[] actions, StepBatch out) {
      super.step(actions, out);
      Arrays.fill(out.terminated, false);
      Arrays.fill(out.truncated, false);
    }
  }

  /**
   * Bug 4: too many epochs and too wide a clip. Single updates move the policy far past the range;
   * at the same learning rate, the default epochs and clip are healthy.
   */
  @Test
  void tooManyEpochsAndTooWideAClip() {
    Consumer<PpoConfigBuilder> usual =
        c -> c.learningRate(3e-3).numSteps(512).totalTimesteps(10_240);
    Consumer<PpoConfigBuilder> bug = usual.andThen(c -> c.updateEpochs(30).clipCoef(0.5));
    Consumer<PpoConfigBuilder> guard =
        bug.andThen(c -> c.targetKl(0.02).targetKlCheck(TargetKlCheck.MINIBATCH));
    assertThat(train("Pendulum-v1", bug)).containsExactly(Sign.KL_SPIKES, Sign.MOSTLY_CLIPPED);
    assertThat(train("Pendulum-v1", guard)).as("guard").isEmpty();
    assertThat(train("Pendulum-v1", usual)).as("default").isEmpty();
  }

  /**
   * Bug 5: the value loss swamps a shared trunk. The policy's part of the trunk's gradient
   * vanishes; with separate networks, the weight of the value loss does not reach the actor's
   * gradient.
   */
  @Test
  void valueLossSwampsASharedTrunk() {
    double usual = policyShare(true, 0.5, 1);
    double swamped = policyShare(true, 100, 100);
    System.out.printf("policy's share of the trunk's gradient: %.2g, %.2g%n", usual, swamped);
    assertThat(usual).isGreaterThan(0.1);
    assertThat(swamped).isLessThan(1e-3);
    assertThat(policyShare(false, 100, 100)).as("guard").isEqualTo(1);

    Consumer<PpoConfigBuilder> bug = c -> c.sharedTrunk(true).vfCoef(100).totalTimesteps(25_600);
    assertThat(train("CartPole-v1", bug)).containsExactly(Sign.GRADIENTS_CLIPPED);
    assertThat(PpoConfig.of(Profile.DEFAULT, ACTIONS).network().sharedTrunk()).isFalse();
  }

  /**
   * Returns the norm of the policy's part of the actor's hidden gradient, relative to the whole.
   */
  private double policyShare(boolean sharedTrunk, double vfCoef, double returnScale) {
    random.setSeed(3);
    SimdActorCritic network = network(sharedTrunk);
    Rollout rollout = rollout(network, 1);
    for (int i = 0; i < ROWS; i++) {
      rollout.returns[i] *= (float) returnScale;
    }
    PpoConfig whole = config(c -> c.vfCoef(vfCoef).clipVloss(false));
    PpoConfig policyOnly = config(c -> c.vfCoef(0));
    gradients(loss(Algorithm.PPO, policyOnly), batch(rollout), network);
    double part = hiddenNorm(network);
    gradients(loss(Algorithm.PPO, whole), batch(rollout), network);
    return part / hiddenNorm(network);
  }

  private static double hiddenNorm(SimdActorCritic network) {
    double squares = 0;
    for (int i = 0; i < 16; i++) { // eight weights and eight biases
      squares += network.gradients()[i] * (double) network.gradients()[i];
    }
    return Math.sqrt(squares);
  }

  /**
   * Bug 6: no leash. The clip holds each policy near the one before, and nothing near the first: an
   * advantage that always favours one action, as a reward model's error does, moves the policy as
   * far as it likes while every update looks healthy. The guard is {@code --reference}, which
   * {@link ReferenceTest} and {@link #aLostReferenceIsSeen} show; without a reference there is no
   * hint, because nothing is known to be lost.
   */
  @Test
  void noLeash() {
    PpoConfig config = config(c -> c.entCoef(0).normAdv(false));
    SimdActorCritic network = network(false);
    Rollout rollout = rollout(network, 1);
    float[] reference = new float[2 * ROWS];
    network.policy(rollout.observations, ROWS, reference);
    float[] outputs = new float[2 * ROWS];
    UniformRandomProvider sampling = RandomSource.XO_RO_SHI_RO_128_PP.create(2);
    Learner learner = learner(config, network);
    Hints listener = watching(config);
    double largest = 0;
    for (int i = 1; i <= 100; i++) {
      network.policy(rollout.observations, ROWS, outputs);
      distribution.sample(outputs, ROWS, network.parameters(), sampling, rollout.actions);
      for (int row = 0; row < ROWS; row++) {
        rollout.advantages[row] = rollout.actions[row] == 0 ? 1 : -1;
      }
      collect(network, rollout);
      System.arraycopy(rollout.values, 0, rollout.returns, 0, ROWS);
      Metrics metrics = learner.learn(rollout, 0.003, 0.2);
      largest = Math.max(largest, metrics.get("losses/approx_kl"));
      listener.iteration(new Iteration(i, (long) i * ROWS, metrics));
    }
    float[] divergences = new float[ROWS];
    network.policy(rollout.observations, ROWS, outputs);
    distribution.evaluate(
        outputs, ROWS, network.parameters(), rollout.actions, new float[ROWS], new float[ROWS]);
    distribution.kl(reference, new float[0], divergences);
    double drift = 0;
    for (float each : divergences) {
      drift += each / ROWS;
    }
    System.out.printf(
        "KL(first, last) %.3g, largest approx_kl of an update %.3g%n", drift, largest);
    assertThat(largest).isLessThan(0.1);
    assertThat(drift).isGreaterThan(20 * largest);
    assertThat(signs()).isEmpty();
  }

  /** Fine-tuning at a rate that destroys the policy, without the leash and with it. */
  @Test
  void aLostReferenceIsSeen(@TempDir Path folder) {
    Path file = folder.resolve("reference.zip");
    try (Training training =
        Training.on("CartPole-v1")
            .threads(1)
            .config(c -> c.totalTimesteps(60_000).learningRate(0.001))
            .build()) {
      training.run();
      training.save(file);
    }
    Checkpoint reference = Checkpoint.read(file);
    assertThat(tune(reference, 0)).contains(Sign.REFERENCE_LOST);
    assertThat(tune(reference, 5)).doesNotContain(Sign.REFERENCE_LOST);
  }

  private static List<Sign> tune(Checkpoint reference, double klCoef) {
    return signs(
        Training.on("CartPole-v1")
            .reference(reference)
            .threads(1)
            .config(c -> c.totalTimesteps(60_000).learningRate(0.03).klCoef(klCoef)));
  }
}
