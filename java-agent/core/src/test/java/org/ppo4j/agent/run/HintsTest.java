package org.ppo4j.agent.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.ppo4j.agent.action.ActionBounds;
import org.ppo4j.agent.action.ActionHead;
import org.ppo4j.agent.config.PpoConfig;
import org.ppo4j.agent.config.PpoConfigBuilder;
import org.ppo4j.agent.config.RunConfig;
import org.ppo4j.agent.event.Hint;
import org.ppo4j.agent.event.Iteration;
import org.ppo4j.agent.event.Sign;
import org.ppo4j.agent.metrics.Metrics;
import org.ppo4j.agent.metrics.RecentReturns;
import org.ppo4j.agent.parameter.Algorithm;
import org.ppo4j.agent.parameter.Profile;
import org.ppo4j.agent.state.TrainingState;
import org.ppo4j.env.DType;
import org.ppo4j.env.EnvSpec;
import org.ppo4j.env.Space;

/** Each sign, from metrics at its threshold. By default 1,000 iterations of 512 steps. */
class HintsTest {
  private static final Space DISCRETE = new Space.Discrete(2);
  private static final Space CONTINUOUS = Space.Box.of(-1, 1, 1, DType.FLOAT32);

  private Algorithm algorithm = Algorithm.PPO;
  private Space actions = DISCRETE;
  private Consumer<PpoConfigBuilder> changes = c -> {};
  private int maxEpisodeSteps = 500;
  private final RecentReturns returns = new RecentReturns(100);
  private final List<Hint> hints = new ArrayList<>();
  private final List<String> lines = new ArrayList<>();
  private Hints listener = new Hints(lines::add);
  private final TrainingState state = new TrainingState();
  private int iterations;

  HintsTest() {
    returns.add(10);
  }

  /** Reports metrics of some iterations, and healthy numbers for the others. */
  private void iterations(int times, Object... namesAndValues) {
    listener.started(training());
    for (int i = 0; i < times; i++) {
      Metrics metrics = new Metrics();
      metrics.put("losses/approx_kl", 0.01);
      metrics.put("losses/entropy", 0.5);
      metrics.put("losses/clipfrac", 0.1);
      metrics.put("losses/explained_variance", 0.6);
      metrics.put("losses/gradient_norm", 2);
      if (actions.equals(CONTINUOUS)) {
        metrics.put("charts/std_min", 0.5);
        metrics.put("charts/std_max", 1.5);
      }
      for (int j = 0; j < namesAndValues.length; j += 2) {
        metrics.put((String) namesAndValues[j], ((Number) namesAndValues[j + 1]).doubleValue());
      }
      iterations++;
      listener.iteration(new Iteration(iterations, iterations * 512L, metrics));
    }
  }

  private void assertHint(Sign sign, String text, String... hyperparameters) {
    assertThat(hints)
        .containsExactly(new Hint(sign, iterations * 512L, text, List.of(hyperparameters)));
    assertThat(lines).containsExactly(text);
    assertThat(text).doesNotContain("\n");
  }

  @ParameterizedTest
  @EnumSource(Algorithm.class)
  void healthyNumbersGiveNone(Algorithm each) {
    algorithm = each;
    iterations(1000);
    actions = CONTINUOUS;
    iterations(1000, "losses/entropy", -20);
    assertThat(hints).isEmpty();
  }

  @Test
  void ratioStaysOne() {
    iterations(4, "losses/approx_kl", 0);
    iterations(1);
    iterations(4, "losses/approx_kl", 0);
    assertThat(hints).isEmpty();
    iterations(1, "losses/approx_kl", 0);
    assertHint(
        Sign.RATIO_STAYS_ONE,
        "approx_kl was 0 in 5 updates in a row: the policy does not change; try a larger"
            + " learningRate",
        "learningRate");
  }

  /** A larger learning rate does not help a policy that no longer draws another action. */
  @Test
  void ratioOneIsNoSignWhereTheEntropyIsGone() {
    iterations(20, "losses/approx_kl", 0, "losses/entropy", 0.001);
    assertThat(hints).extracting(Hint::sign).containsExactly(Sign.ENTROPY_COLLAPSED);
  }

