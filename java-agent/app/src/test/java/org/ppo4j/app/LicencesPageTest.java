package org.ppo4j.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code docs/licences.md} has all libraries that are downloaded, each with a licence. */
class LicencesPageTest {
  private static final Path ROOT = Path.of("../..");
  private static final Pattern LOCKED =
      Pattern.compile("^([A-Za-z0-9_.-]+)==(\\S+)", Pattern.MULTILINE);

  /** A row of three cells, none of them empty. */
  private static final Pattern ROW =
      Pattern.compile("^\\| (\\S+) \\| (\\S+) \\| (\\S[^|]*\\S) \\|$", Pattern.MULTILINE);

  /** A jar in Maven's repository: {@code NAME/VERSION/NAME-VERSION[-CLASSIFIER].jar}. */
  private static final Pattern JAR = Pattern.compile(".*/([^/]+)/([^/]+)/\\1-\\2[^/]*\\.jar");

  private static Set<String> rows(String section) throws IOException {
    String page = Files.readString(ROOT.resolve("docs/licences.md"));
    String after = page.substring(page.indexOf("## " + section));
    int end = after.indexOf("\n## ");
    Matcher row = ROW.matcher(end < 0 ? after : after.substring(0, end));
    Set<String> rows = new TreeSet<>();
    while (row.find()) {
      rows.add(row.group(1).replaceFirst(".*:", "") + " " + row.group(2));
    }
    rows.remove("--- ---");
    rows.remove("library version");
    rows.remove("package version");
    return rows;
  }

  @Test
  void everyJarOfTheClassPathHasARow() throws IOException {
    List<String> jars =
        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
            .map(JAR::matcher)
            .filter(Matcher::matches)
            .filter(jar -> !jar.group(1).startsWith("ppo4j-"))
            .map(jar -> jar.group(1) + " " + jar.group(2))
            .toList();
    assertThat(jars).as("the class path of this test").hasSizeGreaterThan(40);
    assertThat(rows("Java")).as("run .ci/licences").containsAll(jars);
  }

  @Test
  void theLockedPackagesOfPythonAreTheRows() throws IOException {
    for (String lock : List.of("requirements.lock", "requirements-dev.lock")) {
      Matcher locked = LOCKED.matcher(Files.readString(ROOT.resolve("python-bridge/" + lock)));
      Set<String> packages = new TreeSet<>();
      while (locked.find()) {
        packages.add(locked.group(1) + " " + locked.group(2));
      }
      assertThat(packages).as(lock).hasSizeGreaterThan(10);
      if (lock.equals("requirements-dev.lock")) {
        assertThat(rows("Python")).as("run .ci/licences").isEqualTo(packages);
      } else {
        assertThat(rows("Python")).as("run .ci/licences").containsAll(packages);
      }
    }
  }
}
