package org.ppo4j.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.ppo4j.agent.checkpoint.Checkpoint;
import org.ppo4j.agent.config.RunConfig.Checkpointing;
import org.ppo4j.agent.evaluate.PeriodicEvaluation;
import org.ppo4j.agent.event.Evaluation;
import org.ppo4j.agent.event.Finished;
import org.ppo4j.agent.event.Outcome;
import org.ppo4j.agent.event.TrainingListener;
import org.ppo4j.agent.run.CheckpointFiles;
import org.ppo4j.agent.run.RunFolder;
import org.ppo4j.agent.run.RunRecorder;
import org.ppo4j.agent.run.TensorBoardCurves;
import org.ppo4j.agent.tensorboard.Events;
import org.ppo4j.env.Envs;

/** The listeners of the library, used one by one from a program. */
class TrainingListenersTest {
  @TempDir private Path parent;

  private static TrainingBuilder cartPole(long steps) {
    return Training.on("CartPole-v1").config(c -> c.totalTimesteps(steps));
  }

  @Test
  void evaluatesRegularlyAndAtTheEndAndClosesItsEnvironments() {
    List<ClosesCounted> made = new ArrayList<>();
    List<Evaluation> evaluations = new ArrayList<>();
    PeriodicEvaluation periodic =
        new PeriodicEvaluation(
            1024,
            3,
            numEnvs -> {
              made.add(new ClosesCounted(Envs.make("CartPole-v1", numEnvs)));
              return made.getLast();
            });
    for (int training = 1; training <= 2; training++) { // a listener can be used again
      evaluations.clear();
      run(cartPole(2560).listener(periodic).listener(collecting(evaluations)));
      assertThat(evaluations.stream().map(Evaluation::globalStep))
          .containsExactly(1024L, 2048L, 2560L);
      assertThat(evaluations).allSatisfy(each -> assertThat(each.result().lengths()).hasSize(3));
      assertThat(made).hasSize(training).allSatisfy(each -> assertThat(each.closes).isEqualTo(1));
      assertThat(made.getLast().numEnvs()).isEqualTo(3);
    }
  }

  @Test
  void evaluatesAsConfigured() {
    List<Evaluation> evaluations = new ArrayList<>();
    run(
        cartPole(1024)
            .checkpointing(new Checkpointing(0, 3, 512, 2))
            .listener(new PeriodicEvaluation(numEnvs -> Envs.make("CartPole-v1", numEnvs)))
            .listener(collecting(evaluations)));
    assertThat(evaluations.stream().map(Evaluation::globalStep)).containsExactly(512L, 1024L);

    evaluations.clear();
    run(
        cartPole(1024)
            .listener(new PeriodicEvaluation(numEnvs -> Envs.make("CartPole-v1", numEnvs)))
            .listener(collecting(evaluations)));
    assertThat(evaluations).as("by default there are none").isEmpty();
  }