  /** The only step of an update has ratio 1, whatever it changes. */
  @ParameterizedTest
  @CsvSource({"A2C, 0", "PPO, 0", "TRPO, 1"})
  void ratioOneIsNormalInAnUpdateOfOneStep(Algorithm each, int expected) {
    algorithm = each;
    if (each == Algorithm.PPO) {
      changes = c -> c.numMinibatches(1).updateEpochs(1);
    }
    iterations(20, "losses/approx_kl", 0);
    assertThat(hints).hasSize(expected);
  }

  /** The learning rate of trpo is the critic's, and targetKl bounds the policy's step. */
  @Test
  void adviceFitsTheAlgorithm() {
    algorithm = Algorithm.TRPO;
    iterations(5, "losses/approx_kl", 0);
    assertThat(lines.getFirst()).endsWith("; try a larger targetKl");
    iterations(5, "losses/approx_kl", 0.2, "losses/entropy", 0.001);
    assertThat(lines.get(1)).endsWith("; try a smaller targetKl");
    assertThat(lines.get(2)).endsWith("; try a smaller targetKl");
    algorithm = Algorithm.PPO_PENALTY;
    listener = new Hints(lines::add);
    iterations(3, "losses/approx_kl", 0.2);
    assertThat(lines.getLast())
        .endsWith("; try fewer updateEpochs or a smaller learningRate or a smaller targetKl");
  }

  /** Whatever is configured, each hint has an advice. */
  @ParameterizedTest
  @EnumSource(Algorithm.class)
  void everyHintHasAnAdvice(Algorithm each) {
    algorithm = each;
    actions = CONTINUOUS;
    changes =
        c ->
            c.normObs(true).normReward(true).sharedTrunk(false).entCoef(0).bootstrapTruncated(true);
    new RecentReturns(100).save(state);
    returns.restore(state);
    iterations(
        200,
        "losses/approx_kl",
        0.5,
        "losses/clipfrac",
        0.9,
        "losses/explained_variance",
        -1,
        "losses/gradient_norm",
        1e9,
        "charts/std_min",
        1e-3,
        "charts/std_max",
        1e3);
    iterations(10, "losses/approx_kl", 0);
    assertThat(hints).hasSizeGreaterThan(4);
    assertThat(lines).allMatch(line -> line.matches(".*; (try .+|let the environment end.*)"));
  }

  @Test
  void klSpikes() {
    iterations(1, "losses/approx_kl", 0.16);
    iterations(60);
    iterations(1, "losses/approx_kl", 0.16);
    iterations(60);
    iterations(1, "losses/approx_kl", 0.16); // the first is forgotten
    assertThat(hints).isEmpty();
    iterations(20, "losses/approx_kl", 0.15);
    iterations(1, "losses/approx_kl", 0.4);
    assertHint(
        Sign.KL_SPIKES,
        "approx_kl exceeded 0.15 in 3 updates, at last 0.40: updates go too far; try fewer"
            + " updateEpochs or a smaller learningRate or a smaller clipCoef or a targetKl of 0.02",
        "updateEpochs",
        "learningRate",
        "clipCoef",
        "targetKl");
  }

  /** The uniform entropy of two actions is log 2 = 0.6931. */
  @Test
  void entropyCollapses() {
    iterations(4, "losses/entropy", 0.006);
    iterations(20, "losses/entropy", 0.007);
    iterations(4, "losses/entropy", 0.006);
    assertThat(hints).isEmpty();
    iterations(1, "losses/entropy", 0.003);
    assertHint(
        Sign.ENTROPY_COLLAPSED,
        "the entropy fell to 0.4 % of that of random actions in the first half of the training:"
            + " the policy no longer explores; try a larger entCoef or a smaller learningRate",
        "entCoef",
        "learningRate");
  }

  /** Independent choices add their entropies: log 2 + log 4 = 2.0794, and 3 log 2. */
  @Test
  void entropyOfSeveralChoices() {
    actions = new Space.MultiDiscrete(2, 4);
    iterations(5, "losses/entropy", 0.0209);
    assertThat(hints).isEmpty();
    iterations(5, "losses/entropy", 0.0207);
    assertThat(hints).hasSize(1);
    listener = new Hints();
    actions = new Space.MultiBinary(3);
    iterations(5, "losses/entropy", 0.0209);
    assertThat(hints).hasSize(1);
    iterations(5, "losses/entropy", 0.0207);
    assertThat(hints).hasSize(2);
  }

