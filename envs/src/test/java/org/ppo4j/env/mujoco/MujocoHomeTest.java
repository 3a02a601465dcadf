package org.ppo4j.env.mujoco;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ppo4j.env.EnvException;

/** The places at which MuJoCo's library is found. */
class MujocoHomeTest {
  @TempDir private Path folder;

  @Test
  void librariesAreNamedAsInTheWheels() {
    assertThat(MujocoHome.libraryName("Linux")).isEqualTo("libmujoco.so.4.0.0");
    assertThat(MujocoHome.libraryName("Mac OS X")).isEqualTo("libmujoco.4.0.0.dylib");
    assertThat(MujocoHome.libraryName("Windows 11")).isEqualTo("mujoco.dll");
  }

  @Test
  void theVariableComesFirstThenTheCacheThenPython() throws IOException {
    Map<String, String> none = Map.of("XDG_CACHE_HOME", folder.toString());
    assertThat(MujocoHome.find(none, folder.toString())).isEmpty();

    Path packages = folder.resolve(".venv/lib/python3.11/site-packages");
    fill(packages.resolve("mujoco"), packages.resolve("gymnasium/envs/mujoco/assets"));
    Files.createDirectories(packages.resolve("mujoco_core-4.0.0.dist-info"));
    assertThat(MujocoHome.find(none, folder.toString())).as("Gymnasium's version").isEmpty();
    Files.createDirectories(packages.resolve("gymnasium-1.4.0.dist-info"));
    assertFound(none, packages.resolve("mujoco"));
    assertThat(MujocoHome.find(none, null)).isEmpty();
    String python = folder.resolve(".venv/bin/python").toString();
    Map<String, String> named = Map.of("XDG_CACHE_HOME", folder.toString(), "PPO4J_PYTHON", python);
    assertThat(MujocoHome.find(named, null)).isPresent();

    Path cache = folder.resolve("ppo4j/mujoco-4.0.0");
    fill(cache, cache.resolve("assets"));
    assertFound(none, cache);

    Path home = folder.resolve("home");
    fill(home, home.resolve("assets"));
    assertFound(
        Map.of("XDG_CACHE_HOME", folder.toString(), "PPO4J_MUJOCO_HOME", home.toString()), home);
  }

  @Test
  void incompleteNamedFolderIsRejected() {
    assertThatExceptionOfType(EnvException.class)
        .isThrownBy(() -> MujocoHome.find(Map.of("PPO4J_MUJOCO_HOME", folder.toString()), null))
        .withMessageContaining("PPO4J_MUJOCO_HOME is " + folder)
        .withMessageContaining(MujocoHome.libraryName());
  }

  @Test
  void otherVersionIsRejected() {
    Mujoco.requireVersion(4_000_000, "4.0.0", folder);
    assertThatExceptionOfType(EnvException.class)
        .isThrownBy(() -> Mujoco.requireVersion(3_016_000, "3.16.0", folder))
        .withMessageContaining("is MuJoCo 3.16.0, but the native environments need MuJoCo 4.0.0");
  }

  private void assertFound(Map<String, String> environment, Path library) {
    assertThat(MujocoHome.find(environment, folder.toString()))
        .hasValueSatisfying(
            home ->
                assertThat(home.library()).isEqualTo(library.resolve(MujocoHome.libraryName())));
  }

  private static void fill(Path library, Path assets) throws IOException {
    Files.createDirectories(library);
    Files.createDirectories(assets);
    Files.createFile(library.resolve(MujocoHome.libraryName()));
  }
}
