package org.ppo4j.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChildJvmTest {

  /**
   * Threads of MuJoCo, workers of Python and jobs follow the number of cores that the child sees.
   */
  @Test
  void aChildSeesItsShareOfTheCores() throws IOException, InterruptedException {
    List<String> command = ChildJvm.command(List.of(), 1);
    command.set(command.indexOf("org.ppo4j.app.Main"), ChildJvmTest.class.getName());
    Process child =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();

    assertThat(new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip())
        .isEqualTo("1");
    assertThat(child.waitFor()).isZero();
  }

  /** Prints how many cores this JVM sees. */
  public static void main(String[] args) {
    System.out.println(Runtime.getRuntime().availableProcessors());
  }
}