  @Test
  void aLateDeterministicPolicyIsNormal() {
    iterations(500);
    iterations(500, "losses/entropy", 0);
    assertThat(hints).isEmpty();
  }

  @Test
  void returnsStayUnexplained() {
    iterations(1, "losses/explained_variance", 0.19);
    iterations(99, "losses/explained_variance", -0.3);
    iterations(1, "losses/explained_variance", Double.NaN);
    iterations(99, "losses/explained_variance", -0.3);
    assertThat(hints).extracting(Hint::sign).containsExactly(Sign.RETURNS_CONSTANT);
    hints.clear();
    lines.clear();
    iterations(1, "losses/explained_variance", -0.25);
    assertHint(
        Sign.RETURNS_UNEXPLAINED,
        "explained_variance was below 0 in 100 updates in a row, at last -0.25, and never above"
            + " 0.2: the critic does not learn; try normObs or normReward or more numSteps or"
            + " larger hiddenSizes",
        "normObs",
        "normReward",
        "numSteps",
        "hiddenSizes");
  }

  @Test
  void returnsThatDoNotVaryAreExplainedOnce() {
    iterations(3, "losses/explained_variance", Double.NaN);
    assertThat(hints)
        .containsExactly(
            new Hint(
                Sign.RETURNS_CONSTANT,
                512,
                "explained_variance is undefined and left out where all returns of an update are"
                    + " equal, as they are now; if they stay equal, check that rewards differ"
                    + " between good and bad actions",
                List.of()));
  }

