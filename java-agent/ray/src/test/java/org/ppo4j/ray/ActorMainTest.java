package org.ppo4j.ray;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.ppo4j.agent.Training;
import org.ppo4j.agent.TrainingBuilder;
import org.ppo4j.agent.action.ActionHead;
import org.ppo4j.agent.actor.ActorTask;
import org.ppo4j.agent.actor.Actors;
import org.ppo4j.agent.actor.LocalActors;
import org.ppo4j.agent.actor.Slice;
import org.ppo4j.agent.checkpoint.Checkpoint;
import org.ppo4j.agent.checkpoint.Provenance;
import org.ppo4j.agent.config.PpoConfigBuilder;
import org.ppo4j.agent.event.Iteration;
import org.ppo4j.agent.event.TrainingListener;

/** Actors in other JVMs give what one process gives, also if one of them is killed. */
@Timeout(value = 3, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ActorMainTest {
  @TempDir private Path folder;

  private static TrainingBuilder cartPole() {
    return Training.on("CartPole-v1")
        .seed(3)
        .config(c -> c.numEnvs(5).numSteps(64).totalTimesteps(4 * 5 * 64));
  }

  private float[] parameters(Training training) {
    Path file = folder.resolve("run.zip");
    training.run();
    training.save(file);
    return Checkpoint.read(file).state().floats("network/parameters");
  }

  @Test
  void twoJvmsGiveWhatOneProcessGivesAlsoIfOneIsKilled() {
    float[] one;
    try (Training training = cartPole().build()) {
      one = parameters(training);
    }
    PipedActors[] started = new PipedActors[1];
    TrainingBuilder builder = cartPole();
    builder.actors(
        2,
        1,
        tasks -> {
          started[0] = new PipedActors(tasks);
          return started[0];
        });
    builder.listener(
        new TrainingListener() {
          @Override
          public void iteration(Iteration iteration) {
            if (iteration.number() == 2) {
              started[0].kill(1);
            }
          }
        });
    try (Training training = builder.build()) {
      assertThat(started[0].version(0)).isEqualTo(Provenance.version());
      assertThat(parameters(training)).isEqualTo(one);
      assertThat(started[0].alive()).isEqualTo(2);
    }
    assertThat(started[0].alive()).isZero();
  }

  /** What depends on the number of actors does not depend on where they are. */
  static Stream<Arguments> kinds() {
    Consumer<PpoConfigBuilder> perRollout = c -> c.normalizerPerRollout(true);
    return Stream.of(
        Arguments.of("Pendulum-v1", perRollout.andThen(c -> c.actionHead(ActionHead.BETA))),
        Arguments.of(MixedActions.ID, perRollout),
        Arguments.of(MixedActions.ID, perRollout.andThen(c -> c.actionHead(ActionHead.BETA))));
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void jvmsGiveWhatThreadsGive(String env, Consumer<PpoConfigBuilder> change) {
    List<float[]> learnt = new ArrayList<>();
    for (Actors.Starter starter :
        List.<Actors.Starter>of(LocalActors.starter(), PipedActors::new)) {
      TrainingBuilder builder =
          Training.on(env)
              .seed(3)
              .preset(null)
              .config(c -> c.numEnvs(5).numSteps(32).numMinibatches(2).totalTimesteps(3 * 5 * 32))
              .config(change)
              .actors(2, 0, starter);
      try (Training training = builder.build()) {
        learnt.add(parameters(training));
      }
    }
    assertThat(learnt.get(1)).isEqualTo(learnt.get(0));
  }

  @Test
  void whatAnActorThrowsReachesTheLearnerAsASentence() {
    TrainingBuilder builder = cartPole();
    builder.actors(
        2,
        0,
        tasks ->
            new PipedActors(
                tasks.stream()
                    .map(
                        task -> new ActorTask(task.run(), new Slice(0, 1, 5), "0.0.1", task.java()))
                    .toList()));
    try (Training training = builder.build()) {
      assertThatThrownBy(training::run)
          .hasMessageContaining("the learner is ppo4j 0.0.1, but the actor is");
    }
  }

  @Test
  void aJvmEndsWithItsInput() {
    PipedActors actors;
    try (Training training = cartPole().build()) {
      actors = new PipedActors(List.of(ActorTask.of(training.config(), new Slice(0, 5, 5))));
    }
    assertThat(actors.alive()).isOne();
    actors.close();
    assertThat(actors.alive()).isZero();
  }
}
