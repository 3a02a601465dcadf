package org.ppo4j.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * Names that are not ASCII, in a locale with ASCII only. A shell creates the names, because the JVM
 * of this test may have such a locale itself.
 */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "has no POSIX shell")
class LauncherLocaleTest {
  private static final String SCRIPT =
      """
      set -eu
      u=$(printf '\\303\\274')
      mv project "pro $u"
      mkdir "work $u"
      cd "work $u"
      ../"pro $u"/ppo4j train --total-timesteps=512 --num-steps=32 --run-dir="r $u" >out
      [ "$(ls)" = "$(printf 'out\\nr %s' "$u")" ]
      [ -f "r $u/summary.json" ]
      tail -n 1 out
      eval "$(tail -n 1 out)"
      ../"pro $u"/ppo4j train --backend=native "$u-v0" 2>&1 || true
      """;

  @Test
  void everyNameIsKept(@TempDir Path folder) throws IOException, InterruptedException {
    new LaunchedProject(folder);
    ProcessBuilder builder =
        new ProcessBuilder(List.of("sh", "-c", SCRIPT))
            .directory(folder.toFile())
            .redirectErrorStream(true);
    builder.environment().put("PPO4J_JAVA_HOME", System.getProperty("java.home"));
    builder.environment().put("LC_ALL", "C");
    Process process = builder.start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(process.waitFor()).as(out).isZero();
    assertThat(out)
        .contains("'../pro \u00fc/ppo4j' evaluate 'r \u00fc'")
        .contains("CartPole-v1, policy of step 512")
        .contains("no native environment \u00fc-v0");
  }
}
