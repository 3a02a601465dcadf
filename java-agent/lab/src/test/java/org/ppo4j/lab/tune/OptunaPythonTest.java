package org.ppo4j.lab.tune;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class OptunaPythonTest {
  @Test
  void namesThePackagesOfTheExtra() throws IOException {
    String extra =
        OptunaPython.TOOL.requirements().stream()
            .map("\"%s\""::formatted)
            .collect(Collectors.joining(", ", "tune = [", "]"));

    assertThat(Files.readString(Path.of("../../python-bridge/pyproject.toml"))).contains(extra);
  }

  @Test
  void namesTheCommandThatInstallsThem() {
    assertThat(OptunaPython.TOOL.missing(Path.of("/v/bin/python"), "optuna"))
        .isEqualTo(
            "/v/bin/python lacks the module optuna, which only ./ppo4j tune needs; run"
                + " /v/bin/python -m pip install 'optuna>=5.0,<6' 'cmaes>=0.12'");
  }
}
