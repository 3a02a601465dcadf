package org.ppo4j.tokens.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ppo4j.agent.Golden;
import org.ppo4j.tokens.model.ModelConfig;

class TokenizerTest {
  @TempDir private Path folder;

  @Test
  void characterTokenizersGiveOneTokenForEachCharacter() {
    Path file = folder.resolve("tokenizer.json");
    CharacterTokenizer.write(file, "ab:");
    try (Tokenizer tokenizer = Tokenizer.open(file)) {
      assertThat(tokenizer.encode("ba:a")).containsExactly(3, 2, 4, 2);
      assertThat(tokenizer.encode("")).isEmpty();
      assertThat(tokenizer.encode("az")).containsExactly(2, 1);
      assertThat(tokenizer.decode(new int[] {3, 2, 4, CharacterTokenizer.EOS})).isEqualTo("ba:");
    }
  }

  /** As Python's tokenizers encode the same texts ({@code record_tokenizer.py}). */
  @Test
  void byteLevelTokenizersEqualHuggingFaces() throws IOException, URISyntaxException {
    Path file =
        Path.of(
            Objects.requireNonNull(getClass().getResource("/tokenizer/tokenizer.json")).toURI());
    Golden golden = Golden.read("tokenizer/texts.golden");
    try (Tokenizer tokenizer = Tokenizer.open(file)) {
      for (int i = 0; i < golden.settings().path("texts").size(); i++) {
        String text = golden.settings().path("texts").path(i).asText();
        int[] tokens = tokenizer.encode(text);
        double[] expected = golden.doubles("text " + i);
        assertThat(tokens)
            .as(text)
            .isEqualTo(IntStream.range(0, expected.length).map(j -> (int) expected[j]).toArray());
        assertThat(tokenizer.decode(tokens)).isEqualTo(text);
      }
    }
  }

  @Test
  void refusesWhatIsNotATokenizer() throws IOException {
    Path file = folder.resolve("tokenizer.json");
    assertThatThrownBy(() -> Tokenizer.open(file))
        .hasMessage(file + " does not exist; save the tokenizer there");
    Files.writeString(file, "{}");
    assertThatThrownBy(() -> Tokenizer.open(file))
        .hasMessageStartingWith(file + " is not a tokenizer");
    CharacterTokenizer.write(file, "abcdef");
    ModelConfig small = ModelConfig.gpt2(4, 4, 1, 1, 4, 0);
    try (Tokenizer tokenizer = Tokenizer.open(file)) {
      assertThatThrownBy(() -> tokenizer.encode("abf", small))
          .hasMessage(
              "the tokenizer gives token 7, but the model's vocabulary has 4; use the tokenizer of"
                  + " the model");
    }
  }

  @Test
  void refusesExamplesWithTheirLine() throws IOException {
    Path file = folder.resolve("data.jsonl");
    refused(file, "", file + " has no examples");
    for (String line :
        List.of("{", "{\"prompt\": \"a\"} b", "{\"prompt\": \"a\", \"prompt\": \"b\"}")) {
      refused(
          file, line, "line 1 of %s is not one JSON object with different names".formatted(file));
    }
    refused(file, "{\"prompt\": \"\"}", "line 1 of %s has an empty prompt".formatted(file));
    refused(
        file,
        "{\"prompt\": \"a\"}\n{\"text\": \"b\"}",
        "line 2 of %s has nothing as prompt, but needs the texts prompt; conversations are not read"
            .formatted(file));
    refused(
        file,
        "{\"prompt\": \"a\", \"chosen\": \"b\", \"rejected\": \"b\"}",
        "line 1 of %s has the same text as chosen and rejected; leave the pair out"
            .formatted(file));
    refused(
        file,
        "{\"prompt\": \"a\"}\n\n{\"prompt\": \"a\", \"answer\": null}",
        "line 3 of %s has null as answer; give a text or a number, or leave the column out"
            .formatted(file));
    Files.write(file, "{\"prompt\": \"ä\"}\n{\"prompt\": \"ö\"}".getBytes(StandardCharsets.UTF_8));
    List<Example> examples = Examples.read(file, "prompt");
    assertThat(examples).extracting(Example::prompt).containsExactly("ä", "ö");
    assertThatThrownBy(() -> Examples.require(examples, List.of("prompt", "answer")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "line 1 of %s has no answer, which the reward needs; add it to each line"
                .formatted(file));
    Files.write(
        file, "{\"prompt\": \"a\"}\n{\"prompt\": \"ö\"}".getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> Examples.read(file, "prompt"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("line 2 of %s is not UTF-8; convert the file to UTF-8".formatted(file));
  }

  private static void refused(Path file, String content, String message) throws IOException {
    Files.writeString(file, content);
    assertThatThrownBy(() -> Examples.read(file, "prompt"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(message);
  }

  @Test
  void tasksAreMadeFromTheirSeed() throws IOException {
    AdditionTask.write(folder, 1);
    int right = 0;
    for (Example example : Examples.read(folder.resolve("test.jsonl"), "prompt", "completion")) {
      String[] parts = example.prompt().split("[+=]");
      int sum = Integer.parseInt(parts[0]) + Integer.parseInt(parts[1]);
      String answer = new StringBuilder("%03d".formatted(sum)).reverse().toString();
      assertThat(example.column("answer")).isEqualTo(answer);
      assertThat(example.column("completion").charAt(0)).as("units").isEqualTo(answer.charAt(0));
      right += example.column("completion").equals(answer) ? 1 : 0;
    }
    assertThat(right).as("of 500, with forgotten carries").isBetween(120, 220);
    String first = Files.readString(folder.resolve("train.jsonl"));
    AdditionTask.write(folder, 1);
    assertThat(Files.readString(folder.resolve("train.jsonl"))).isEqualTo(first);
    assertThat(MoodTask.score("hhmn")).isEqualTo(5);
    assertThat(MoodTask.score("hgmmw")).isEqualTo(-2);
    assertThat(MoodTask.score("hhhhhhhg")).as("share 0.75").isEqualTo(10 * (0.75 - 0.75));
    assertThat(MoodTask.score("jjhh")).isEqualTo(-5);
  }

  @Test
  void rankedPairsHaveTheBestOfManyTexts() throws IOException {
    MoodTask.write(folder, 1);
    double chosen = 0;
    double rejected = 0;
    List<Example> pairs = Examples.read(folder.resolve("ranked.jsonl"), "chosen", "rejected");
    for (Example pair : pairs) {
      double best = MoodTask.score(pair.column("chosen"));
      double other = MoodTask.score(pair.column("rejected"));
      assertThat(best).isGreaterThan(other);
      chosen += best / pairs.size();
      rejected += other / pairs.size();
    }
    assertThat(pairs).hasSize(20_000);
    assertThat(chosen).as("the mean of the best of 16").isBetween(3.5, 4.5);
    assertThat(rejected).as("the mean of the others").isBetween(-0.5, 0.2);
  }
}
