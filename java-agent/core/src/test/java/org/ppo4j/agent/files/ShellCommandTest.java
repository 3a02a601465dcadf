package org.ppo4j.agent.files;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;

class ShellCommandTest {

  @Test
  void quotesOnlyWhatNeedsIt() {
    assertThat(ShellCommand.of("./ppo4j", "evaluate", "runs/CartPole-v1__1", "--lr=2.5e-4"))
        .isEqualTo("./ppo4j evaluate runs/CartPole-v1__1 --lr=2.5e-4");
    assertThat(ShellCommand.of("r \u00fc", "it's", "", "\u00fc"))
        .isEqualTo("'r \u00fc' 'it'\\''s' '' \u00fc");
  }

  @Test
  @DisabledOnOs(value = OS.WINDOWS, disabledReason = "has no POSIX shell")
  void aShellReadsTheSameWords() throws IOException, InterruptedException {
    List<String> words =
        List.of(
            "a b", "it's", "", "$HOME", "`id`", "*", "~", "a\\b", "\"", "x;y", "#", "!1", "a&b");
    Process shell =
        new ProcessBuilder("sh", "-c", "printf '<%s>' " + ShellCommand.of(words)).start();
    String read = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(shell.waitFor()).isZero();
    assertThat(read).isEqualTo("<" + String.join("><", words) + ">");
  }
}
