package org.ppo4j.tokens.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.ppo4j.agent.Golden;
import org.ppo4j.tokens.files.ModelFolder;
import org.ppo4j.tokens.model.AdapterConfig;
import org.ppo4j.tokens.model.Architecture;
import org.ppo4j.tokens.model.Sequences;
import org.ppo4j.tokens.model.Transformer;
import org.ppo4j.tokens.train.TrainConfig;

/**
 * The files of a training are those from which transformers and PEFT computed the recorded logits;
 * record_exports.py loaded them.
 */
class ExportTest {
  @TempDir private Path folder;

  private static String digest(Path file) throws IOException, NoSuchAlgorithmException {
    byte[] bytes = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
    return HexFormat.of().formatHex(bytes);
  }

  private TokenRun train(Architecture architecture) {
    Path task = folder.resolve("task");
    TokenTask.ADDITION.make(task, architecture, 16, 2, 2, 1);
    List<String> targets = AdapterConfig.of(architecture).targets();
    TokenRunConfig config =
        new TokenRunConfig(
            TokenAlgorithm.SFT,
            task.resolve("model").toString(),
            task.resolve("train.jsonl").toString(),
            null,
            null,
            new AdapterConfig(4, 8, targets),
            new TrainConfig(0.01, 8, 1, 3, 3, 1, 0, true, 1),
            null,
            null,
            null,
            null,
            null,
            500);
    TokenRun run = TokenRun.create(folder.resolve("run"), config);
    run.train(TokenTrainers.of(config, 1, Path.of("python3")), (step, steps, metrics) -> false);
    return run;
  }

  private static float[] logits(Path model, int[] tokens) {
    try (Transformer loaded = ModelFolder.open(model).load(1)) {
      float[] logits = new float[tokens.length * loaded.config().outputs()];
      loaded.forward(Sequences.of(List.of(tokens)));
      loaded.outputs(IntStream.range(0, tokens.length).toArray(), tokens.length, logits);
      return logits;
    }
  }

  private static void assertClose(float[] actual, double[] expected) {
    assertThat(actual).hasSameSizeAs(expected);
    for (int i = 0; i < actual.length; i++) {
      assertThat((double) actual[i]).as("logit %d", i).isCloseTo(expected[i], within(1e-4));
    }
  }

  @ParameterizedTest
  @EnumSource
  void transformersAndPeftReadWhatIsWritten(Architecture architecture)
      throws IOException, NoSuchAlgorithmException {
    TokenRun run = train(architecture);
    Golden golden =
        Golden.read(
            "exports/" + (architecture == Architecture.GPT2 ? "gpt2" : "llama") + ".golden");
    assertThat(digest(run.model().resolve("model.safetensors")))
        .isEqualTo(golden.settings().path("model").asText());
    assertThat(digest(run.path().resolve("adapter/adapter_model.safetensors")))
        .isEqualTo(golden.settings().path("adapter").asText());
    int[] tokens = Arrays.stream(golden.doubles("tokens")).mapToInt(token -> (int) token).toArray();
    float[] logits = logits(run.model(), tokens);
    assertClose(logits, golden.doubles("logits"));
    assertClose(logits, golden.doubles("adapter_logits"));
    float[] before = logits(folder.resolve("task/model"), tokens);
    assertClose(before, golden.doubles("base_logits"));
    assertThat(before).as("adapters have learned").isNotEqualTo(logits);
  }
}