  @Test
  void boundsThatThePolicyDoesNotReachAreNamedAtTheStart() {
    actions = Space.Box.of(0, 1, 2, DType.FLOAT32);
    iterations(2);
    assertThat(hints)
        .containsExactly(
            new Hint(
                Sign.ACTIONS_OUT_OF_REACH,
                0,
                "action 0 has the bounds 0 and 1, but the policy starts around 0 with a deviation"
                    + " of 1.00: it mostly tries the bounds; try actionBounds SQUASH, or scale"
                    + " actions to [-1, 1] in the environment, as Gymnasium's RescaleAction does",
                List.of("actionBounds")));
    listener.save(state);
    Hints resumed = new Hints();
    resumed.restore(state);
    listener = resumed;
    iterations(1);
    assertThat(hints).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    "-1, 1, false",
    "-0.4, 0.4, false",
    "-3, 3, false",
    "-10, 10, false",
    "-11, 11, true",
    "0, 1e6, true",
    "0, 0.001, true",
    "-0.05, 0.05, true",
    "-1, 2.9, false",
    "-1, 3.1, true",
    "-Infinity, Infinity, false",
    "0, Infinity, false",
    "-1.7e308, 1.7e308, true"
  })
  void boundsAreComparedWithTheStart(double low, double high, boolean named) {
    actions =
        new Space.Box(new double[] {-1, low}, new double[] {1, high}, new int[] {2}, DType.FLOAT64);
    iterations(1);
    assertThat(hints).hasSize(named ? 1 : 0);
    changes = c -> c.actionBounds(ActionBounds.SQUASH);
    listener = new Hints();
    hints.clear();
    iterations(1);
    assertThat(hints).isEmpty();
  }

  @Test
  void aLargerDeviationReachesLargerBounds() {
    actions = Space.Box.of(-1000, 1000, 1, DType.FLOAT32);
    iterations(1);
    assertThat(hints.getFirst().text())
        .contains(", where logStdInit 6.4 would fit: it mostly tries a small part");
    hints.clear();
    listener = new Hints();
    changes = c -> c.logStdInit(6.4);
    iterations(1);
    assertThat(hints).isEmpty();
  }

  @Test
  void gsdeHasNoDeviationAtTheStart() {
    actions = Space.Box.of(0, 1, 1, DType.FLOAT32);
    changes = c -> c.actionHead(ActionHead.GSDE).logStdInit(-2);
    iterations(1);
    assertThat(hints.getFirst().text())
        .startsWith(
            "action 0 has the bounds 0 and 1, but the policy starts around 0; try actionBounds");
    hints.clear();
    listener = new Hints();
    actions = Space.Box.of(-1000, 1000, 1, DType.FLOAT32);
    iterations(1);
    assertThat(hints).isEmpty();
  }

  @Test
  void aCheckpointWithFewerSignsIsRestored() {
    listener.save(state);
    state.put("hints/reported", new byte[9]);
    state.put("hints/counts", new long[9]);
    new Hints().restore(state);
  }

  /** As on CartPole-v1, once nearly all returns are equal. */
  @Test
  void aCriticThatHasLearntMayFallBelowZero() {
    iterations(1, "losses/explained_variance", 0.21);
    iterations(999, "losses/explained_variance", -2);
    assertThat(hints).isEmpty();
  }

  @Test
  void mostRatiosAreClipped() {
    iterations(20, "losses/clipfrac", 0.5);
    iterations(2, "losses/clipfrac", 0.51);
    assertThat(hints).isEmpty();
    iterations(1, "losses/clipfrac", 0.66);
    assertHint(
        Sign.MOSTLY_CLIPPED,
        "more than half of the transitions left the clip range in 3 updates in a row, at last"
            + " 66 %; try fewer updateEpochs or a smaller learningRate or fewer numMinibatches",
        "updateEpochs",
        "learningRate",
        "numMinibatches");
  }

  @Test
  void algorithmsWithoutAClipAreNotJudgedByIt() {
    algorithm = Algorithm.PPO_PENALTY;
    iterations(20, "losses/clipfrac", 0.9);
    assertThat(hints).isEmpty();
  }

  @Test
  void theDeviationExplodes() {
    actions = CONTINUOUS;
    changes = c -> c.logStdInit(Math.log(2)).entCoef(0.1);
    iterations(5, "charts/std_max", 19.9);
    assertThat(hints).isEmpty();
    iterations(1, "charts/std_max", 20.1);
    assertHint(
        Sign.DEVIATION_EXPLODED,
        "the deviation of an action grew from 2.00 to 20.1; try a smaller entCoef or a smaller"
            + " learningRate",
        "entCoef",
        "learningRate");
  }

  @Test
  void theDeviationVanishes() {
    actions = CONTINUOUS;
    iterations(5, "charts/std_min", 0.0101);
    assertThat(hints).isEmpty();
    iterations(1, "charts/std_min", 0.009);
    assertHint(
        Sign.DEVIATION_VANISHED,
        "the deviation of an action fell from 1.00 to 0.00900; try a larger entCoef or a smaller"
            + " learningRate",
        "entCoef",
        "learningRate");
  }

  @Test
  void gradientsAreAlwaysClipped() {
    changes = c -> c.sharedTrunk(true);
    iterations(99, "losses/gradient_norm", 51);
    iterations(1, "losses/gradient_norm", 49);
    iterations(99, "losses/gradient_norm", 51);
    assertThat(hints).isEmpty();
    iterations(1, "losses/gradient_norm", 2000);
    assertHint(
        Sign.GRADIENTS_CLIPPED,
        "the gradient was longer than 100 times maxGradNorm in 100 updates in a row, at last"
            + " 2.00e+03: one part of the loss, mostly that of the critic, swamps the others; try"
            + " normReward or a smaller vfCoef or separate networks instead of sharedTrunk",
        "normReward",
        "vfCoef",
        "sharedTrunk",
        "maxGradNorm");
  }

  /** The gradient that trpo reports is the policy's, which it does not clip. */
  @Test
  void trpoDoesNotClip() {
    algorithm = Algorithm.TRPO;
    iterations(300, "losses/gradient_norm", 1e6);
    assertThat(hints).isEmpty();
  }

  /** Four environments of at most 500 steps: 1,000 steps of each are 4,000, in 8 iterations. */
  @Test
  void noEpisodeEnds() {
    RecentReturns none = new RecentReturns(100);
    none.save(state);
    returns.restore(state);
    iterations(7);
    assertThat(hints).isEmpty();
    iterations(1);
    assertHint(
        Sign.NO_EPISODE,
        "no episode ended in 1,024 steps of each environment: returns are unknown; let the"
            + " environment end its episodes, by termination or by a time limit");
  }

  /** 10,000 steps of each of four are 40,000, in 79 iterations. */
  @Test
  void withoutALimitItTakesLonger() {
    new RecentReturns(100).save(state);
    returns.restore(state);
    maxEpisodeSteps = 0;
    iterations(78);
    assertThat(hints).isEmpty();
    iterations(1);
    assertThat(hints).hasSize(1);
  }

  /** Episodes of grpo last no longer than its rollouts. */
  @Test
  void noEpisodeEndsInShortGroups() {
    algorithm = Algorithm.GRPO;
    new RecentReturns(100).save(state);
    returns.restore(state);
    iterations(8);
    assertHint(
        Sign.NO_EPISODE,
        "no episode ended in 1,024 steps of each environment: returns are unknown; try more"
            + " numSteps",
        "numSteps");
  }

  /** The reference's mean return is 10, that of one episode and nine others. */
  @Test
  void theReferenceIsLost() {
    episodes(9, 10);
    iterations(1, "losses/reference_kl", 0);
    episodes(100, 5);
    iterations(10, "losses/reference_kl", 2);
    episodes(100, 4.5);
    iterations(10);
    iterations(10, "losses/reference_kl", 0.1);
    iterations(2, "losses/reference_kl", 2);
    assertThat(hints).as("half the return, or no divergence, or not for long").isEmpty();
    iterations(1, "losses/reference_kl", 2);
    assertHint(
        Sign.REFERENCE_LOST,
        "the mean return fell from 10.00 at the start to 4.500, with a reference_kl of 2.0: the"
            + " policy lost what the reference does; try a larger klCoef or a smaller learningRate",
        "klCoef",
        "learningRate");
  }

  @Test
  void withoutALeashOneIsAdvisedAlsoInAContinuedTraining() {
    changes = c -> c.klCoef(0);
    new RecentReturns(100).save(state);
    returns.restore(state);
    episodes(20, -100);
    iterations(1, "losses/reference_kl", 0);
    listener.save(state);
    listener = new Hints(lines::add);
    listener.restore(state);
    episodes(100, -200);
    iterations(3, "losses/reference_kl", 2);
    assertThat(lines).hasSize(1);
    assertThat(lines.getFirst())
        .contains("from -100.0 at the start to -200.0")
        .endsWith("; try a klCoef of 0.05 or a smaller learningRate");
  }

  /** A checkpoint of version 0.2 has nine signs and no return of the start. */
  @Test
  void olderCheckpointsKnowFewerSigns() {
    TrainingState older = new TrainingState();
    byte[] reported = new byte[9];
    reported[0] = 1; // RATIO_STAYS_ONE
    older.put("hints/reported", reported);
    older.put("hints/counts", new long[9]);
    older.put("hints/explained_variance", new double[] {0.5});
    listener.restore(older);
    iterations(10, "losses/approx_kl", 0);
    assertThat(hints).isEmpty();
  }

  private void episodes(int times, double episodicReturn) {
    for (int i = 0; i < times; i++) {
      returns.add(episodicReturn);
    }
  }

  @Test
  void eachIsReportedOnceAlsoInAContinuedTraining() {
    iterations(4, "losses/approx_kl", 0);
    listener.save(state);
    listener = new Hints(lines::add);
    listener.restore(state);
    iterations(1, "losses/approx_kl", 0);
    assertThat(hints).as("counts continue").hasSize(1);
    iterations(100, "losses/approx_kl", 0);
    listener.save(state);
    listener = new Hints(lines::add);
    listener.restore(state);
    iterations(100, "losses/approx_kl", 0);
    assertThat(hints).hasSize(1);
    listener = new Hints(lines::add);
    listener.restore(new TrainingState()); // of a training without hints
    iterations(5, "losses/approx_kl", 0);
    assertThat(hints).hasSize(2);
  }

  private WatchedTraining training() {
    RunConfig config =
        WatchedTraining.config(
            algorithm,
            PpoConfig.of(algorithm, Profile.DEFAULT, actions)
                .with(c -> c.numEnvs(4).numSteps(128).normReward(actions.equals(CONTINUOUS)))
                .with(c -> c.totalTimesteps(512_000))
                .with(changes));
    Space observations = Space.Box.of(-1, 1, 1, DType.FLOAT32);
    EnvSpec env =
        new EnvSpec("Fake-v1", observations, actions, maxEpisodeSteps, Map.of(), Map.of());
    return new WatchedTraining(config, env, returns, hints::add);
  }
}