  @Test
  void refusesEvaluationsWithoutEpisodesOrSteps() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new PeriodicEvaluation(0, 5, n -> Envs.make("CartPole-v1", n)))
        .withMessage(
            "an evaluation needs at least 1 episode and 1 step since the one before, but got 5 and"
                + " 0");
  }

  @Test
  void checkpointsAreWrittenRegularlyAndAtTheEndWithoutARecorder() {
    RunFolder folder = RunFolder.create(parent.resolve("run"));
    run(
        cartPole(2560)
            .checkpointing(new Checkpointing(1024, 2, 0, 10))
            .listener(new CheckpointFiles(folder)));
    assertThat(folder.checkpoints())
        .containsExactly(folder.checkpoint(2048), folder.checkpoint(2560));
    assertThat(folder.episodes()).doesNotExist();
  }

  /** A folder with the temporary name of a checkpoint keeps it from being written. */
  private static void block(RunFolder folder, long step) {
    String name = "." + folder.checkpoint(step).getFileName() + ".tmp";
    try {
      Files.createDirectories(folder.path().resolve("checkpoints").resolve(name).resolve("full"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aCheckpointThatCannotBeWrittenDoesNotEndTheTraining() {
    RunFolder folder = RunFolder.create(parent.resolve("run"));
    block(folder, 1024);
    List<String> told = new ArrayList<>();
    run(
        cartPole(2560)
            .checkpointing(new Checkpointing(512, 0, 0, 10))
            .listener(new CheckpointFiles(folder, () -> {}, told::add)));

    assertThat(folder.checkpoints())
        .containsExactly(
            folder.checkpoint(512),
            folder.checkpoint(1536),
            folder.checkpoint(2048),
            folder.checkpoint(2560));
    assertThat(told)
        .satisfiesExactly(
            first ->
                assertThat(first)
                    .contains("cannot write the checkpoint " + folder.checkpoint(1024))
                    .endsWith("; the training continues and tries again every 10 seconds"),
            second -> assertThat(second).contains("can be written again"));
  }

  @Test
  void theSummarySaysThatTheLastCheckpointCouldNotBeWritten() {
    RunFolder folder = RunFolder.create(parent.resolve("run"));
    RunRecorder recorder = new RunRecorder(folder);

    assertThatExceptionOfType(UncheckedIOException.class)
        .isThrownBy(
            () ->
                run(
                    cartPole(1024)
                        .checkpointing(new Checkpointing(512, 0, 0, 10))
                        .onIteration((_, _) -> block(folder, 1024))
                        .listener(recorder)
                        .listener(new CheckpointFiles(folder, recorder::force))))
        .withMessageStartingWith("cannot write the checkpoint " + folder.checkpoint(1024));
    assertThat(folder.checkpoints()).containsExactly(folder.checkpoint(512));
    assertThat(folder.summary().outcome()).isEqualTo(Outcome.FAILED);
    assertThat(folder.summary().error()).startsWith("cannot write the checkpoint");
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "cannot rename a folder of open files")
  void aRunFolderThatIsMovedAwayIsMadeAgain() throws IOException {
    RunFolder folder = RunFolder.create(parent.resolve("run"));
    List<String> told = new ArrayList<>();
    RunRecorder recorder = RunRecorder.withWarnings(folder, told::add);
    run(
        cartPole(1536)
            .onIteration(
                (_, iteration) -> {
                  if (iteration.number() == 2) {
                    try {
                      Files.move(folder.path(), parent.resolve("away"));
                    } catch (IOException e) {
                      throw new UncheckedIOException(e);
                    }
                  }
                })
            .listener(recorder)
            .listener(new CheckpointFiles(folder, recorder::force, told::add)));

    assertThat(folder.checkpoints()).containsExactly(folder.checkpoint(1536));
    assertThat(folder.config().env()).isEqualTo("CartPole-v1");
    assertThat(folder.summary().outcome()).isEqualTo(Outcome.FINISHED);
    assertThat(Files.readAllLines(folder.episodes()))
        .startsWith("global_step,episodic_return,episodic_length");
    assertThat(told).first().asString().contains("it is made again, for what comes from now on");
  }

  @Test
  void theCheckpointOfAFailedTrainingIsItsLastWholeIteration() {
    RunFolder folder = RunFolder.create(parent.resolve("run"));
    RunRecorder recorder = new RunRecorder(folder);
    try (Training training =
        cartPole(2048)
            .onIteration(
                (_, iteration) -> {
                  if (iteration.number() == 2) {
                    throw new IllegalStateException("the listener's");
                  }
                })
            .listener(recorder)
            .listener(new CheckpointFiles(folder, recorder::force))
            .build()) {
      assertThatIllegalStateException().isThrownBy(training::run).withMessage("the listener's");
    }
    assertThat(folder.checkpoints()).containsExactly(folder.checkpoint(1024));
    assertThat(folder.summary().outcome()).isEqualTo(Outcome.FAILED);
    assertThat(folder.summary().error()).isEqualTo("the listener's");

    run(Training.resume(folder.checkpoint(1024)));
    assertThat(Checkpoint.read(saved()).state().floats("network/parameters"))
        .isEqualTo(train(2048).state().floats("network/parameters"));
  }

  @Test
  void aFailureWithoutAMessageIsNamedInTheSummary() {
    RunFolder folder = RunFolder.create(parent.resolve("run"));
    try (Training training =
        cartPole(512)
            .onIteration(
                (_, _) -> {
                  throw new IndexOutOfBoundsException();
                })
            .listener(new RunRecorder(folder))
            .build()) {
      assertThat(org.assertj.core.api.Assertions.catchThrowable(training::run))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
    assertThat(folder.summary().error()).isEqualTo("java.lang.IndexOutOfBoundsException");
  }

  /** It is finished last, when the checkpoint and the summary are there. */
  @Test
  void aListenerBeforeTheRecorderFindsTheCompleteFolder() {
    RunFolder folder = RunFolder.create(parent.resolve("run"));
    RunRecorder recorder = new RunRecorder(folder);
    List<Outcome> found = new ArrayList<>();
    run(
        cartPole(512)
            .listener(
                new TrainingListener() {
                  @Override
                  public void finished(Finished finished) {
                    assertThat(folder.latestCheckpoint()).isPresent();
                    found.add(folder.summary().outcome());
                  }
                })
            .listener(recorder)
            .listener(new CheckpointFiles(folder, recorder::force)));
    assertThat(found).containsExactly(Outcome.FINISHED);
  }

  @Test
  void aTrainingThatWasSavedWithoutARecorderCanBeResumedWithOne() throws IOException {
    train(512);
    RunFolder folder = RunFolder.create(parent.resolve("run"));
    run(
        Training.resume(saved())
            .config(c -> c.totalTimesteps(1024))
            .listener(new RunRecorder(folder)));
    assertThat(folder.summary().totalSteps()).isEqualTo(1024);
    assertThat(Files.readAllLines(folder.episodes())).hasSizeGreaterThan(5);
  }

  /** A second training in the folder must not delete what the first one has written. */
  @Test
  void aFolderInUseIsRefusedUnchanged() {
    RunFolder folder = RunFolder.create(parent.resolve("run"));
    train(512);
    List<Path> before = new ArrayList<>();
    try (Training first =
        cartPole(1024)
            .checkpointing(new Checkpointing(512, 0, 0, 10))
            .listener(new RunRecorder(folder))
            .listener(new CheckpointFiles(folder))
            .onIteration(
                (_, iteration) -> {
                  if (iteration.number() == 2) {
                    before.addAll(folder.checkpoints());
                    try (Training second =
                        Training.resume(saved()).listener(new RunRecorder(folder)).build()) {
                      assertThatIllegalArgumentException()
                          .isThrownBy(second::run)
                          .withMessageContaining("is in use by another training");
                    }
                    assertThat(folder.checkpoints()).isEqualTo(before);
                  }
                })
            .build()) {
      first.run();
    }
    assertThat(before).containsExactly(folder.checkpoint(512), folder.checkpoint(1024));
  }

  @Test
  void curvesCanBeWrittenWithoutARunFolder() throws IOException {
    RunFolder folder = RunFolder.create(parent.resolve("curves"));
    try (Training training =
        cartPole(512)
            .listener(new TensorBoardCurves(folder.path()))
            .listener(new PeriodicEvaluation(512, 2, n -> Envs.make("CartPole-v1", n)))
            .build()) {
      training.run();
      training.save(saved());
    }
    run(
        Training.resume(saved())
            .config(c -> c.totalTimesteps(1024))
            .listener(new TensorBoardCurves(folder.path())));

    assertThat(Events.scalars(folder))
        .anyMatch(line -> line.startsWith("512 losses/value_loss "))
        .anyMatch(line -> line.startsWith("512 charts/eval_return "))
        .anyMatch(line -> line.startsWith("1024 losses/value_loss "))
        .anyMatch(line -> line.startsWith("1024 charts/SPS "));
    assertThat(folder.episodes()).doesNotExist();
  }

  private static TrainingListener collecting(List<Evaluation> evaluations) {
    return new TrainingListener() {
      @Override
      public void evaluated(Evaluation evaluation) {
        evaluations.add(evaluation);
      }
    };
  }

  private Path saved() {
    return parent.resolve("saved.zip");
  }

  private void run(TrainingBuilder builder) {
    try (Training training = builder.build()) {
      assertThat(training.run()).isEqualTo(Outcome.FINISHED);
      training.save(saved());
    }
  }

  private Checkpoint train(long steps) {
    run(cartPole(steps));
    return Checkpoint.read(saved());
  }
}
