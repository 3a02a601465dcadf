package org.ppo4j.env.mujoco;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which Python is looked into and which fetches. */
class PythonsTest {
  @TempDir private Path project;

  @Test
  void theVariableComesFirstThenTheVenvThenThePath() throws IOException {
    String folder = project.toString();
    assertThat(Pythons.commands(Map.of(), null)).containsExactly("python3", "python");
    assertThat(Pythons.commands(Map.of(), folder)).containsExactly("python3", "python");

    Path venv = Files.createDirectories(project.resolve(".venv/bin")).resolve("python");
    assertThat(Files.createFile(venv).toFile().setExecutable(true)).isTrue();
    Map<String, String> empty = Map.of("PPO4J_PYTHON", "");
    assertThat(Pythons.commands(empty, folder))
        .containsExactly(venv.toString(), "python3", "python");
    assertThat(Pythons.chosen(empty, folder)).contains(venv.toString());

    Map<String, String> named = Map.of("PPO4J_PYTHON", "pypy");
    assertThat(Pythons.commands(named, folder)).containsExactly("pypy", "python3", "python");
    assertThat(Pythons.chosen(named, folder)).contains("pypy");
    assertThat(Pythons.chosen(Map.of(), null)).isEmpty();
  }
}
