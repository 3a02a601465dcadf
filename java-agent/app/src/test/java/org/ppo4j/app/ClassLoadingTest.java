package org.ppo4j.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The classes that a process loads which trains natively on the SIMD engine. */
class ClassLoadingTest {

  @Test
  void trainingNativelyLoadsNeitherNd4jNorPy4j(@TempDir Path folder) throws Exception {
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    Process process =
        new ProcessBuilder(
                List.of(
                    java.toString(),
                    "--add-modules=jdk.incubator.vector",
                    "-Xlog:class+load",
                    "-cp",
                    System.getProperty("java.class.path"),
                    "org.ppo4j.app.Main",
                    "train",
                    "--total-timesteps=2048",
                    "--run-dir=" + folder.resolve("run")))
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    assertThat(output)
        .contains("org.ppo4j.agent.network.SimdActorCritic")
        .doesNotContain("org.nd4j")
        .doesNotContain("org.deeplearning4j")
        .doesNotContain("py4j.");
  }
}
