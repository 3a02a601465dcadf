package org.ppo4j.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.spi.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program of {@code docs/running.md} that trains from Java. */
class DocumentedTrainingTest {
  private static final Pattern PROGRAM =
      Pattern.compile("```java\\n(import .*?class TrainInJava .*?)```", Pattern.DOTALL);

  @Test
  void compilesAndTrains(@TempDir Path folder) throws IOException, InterruptedException {
    Matcher program = PROGRAM.matcher(Files.readString(Path.of("../../docs/running.md")));
    assertThat(program.find()).isTrue();
    Path source = Files.writeString(folder.resolve("TrainInJava.java"), program.group(1));
    int compiled =
        ToolProvider.findFirst("javac")
            .orElseThrow()
            .run(
                System.out,
                System.err,
                "-cp",
                LaunchedProject.classPath(),
                "-d",
                folder + "",
                source + "");
    assertThat(compiled).isZero();

    List<String> command = ChildJvm.java(2);
    command.set(command.size() - 1, folder + ":" + command.getLast());
    command.add("TrainInJava");
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    List<String> lines = process.inputReader().lines().toList();

    assertThat(process.waitFor()).isZero();
    assertThat(lines).hasSizeGreaterThan(100).element(0).asString().matches("\\d+ \\d+\\.0");
    assertThat(Double.parseDouble(lines.getLast().replace("mean return ", ""))).isGreaterThan(100);
  }
}
