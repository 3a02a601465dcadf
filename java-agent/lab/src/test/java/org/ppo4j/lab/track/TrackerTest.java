package org.ppo4j.lab.track;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class TrackerTest {
  @ParameterizedTest
  @EnumSource
  void namesThePackagesOfItsExtra(Tracker tracker) throws IOException {
    String extra =
        tracker.python().requirements().stream()
            .map("\"%s\""::formatted)
            .collect(Collectors.joining(", ", tracker.id() + " = [", "]"));

    assertThat(Files.readString(Path.of("../../python-bridge/pyproject.toml"))).contains(extra);
  }

  @Test
  void meansAreOfDefinedNumbersSinceTheLastOnes() {
    Means means = new Means();
    means.add("a", 1);
    means.add("a", 2);
    means.add("b", Double.NaN);
    assertThat(means.take()).containsOnlyKeys("a").containsEntry("a", 1.5);
    assertThat(means.take()).isEmpty();
  }
}
