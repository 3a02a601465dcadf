package org.ppo4j.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code java -jar} starts Java with; ArchiveCheck starts it. */
class JarMainTest {
  @TempDir private Path folder;

  @Test
  void hasTheOptionsOfTheLauncher() throws IOException {
    assertThat(JarMain.options())
        .contains("-XX:+UseSerialGC", "--add-modules=jdk.incubator.vector")
        .allMatch(option -> option.startsWith("-"))
        .containsExactlyElementsOf(
            Files.readAllLines(Path.of("../jvm-options")).stream()
                .filter(line -> line.startsWith("-"))
                .toList());
  }

  @Test
  void findsTheLibrariesNextToTheJar() throws IOException {
    Path jar = folder.resolve("ppo4j-app.jar");
    assertThat(JarMain.withLibraries(jar.toString())).isEqualTo(jar.toString());

    Files.writeString(folder.resolve("classpath.txt"), "lib/a.jar:lib/b.jar");

    assertThat(JarMain.withLibraries(jar.toString()))
        .isEqualTo(
            String.join(
                File.pathSeparator,
                jar.toString(),
                folder.resolve("lib/a.jar").toString(),
                folder.resolve("lib/b.jar").toString()));
    String whole = jar + File.pathSeparator + "other.jar";
    assertThat(JarMain.withLibraries(whole)).isEqualTo(whole);
  }

  @Test
  void keepsItsFilesWhereTheLauncherOfAnArchiveDoes() {
    assertThat(JarMain.home(Map.of("HOME", "/home/me")))
        .isEqualTo(Path.of("/home/me/.local/share/ppo4j"));
    assertThat(JarMain.home(Map.of("HOME", "/home/me", "XDG_DATA_HOME", "/data")))
        .isEqualTo(Path.of("/data/ppo4j"));
    assertThat(JarMain.home(Map.of("HOME", "/home/me", "PPO4J_HOME", "/own")))
        .isEqualTo(Path.of("/own"));
  }
}
