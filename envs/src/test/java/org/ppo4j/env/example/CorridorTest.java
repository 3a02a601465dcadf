package org.ppo4j.env.example;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.ppo4j.env.Envs;
import org.ppo4j.env.StepBatch;
import org.ppo4j.env.VectorEnv;

/** The example of {@code docs/environments.md} works and is quoted verbatim. */
class CorridorTest {
  private static final Path SOURCES = Path.of("src/test/java/org/ppo4j/env/example");
  private static final Path PAGE = Path.of("../docs/environments.md");

  @BeforeAll
  static void register() {
    Envs.register("Corridor-v0", 100, Corridor::new);
    Envs.register("MaskedCorridor-v0", 100, MaskedCorridor::new);
  }

  @Test
  void walkingRightReachesTheEnd() {
    // numpy: [default_rng(1 + i).integers(12) - 12 for i in range(4)]
    assertThat(walkRight()).containsExactly(-7, -2, -3, -4);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Envs.make("Corridor-v0", 4, Map.of("lenght", 12)))
        .withMessageContaining("did you mean length?");
  }

  @Test
  void theWayToTheLeftIsMaskedAtTheLeftEnd() {
    try (VectorEnv env = Envs.make("MaskedCorridor-v0", 4)) {
      StepBatch batch = StepBatch.of(env);
      env.reset(1, batch);
      for (int i = 0; i < 4; i++) {
        assertThat(batch.actionMasks[2 * i]).isEqualTo((byte) batch.observations[i]);
        assertThat(batch.actionMasks[2 * i + 1]).isEqualTo((byte) 1);
      }
      assertThat(batch.observations).contains(0, 1);
    }
  }

  /** Walks four corridors to their ends and returns the return of the first episode of each. */
  static double[] walkRight() {
    double[] returns = new double[4];
    try (VectorEnv env = Envs.make("Corridor-v0", 4, Map.of("length", 12))) {
      StepBatch batch = StepBatch.of(env);
      double[] actions = new double[env.numEnvs() * env.spec().actionSpace().size()];
      Arrays.fill(actions, 1);
      env.reset(1, batch);
      for (int t = 0; t < 12; t++) {
        env.step(actions, batch);
        for (int i = 0; i < env.numEnvs(); i++) {
          if (batch.isDone(i) && returns[i] == 0) {
            returns[i] = batch.episodeReturns[i];
          }
        }
      }
    }
    return returns;
  }

  @Test
  void pageQuotesCompiledCode() throws IOException {
    String sources = "";
    for (String name : List.of("Corridor", "Corridors", "CorridorTest", "MaskedCorridor")) {
      sources += Files.readString(SOURCES.resolve(name + ".java"));
    }
    List<String> blocks = javaBlocks(Files.readString(PAGE));
    assertThat(blocks).hasSize(5);
    for (String block : blocks) {
      assertThat(unindented(sources)).contains(unindented(block));
    }
  }

  private static List<String> javaBlocks(String page) {
    List<String> blocks = new ArrayList<>();
    String[] parts = page.split("```", -1);
    for (int i = 1; i < parts.length; i += 2) {
      if (parts[i].startsWith("java\n")) {
        blocks.add(parts[i].substring("java\n".length()));
      }
    }
    return blocks;
  }

  private static String unindented(String code) {
    return code.replaceAll("(?m)^ +", "");
  }
}
