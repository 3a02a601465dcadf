package org.ppo4j.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.ppo4j.agent.checkpoint.Checkpoint;
import org.ppo4j.agent.config.PpoConfig;
import org.ppo4j.agent.config.PpoConfigBuilder;
import org.ppo4j.agent.parameter.Algorithm;
import org.ppo4j.agent.parameter.Profile;
import org.ppo4j.agent.rollout.KlEstimator;
import org.ppo4j.agent.state.TrainingState;
import org.ppo4j.agent.update.LrSchedule;

/** Trainings that start from a reference policy and are held near it. */
class ReferenceTest {
  private static final int ROWS = 64;

  @TempDir private Path folder;

  private Checkpoint reference(String id) {
    return reference(id, c -> {});
  }

  private Checkpoint reference(String id, Consumer<PpoConfigBuilder> changes) {
    Path file = folder.resolve("reference.zip");
    train(
        Training.on(id)
            .preset(null)
            .threads(1)
            .config(
                c -> {
                  c.numEnvs(4).numSteps(16).totalTimesteps(20 * ROWS).hiddenSizes(List.of(8));
                  c.numMinibatches(4).learningRate(0.01);
                })
            .config(changes),
        file);
    return Checkpoint.read(file);
  }

  private static TrainingBuilder tuned(
      String id, Checkpoint reference, Consumer<PpoConfigBuilder> changes) {
    return Training.on(id)
        .reference(reference)
        .seed(5)
        .threads(1)
        .config(c -> c.totalTimesteps(6 * ROWS).learningRate(0.05))
        .config(changes);
  }

  @Test
  void theFirstRolloutIsTheReferences() {
    List<Double> divergences = divergences(reference("CartPole-v1"), c -> c.klCoef(0));

    assertThat(divergences.getFirst()).isZero();
    assertThat(divergences.subList(1, 6)).allSatisfy(kl -> assertThat(kl).isNotZero());
  }

  /** Only ppg has an auxiliary value head, and the rest of the networks is the reference's. */
  @Test
  void theAlgorithmMayDiffer() {
    Path ppg = folder.resolve("ppg.zip");
    Path ppo = folder.resolve("ppo.zip");
    train(
        tuned("CartPole-v1", reference("CartPole-v1"), c -> c.nIteration(3).numEnvs(4).numSteps(16))
            .algorithm(Algorithm.PPG)
            .onIteration((training, iteration) -> training.stop()),
        ppg);
    Checkpoint started = Checkpoint.read(ppg);
    train(
        tuned("CartPole-v1", started, c -> c.klCoef(0.1).numEnvs(4).numSteps(16))
            .algorithm(Algorithm.PPO)
            .onIteration((training, iteration) -> training.stop()),
        ppo);

    float[] reference = Checkpoint.read(ppo).state().floats("reference/network/parameters");
    float[] parameters = started.state().floats("network/parameters");
    assertThat(parameters).startsWith(reference).hasSize(reference.length + 9);
  }

  /** Without a penalty the policy leaves; with a heavy one it comes back. */
  @Test
  void thePenaltyHoldsThePolicyNear() {
    Checkpoint reference = reference("CartPole-v1");
    double free = lateDivergence(reference, 0);
    double held = lateDivergence(reference, 10);

    assertThat(free).isGreaterThan(0.03);
    assertThat(held).isBetween(-free / 3, free / 3);
  }

  private static double lateDivergence(Checkpoint reference, double klCoef) {
    return divergences(
            reference,
            c ->
                c.klCoef(klCoef)
                    .klEstimator(KlEstimator.K1)
                    .totalTimesteps(40L * ROWS)
                    .learningRate(0.01))
        .stream()
        .skip(30)
        .mapToDouble(kl -> kl)
        .average()
        .orElseThrow();
  }

  @ParameterizedTest
  @CsvSource({"CartPole-v1, PPO", "Pendulum-v1, PPO", "Pendulum-v1, APPO"})
  void theSameSeedGivesTheSameBytesAlsoIfResumed(String id, Algorithm algorithm) {
    Checkpoint reference = reference(id);
    Path whole = folder.resolve("whole.zip");
    Path half = folder.resolve("half.zip");
    Path resumed = folder.resolve("resumed.zip");
    train(small(id, reference, algorithm), whole);
    train(
        small(id, reference, algorithm)
            .onIteration(
                (training, iteration) -> {
                  if (iteration.number() == 3) {
                    training.stop();
                  }
                }),
        half);
    train(Training.resume(half), resumed);

    SameArrays.assertSame(
        Checkpoint.read(resumed).state().arrays(), Checkpoint.read(whole).state().arrays());
    assertThat(Checkpoint.read(half).globalStep()).isEqualTo(3 * ROWS);
  }

  private static TrainingBuilder small(String id, Checkpoint reference, Algorithm algorithm) {
    return tuned(id, reference, c -> c.numEnvs(4).numSteps(16).numMinibatches(4))
        .algorithm(algorithm);
  }

