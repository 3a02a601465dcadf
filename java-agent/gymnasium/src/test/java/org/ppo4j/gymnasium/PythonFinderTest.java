package org.ppo4j.gymnasium;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ppo4j.env.EnvException;

class PythonFinderTest {
  @TempDir Path home;

  private static Path program(Path file) throws IOException {
    Files.createDirectories(file.getParent());
    return Files.createFile(
        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwxr-xr-x")));
  }

  @Test
  void theVariableComesFirstThenTheVenvThenThePath() throws IOException {
    Path onPath = program(home.resolve("bin/python3"));
    String path = "/no/such/folder:" + home.resolve("bin");
    assertThat(PythonFinder.find(Map.of("PATH", path), home)).isEqualTo(onPath);
    Path venv = program(home.resolve(".venv/bin/python"));
    assertThat(PythonFinder.find(Map.of("PATH", path), home)).isEqualTo(venv);
    Path named = program(home.resolve("other/python"));
    assertThat(PythonFinder.find(Map.of("PATH", path, "PPO4J_PYTHON", named.toString()), home))
        .isEqualTo(named);
    assertThat(PythonFinder.find(Map.of("PATH", path, "PPO4J_PYTHON", "python3"), home))
        .as("a command")
        .isEqualTo(onPath);
  }

  @Test
  void reportsThatThereIsNoPython() {
    assertThatExceptionOfType(EnvException.class)
        .isThrownBy(() -> PythonFinder.find(Map.of("PATH", home.toString()), home))
        .withMessageContaining("no Python was found")
        .withMessageContaining("PPO4J_PYTHON");
    assertThatExceptionOfType(EnvException.class)
        .isThrownBy(() -> PythonFinder.find(Map.of("PPO4J_PYTHON", "/no/python"), home))
        .withMessageContaining("PPO4J_PYTHON is '/no/python'");
  }
}
