package org.ppo4j.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Control characters in names do not reach the terminal, and shells do not read names. */
class ControlCharactersTest {
  /** Clears the screen, sets the title, returns to the line's start, turns the text. */
  private static final String HOSTILE = "\u001b[2J\u001b]0;t\u0007\r\u009b1m\u202e\u007f";

  @TempDir Path folder;

  @Test
  void showsControlCharactersAsText() {
    StringWriter shown = new StringWriter();
    PrintWriter writer = EscapingWriter.over(new PrintWriter(shown));
    writer.print("a\tä\n");
    writer.print('\u001b');
    writer.print(HOSTILE.toCharArray());
    writer.flush();
    assertThat(shown).hasToString("a\tä\n\\x1b\\x1b[2J\\x1b]0;t\\x07\\x0d\\x9b1m\\u202e\\x7f");
  }

  static final List<List<String>> COMMANDS =
      List.of(
          List.of("train", HOSTILE),
          List.of("train", "CartPole-v1", "--env-kwargs=" + HOSTILE + "=1"),
          List.of("train", "CartPole-v1", "--env-kwargs=max_episode_steps=" + HOSTILE),
          List.of("train", "CartPole-v1", "--no-such" + HOSTILE),
          List.of("train", "CartPole-v1", "--num-envs=" + HOSTILE),
          List.of("train", "CartPole-v1", "--preset=" + HOSTILE),
          List.of("train", "CartPole-v1", "--listener=" + HOSTILE),
          List.of("evaluate", HOSTILE),
          List.of("resume", HOSTILE),
          List.of("export", HOSTILE),
          List.of("compare", "CartPole-v1", "--against=" + HOSTILE),
          List.of("plot", HOSTILE),
          List.of("dashboard", HOSTILE),
          List.of("bench", HOSTILE),
          List.of("envs", HOSTILE),
          List.of(HOSTILE));

  @ParameterizedTest
  @FieldSource("COMMANDS")
  void messagesHaveNone(List<String> command) {
    CommandRun run = CommandRun.of(command.toArray(String[]::new));
    assertThat(run.exitCode()).isNotZero();
    assertThat(run.err()).contains("\\x1b");
    assertThat((run.out() + run.err()).chars())
        .noneMatch(c -> c == 0x202e || (Character.isISOControl(c) && c != '\n' && c != '\t'));
  }

  @Test
  void aRunFolderWithSuchANameIsShownEscaped() {
    Path runDir = folder.resolve("run" + HOSTILE);
    CommandRun run = CommandRun.shortTraining(runDir);
    assertThat(run.exitCode()).as(run.err()).isZero();
    assertThat(runDir).isDirectory();
    CommandRun evaluated = CommandRun.of("evaluate", runDir.toString(), "--episodes=1");
    assertThat(evaluated.exitCode()).as(evaluated.err()).isZero();
    assertThat(run.out() + run.err() + evaluated.out() + evaluated.err())
        .doesNotContain("\u001b")
        .doesNotContain("\u202e");
  }

  @Test
  void namesAreNotReadByAShell() throws IOException {
    Path made = folder.resolve("made");
    for (String hostile :
        List.of(
            "; touch %s", "$(touch %s)", "`touch %s`", "| touch %s", "&& touch %s", "\ntouch %s")) {
      String name = "x" + hostile.formatted(made);
      for (List<String> command :
          List.of(
              List.of("train", name),
              List.of("train", "CartPole-v1", "--env-kwargs=" + name + "=1"),
              List.of("train", "CartPole-v1", "--env-kwargs=x=" + name),
              List.of("evaluate", name),
              List.of("compare", "CartPole-v1", "--against=" + name))) {
        assertThat(CommandRun.of(command.toArray(String[]::new)).exitCode()).isNotZero();
      }
    }
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).isEmpty();
    }
  }
}