  /** What changes switch off is no longer the reference's, but is refused where it is given. */
  @Test
  void theReferencesValuesGiveWay() {
    Checkpoint reference =
        reference("CartPole-v1", c -> c.lrSchedule(LrSchedule.ADAPTIVE).lrTargetKl(0.02));
    try (Training training =
        tuned("CartPole-v1", reference, c -> c.lrSchedule(LrSchedule.LINEAR)).build()) {
      PpoConfig usual = PpoConfig.of(Profile.DEFAULT, training.env().actionSpace());
      assertThat(training.config().hyperparameters().optimizer().lrTargetKl())
          .isEqualTo(usual.optimizer().lrTargetKl())
          .isNotEqualTo(0.02);
    }
    refused(
        tuned("CartPole-v1", reference, c -> c.lrSchedule(LrSchedule.LINEAR).lrTargetKl(0.03)),
        "lrTargetKl has no effect with lrSchedule LINEAR");
  }

  /** What the outputs of the reference's critic mean belongs to its networks. */
  @Test
  void theCriticKeepsTheUnitsOfItsReturns() {
    Checkpoint reference = reference("CartPole-v1", c -> c.normValueTargets(true));
    Path file = folder.resolve("start.zip");
    try (Training training = tuned("CartPole-v1", reference, c -> {}).build()) {
      training.save(file);
    }

    TrainingState start = Checkpoint.read(file).state();
    for (String name : List.of("value_targets/mean", "value_targets/variance")) {
      assertThat(start.doubles(name)).isEqualTo(reference.state().doubles(name));
    }
    refused(
        tuned("CartPole-v1", reference, c -> c.normValueTargets(false)),
        "a training with a reference keeps its networks, normalisers and distribution of actions");
    refused(
        small("CartPole-v1", reference, Algorithm.MONTE_CARLO),
        "monte-carlo normalises its returns itself, but the reference was trained with normValueTargets; use another algorithm");
  }

  /** Its hidden layers are part of the networks; how it learns is not. */
  @Test
  void theCriticKeepsItsHiddenLayers() {
    Checkpoint reference = reference("CartPole-v1", c -> c.criticHiddenSizes(List.of(5)));

    train(
        small("CartPole-v1", reference, Algorithm.SPO)
            .config(c -> c.criticLearningRate(0.02).recomputeAdvantages(true)),
        folder.resolve("tuned.zip"));
    assertThat(
            Checkpoint.read(folder.resolve("tuned.zip"))
                .run()
                .hyperparameters()
                .critic()
                .criticHiddenSizes())
        .containsExactly(5);
    refused(
        tuned("CartPole-v1", reference, c -> c.criticHiddenSizes(List.of())),
        "a training with a reference keeps its networks, normalisers and distribution of actions");
  }

  @Test
  void whatDoesNotFitIsRefused() {
    Checkpoint reference = reference("CartPole-v1");

    refused(
        tuned("CartPole-v1", reference, c -> c.hiddenSizes(List.of(16))),
        "a training with a reference keeps its networks, normalisers and distribution of actions");
    refused(tuned("Acrobot-v1", reference, c -> {}), "Acrobot-v1");
    refused(
        Training.on("CartPole-v1").config(c -> c.klCoef(0.5)),
        "klCoef and klEstimator have no effect without a reference policy");
    refused(tuned("CartPole-v1", reference, c -> c.klCoef(-1)), "klCoef must lie in [0, 1000000]");
  }

  @Test
  void normalisersOfEachSubEnvironmentNeedAsManyOfThem() {
    Checkpoint four = reference("Pendulum-v1", c -> c.normObs(true).normalizerPerEnv(true));
    for (int numEnvs : new int[] {2, 8}) {
      refused(
          tuned("Pendulum-v1", four, c -> c.numEnvs(numEnvs)),
          "numEnvs is %d, but the reference has 4 normalisers".formatted(numEnvs));
    }
    tuned("Pendulum-v1", four, c -> c.numEnvs(4)).build().close();
  }

  private static void refused(TrainingBuilder builder, String message) {
    assertThatExceptionOfType(RuntimeException.class)
        .isThrownBy(builder::build)
        .withMessageContaining(message);
  }

  private static List<Double> divergences(
      Checkpoint reference, Consumer<PpoConfigBuilder> changes) {
    List<Double> divergences = new ArrayList<>();
    try (Training training =
        tuned("CartPole-v1", reference, changes)
            .onIteration(
                (running, iteration) ->
                    divergences.add(iteration.metrics().get("losses/reference_kl")))
            .build()) {
      training.run();
    }
    return divergences;
  }

  private static void train(TrainingBuilder builder, Path file) {
    try (Training training = builder.build()) {
      training.run();
      training.save(file);
    }
  }
}
