package org.ppo4j.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Code and documents are free of the phrases that docs/style.md replaces. */
class EnglishTest {
  /** What may be between two words of a phrase: a line's end in a comment or a joined string. */
  private static final String GAP = "[\\s*/#\"+]+";

  /**
   * A phrase that readers stumble over.
   *
   * @param words a regular expression whose blanks stand for any gap between words
   * @param better what to write instead
   * @param example a text that has the phrase
   */
  record Phrase(String words, String better, String example) {
    Pattern pattern() {
      return Pattern.compile("\\b(?:" + words.replace(" ", GAP) + ")\\b", Pattern.CASE_INSENSITIVE);
    }
  }

  private static final List<Phrase> PHRASES =
      List.of(
          new Phrase(
              "(?:go|goes|gone|going|went) on (?:with|from)",
              "continue, resume from",
              "the run was gone on with"),
          new Phrase("(?:for|to|by) who", "if ..., the caller", "to who gave none"),
          new Phrase(
              "(?<!there\\s)(?:is|are) no (?:whole|integers?|numbers?|json|like|arguments?|output"
                  + "|certainty|sandbox|mlps?|zip|checkpoints?)",
              "is not a ...",
              "the answer is no JSON"),
          new Phrase("for want of", "out of, because there is no", "for want of memory"),
          new Phrase("anew", "again", "train anew"),
          new Phrase("of (?:its|their|his) own", "its own, separate", "a process of its own"),
          new Phrase("of (?:yours|ours)", "your own, our", "an environment of yours"),
          new Phrase("mend(?:s|ed|ing)?", "fix", "mend the file"),
          new Phrase("hears? of", "receive, be notified of", "a listener hears of it"),
          new Phrase("to the letter", "exactly", "CleanRL to the letter"),
          new Phrase("like for like", "like-for-like", "this is no like for like"),
          new Phrase("lies? over", "override", "presets lie over profiles"),
          new Phrase("least to (?:greatest|most)", "min to max", "from least to greatest"),
          new Phrase("says in words", "describes, formats", "Says in words what failed"),
          new Phrase("besides", "in addition to, other than", "what it has besides"),
          new Phrase(
              "(?:speed|seeds|results|returns|programs?|works|set|sets|statistics|training)"
                  + "(?: \\w+)? beside",
              "compared with",
              "ten seeds beside CleanRL"),
          new Phrase(
              "(?:can|cannot|may|not to) be had", "is (not) available", "a state cannot be had"),
          new Phrase("need be", "needed, necessary", "quoted where need be"));

  private static final Set<String> SKIPPED_FOLDERS =
      Set.of("target", "runs", "build", "__pycache__");

  /** They quote the phrases. */
  private static final Set<String> SKIPPED_FILES = Set.of("style.md", "EnglishTest.java");

  @ParameterizedTest
  @FieldSource("PHRASES")
  void findsEachPhraseAndNotItsReplacement(Phrase phrase) {
    String example = phrase.example();
    assertThat(found(phrase, example)).isTrue();
    assertThat(found(phrase, example.replace(" ", "\n   * "))).isTrue();
    assertThat(found(phrase, example.replace(" ", " \"\n            + \""))).isTrue();
    assertThat(found(phrase, phrase.better())).isFalse();
  }

  @Test
  void leavesOrdinarySentencesAlone() {
    String text =
        "There is no JSON here. I recommend what goes on in the besieged room; amended, newly, whose own.";
    assertThat(PHRASES).noneMatch(phrase -> found(phrase, text));
  }

  @Test
  void codeAndDocumentsArePlainEnglish() throws IOException {
    Path root = root();
    List<Path> files = files(root);
    assertThat(files).as("texts below %s", root).hasSizeGreaterThan(100);
    List<String> findings = new ArrayList<>();
    for (Path file : files) {
      findings.addAll(findings(root.relativize(file), Files.readString(file)));
    }
    assertThat(findings).as("phrases that docs/style.md replaces").isEmpty();
  }

  private static boolean found(Phrase phrase, String text) {
    return phrase.pattern().matcher(text).find();
  }

  private static List<String> findings(Path file, String text) {
    List<String> findings = new ArrayList<>();
    for (Phrase phrase : PHRASES) {
      Matcher matcher = phrase.pattern().matcher(text);
      while (matcher.find()) {
        long line = 1 + text.substring(0, matcher.start()).chars().filter(c -> c == '\n').count();
        findings.add(
            "%s:%d: '%s'; write: %s"
                .formatted(
                    file, line, matcher.group().replaceAll(GAP, " ").strip(), phrase.better()));
      }
    }
    return findings;
  }

  /** Returns the folder of the repository, which the build's working folder is in. */
  private static Path root() {
    Path start = Path.of("").toAbsolutePath();
    for (Path folder = start; folder != null; folder = folder.getParent()) {
      if (Files.exists(folder.resolve("ppo4j")) && Files.isDirectory(folder.resolve("docs"))) {
        return folder;
      }
    }
    throw new IllegalStateException("no folder above " + start + " has the launcher and docs");
  }

  private static List<Path> files(Path root) throws IOException {
    List<Path> files = new ArrayList<>();
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
            String name = folder.getFileName().toString();
            boolean skipped =
                !folder.equals(root)
                    && (name.startsWith(".")
                        || SKIPPED_FOLDERS.contains(name)
                        || folder.equals(root.resolve("docs/results")));
            return skipped ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            String name = file.getFileName().toString();
            if (attributes.isRegularFile()
                && !SKIPPED_FILES.contains(name)
                && (name.matches(".+\\.(java|py|md)") || file.equals(root.resolve("ppo4j")))) {
              files.add(file);
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
          }
        });
    return files;
  }
}
