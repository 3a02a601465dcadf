package org.ppo4j.gymnasium;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The interpreters of these tests are shell scripts that print what Python prints. */
@DisabledOnOs(value = OS.WINDOWS, disabledReason = "cannot run a shell script as python3")
class InstalledPythonTest {
  @TempDir private Path folder;

  private String script(String name, String body) throws IOException {
    Path script = Files.writeString(folder.resolve(name), "#!/bin/sh\n" + body + "\n");
    assertThat(script.toFile().setExecutable(true)).isTrue();
    return script.toString();
  }

  @Test
  void onlyPython3CountsInTheOrderOfTheCommands() throws IOException {
    String two = script("two", "echo 2 7");
    String broken = script("broken", "echo 3 12; exit 1");
    String twelve = script("twelve", "echo 3 12");
    String eleven = script("eleven", "echo 3 11");

    assertThat(InstalledPython.of(List.of("no-such-python", two, broken, twelve, eleven)))
        .containsExactly(new InstalledPython(twelve, 12), new InstalledPython(eleven, 11));
  }

  @Test
  void noMoreAreStartedThanNeeded() throws IOException {
    String first = script("first", "echo 3 11");
    String second = script("second", "touch %s/started; echo 3 12".formatted(folder));

    assertThat(InstalledPython.of(List.of(first, second)).findFirst()).isPresent();
    assertThat(folder.resolve("started")).doesNotExist();
  }
}
