package org.ppo4j.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.ppo4j.agent.checkpoint.Checkpoint;
import org.ppo4j.agent.event.Iteration;
import org.ppo4j.agent.event.Outcome;
import org.ppo4j.agent.event.RunningTraining;
import org.ppo4j.agent.event.TrainingListener;
import org.ppo4j.agent.run.RunFolder;
import org.ppo4j.agent.run.RunRecorder;

/** Several trainings in one program, and what other threads may do to one. */
class ConcurrentTrainingsTest {
  @TempDir private Path folder;

  private static TrainingBuilder cartPole(long steps) {
    return Training.on("CartPole-v1").seed(7).config(c -> c.totalTimesteps(steps));
  }

  private Object bytes(String name) {
    Path file = folder.resolve(name);
    try (Training training = cartPole(8 * 512).build()) {
      assertThat(training.run()).isEqualTo(Outcome.FINISHED);
      training.save(file);
    }
    return Checkpoint.read(file).state().arrays();
  }

  @Test
  void trainingsOfOneProgramAreThoseOfOneAlone() {
    Object alone = bytes("alone.zip");
    try (ExecutorService threads = Executors.newFixedThreadPool(3)) {
      List<CompletableFuture<Object>> together = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        String name = i + ".zip";
        together.add(CompletableFuture.supplyAsync(() -> bytes(name), threads));
      }
      assertThat(together)
          .allSatisfy(each -> assertThat(each.join()).usingRecursiveComparison().isEqualTo(alone));
    }
  }

  @Test
  void aFolderIsForOneTraining() {
    RunFolder run = RunFolder.create(folder.resolve("run"));
    try (Training first = cartPole(2 * 512).listener(new RunRecorder(run)).build();
        Training second = cartPole(2 * 512).listener(new RunRecorder(run)).build()) {
      first.add(
          new TrainingListener() {
            @Override
            public void iteration(Iteration iteration) {
              if (iteration.number() == 1) {
                assertThatIllegalArgumentException()
                    .isThrownBy(second::run)
                    .withMessageContaining(run.path().toString());
              }
            }
          });
      assertThat(first.run()).isEqualTo(Outcome.FINISHED);
      assertThat(second.globalStep()).isZero();
    }
    assertThat(run.path().resolve("summary.json")).content().contains("\"finished\"");
  }

  @Test
  @Timeout(value = 2, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void closingARunningTrainingCancelsItAndWaits() throws InterruptedException {
    CountDownLatch running = new CountDownLatch(1);
    Training training = cartPole(1_000_000_000).build();
    training.add(
        new TrainingListener() {
          @Override
          public void iteration(Iteration iteration) {
            running.countDown();
          }
        });
    CompletableFuture<Outcome> outcome = CompletableFuture.supplyAsync(training::run);
    running.await();
    assertThatIllegalStateException()
        .isThrownBy(training::run)
        .withMessageContaining("by another thread");
    training.close();
    assertThat(outcome).succeedsWithin(Duration.ofMinutes(1)).isEqualTo(Outcome.STOPPED);
    training.close();
    Path file = folder.resolve("last.zip");
    training.save(file);
    assertThat(Checkpoint.read(file).globalStep()).isEqualTo(training.globalStep()).isPositive();
    assertThatIllegalStateException().isThrownBy(training::run).withMessageContaining("closed");
  }

  @Test
  void aListenerCannotCloseItsTraining() {
    try (Training training = cartPole(2 * 512).build()) {
      training.add(
          new TrainingListener() {
            @Override
            public void started(RunningTraining started) {
              assertThatIllegalStateException()
                  .isThrownBy(training::close)
                  .withMessageContaining("stop");
            }
          });
      assertThat(training.run()).isEqualTo(Outcome.FINISHED);
    }
  }
}
