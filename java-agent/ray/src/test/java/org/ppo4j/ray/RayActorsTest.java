package org.ppo4j.ray;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.ppo4j.agent.Training;
import org.ppo4j.agent.TrainingBuilder;
import org.ppo4j.agent.checkpoint.Checkpoint;
import org.ppo4j.env.EnvException;

/**
 * Trainings on a cluster of one node, which they start and end. They run only where Ray is: in
 * {@code .venv-ray} of the project, or in the Python that {@code PPO4J_RAY_PYTHON} names.
 */
@EnabledIf("hasRay")
@Timeout(value = 5, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class RayActorsTest {
  private static final Path HOME = Path.of("../..").toAbsolutePath().normalize();

  @TempDir private Path folder;

  static boolean hasRay() {
    return Files.isExecutable(python());
  }

  private static Path python() {
    String named = System.getenv(RayPython.VARIABLE);
    return named == null || named.isEmpty()
        ? RayPython.folder(HOME).resolve("bin/python")
        : Path.of(named);
  }

  private static RayOptions options(String address) {
    return new RayOptions(
        python(),
        address,
        1,
        List.of(),
        List.of(),
        List.of("--add-modules=jdk.incubator.vector"),
        Duration.ofMinutes(2),
        Duration.ofMinutes(1));
  }

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
  void threeActorsGiveWhatOneProcessGives() {
    float[] one;
    try (Training training = cartPole().build()) {
      one = parameters(training);
    }
    Map<String, Double> figures = new HashMap<>();
    TrainingBuilder builder =
        cartPole()
            .actors(3, 0, RayActors.starter(options(RayOptions.LOCAL)))
            .onIteration((training, iteration) -> figures.putAll(iteration.metrics().values()));
    try (Training training = builder.build()) {
      assertThat(parameters(training)).isEqualTo(one);
    }
    assertThat(figures)
        .containsEntry("charts/actors", 3.0)
        .containsEntry("charts/actor_nodes", 1.0)
        .containsKeys("charts/actor_megabytes", "charts/actor_collect_ms");
  }

  @Test
  void aClusterThatIsNotThereIsASentence() {
    TrainingBuilder builder = cartPole().actors(2, 0, RayActors.starter(options("127.0.0.1:1")));
    assertThatThrownBy(builder::build)
        .isInstanceOf(EnvException.class)
        .hasMessageStartingWith("cannot connect to Ray at 127.0.0.1:1: ");
  }
}
