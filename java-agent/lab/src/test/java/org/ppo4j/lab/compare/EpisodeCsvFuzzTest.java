package org.ppo4j.lab.compare;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ppo4j.agent.fuzz.Damage;
import org.ppo4j.agent.fuzz.Fuzzer;

/** A damaged file of episodes gives episodes in order, or an exception of one printable line. */
class EpisodeCsvFuzzTest {
  private static final byte[] WHOLE =
      IntStream.range(0, 200)
          .mapToObj(i -> "%d,%s,%d,%s".formatted(10 * i, i / 3.0, 10, i / 7.0))
          .collect(
              Collectors.joining(
                  "\n", "global_step,episodic_return,episodic_length,seconds\n", "\n"))
          .getBytes(StandardCharsets.UTF_8);

  @Test
  void damagedBytes(@TempDir Path folder) throws InterruptedException {
    Path file = folder.resolve("episodes.csv");
    Fuzzer.run(
        "damaged bytes of episodes.csv",
        random -> {
          Files.write(file, Damage.of(WHOLE, random));
          EpisodeCsv.isOne(file);
          try {
            assertThat(EpisodeCsv.read(file).steps()).isSorted();
          } catch (IllegalArgumentException | UncheckedIOException e) {
            assertThat(e.getMessage()).contains(file.toString()).doesNotContain("\n", "\u001b");
          }
        });
  }
}
