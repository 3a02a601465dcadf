package org.ppo4j.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ppo4j.agent.Training;
import org.ppo4j.agent.fuzz.Damage;
import org.ppo4j.agent.fuzz.Fuzzer;
import org.ppo4j.policy.Policy;
import org.ppo4j.policy.PolicyException;

/** A damaged policy acts as the whole one does, or is refused in one printable line. */
class PolicyFileFuzzTest {
  private static final double[] OBSERVATION = {0.1, -0.2, 0.3, 0.4};

  @Test
  void damagedBytes(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("policy.zip");
    try (Training training =
        Training.on("CartPole-v1").config(c -> c.totalTimesteps(1024)).build()) {
      training.run();
      training.save(file);
    }
    byte[] whole = Files.readAllBytes(file);
    double[] expected = act(whole);
    Fuzzer.run(
        "damaged bytes of policy files",
        random -> {
          try {
            assertThat(act(Damage.of(whole, random))).containsExactly(expected);
          } catch (PolicyException e) {
            assertThat(e.getMessage()).doesNotContain("\n", "\u001b");
          }
        });
  }

  private static double[] act(byte[] file) {
    try (Policy policy = Policy.load(new ByteArrayInputStream(file))) {
      return policy.act(OBSERVATION);
    }
  }
}
