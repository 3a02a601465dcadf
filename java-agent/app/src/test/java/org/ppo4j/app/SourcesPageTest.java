package org.ppo4j.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What docs/sources.md names exists. */
class SourcesPageTest {
  private static final Path ROOT = Path.of("../..");
  private static final Pattern TEST = Pattern.compile("`(\\w+Test)(?:\\.(\\w+))?`");
  private static final Pattern CLASS = Pattern.compile("`([a-z]+)\\.([A-Z]\\w+)(?:\\.(\\w+))?`");

  @Test
  void everyTestExists() throws IOException {
    List<Path> tests = new ArrayList<>();
    for (String module : List.of("envs", "java-agent")) {
      try (Stream<Path> files = Files.walk(ROOT.resolve(module))) {
        files.filter(file -> file.toString().endsWith("Test.java")).forEach(tests::add);
      }
    }
    Matcher matcher = TEST.matcher(page());
    int found = 0;
    while (matcher.find()) {
      String name = matcher.group(1) + ".java";
      String method = matcher.group(2);
      assertThat(tests)
          .as(matcher.group())
          .anySatisfy(
              file -> {
                assertThat(file.getFileName()).hasToString(name);
                if (method != null) {
                  assertThat(Files.readString(file)).contains("void " + method + "(");
                }
              });
      found++;
    }
    assertThat(found).isGreaterThan(40);
  }

  @Test
  void everyClassExists() throws IOException {
    Path core = ROOT.resolve("java-agent/core/src/main/java/org/ppo4j/agent");
    Matcher matcher = CLASS.matcher(page());
    int found = 0;
    while (matcher.find()) {
      Path file = core.resolve(matcher.group(1)).resolve(matcher.group(2) + ".java");
      assertThat(file).as(matcher.group()).isRegularFile();
      if (matcher.group(3) != null) {
        assertThat(Files.readString(file)).contains(matcher.group(3) + "(");
      }
      found++;
    }
    assertThat(found).isGreaterThan(20);
  }

  private static String page() throws IOException {
    return Files.readString(ROOT.resolve("docs/sources.md"));
  }
}
