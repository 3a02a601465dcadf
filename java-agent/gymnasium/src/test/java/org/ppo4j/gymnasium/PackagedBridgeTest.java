package org.ppo4j.gymnasium;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ppo4j.env.StepBatch;
import org.ppo4j.env.VectorEnv;

class PackagedBridgeTest {
  private static final Path SOURCES = Path.of("../../python-bridge/src/ppo4j_bridge");

  @TempDir private Path folder;

  @Test
  void itHasTheModulesOfThePackage() throws IOException {
    List<String> modules;
    try (Stream<Path> files = Files.list(SOURCES)) {
      modules =
          files
              .map(file -> file.getFileName().toString())
              .filter(name -> name.endsWith(".py"))
              .toList();
    }
    assertThat(PackagedBridge.MODULES).containsExactlyInAnyOrderElementsOf(modules);
    try (ZipFile zip = new ZipFile(PackagedBridge.file().toFile())) {
      for (String module : modules) {
        byte[] packaged = zip.getInputStream(zip.getEntry("ppo4j_bridge/" + module)).readAllBytes();
        assertThat(new String(packaged, StandardCharsets.UTF_8))
            .isEqualTo(Files.readString(SOURCES.resolve(module)));
      }
      assertThat(zip.size()).isEqualTo(modules.size());
    }
  }

  @Test
  void itsFileIsPrivateKeptAndReplacedIfDeleted() throws IOException {
    Path first = PackagedBridge.file();
    assertThat(PackagedBridge.file()).isEqualTo(first);
    assertThat(Files.getPosixFilePermissions(first))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    Files.delete(first);
    assertThat(PackagedBridge.file()).exists().isNotEqualTo(first);
  }

  @Test
  @Tag("python")
  void aPythonWithoutTheBridgeUsesIt() throws IOException {
    String packages =
        ShortProgram.output(
                List.of(
                    TestWorkers.PYTHON.toString(),
                    "-c",
                    "import sysconfig; print(sysconfig.get_path('purelib'))"))
            .orElseThrow();
    // Without the module "site", which would read the path of the installed bridge.
    Path python =
        Files.createFile(
            folder.resolve("python"),
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
    Files.writeString(
        python,
        """
        #!/bin/sh
        echo "$PYTHONPATH" >>"%s/paths"
        PYTHONPATH="$PYTHONPATH:%s" exec %s -S "$@"
        """
            .formatted(folder, packages, TestWorkers.PYTHON));

    try (VectorEnv env =
        PythonVectorEnv.open(TestWorkers.config("Counting", 2).withWorkers(2).withPython(python))) {
      StepBatch batch = StepBatch.of(env);
      env.reset(1, batch);
      env.step(new double[2], batch);
      assertThat(batch.rewards).containsOnly(1);
      assertThat(env.spec().versions()).containsEntry("ppo4j_bridge", "0.2.0");
    }

    List<String> paths = Files.readAllLines(folder.resolve("paths"));
    assertThat(paths).as("the check and two workers").hasSize(3);
    assertThat(paths.getFirst()).doesNotContain("ppo4j-bridge-");
    assertThat(paths.subList(1, 3)).allMatch(path -> path.endsWith(":" + PackagedBridge.file()));
  }
}
