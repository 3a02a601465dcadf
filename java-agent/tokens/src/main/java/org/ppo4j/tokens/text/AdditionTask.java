package org.ppo4j.tokens.text;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;
import org.ppo4j.agent.files.AtomicFile;
import org.ppo4j.agent.files.IoErrors;

/** Sums of two numbers as a data set: {@code 12+7=} is completed by {@code 19}. */
public final class AdditionTask {
  /** The characters of the task's texts. */
  public static final String CHARACTERS = "0123456789+=";

  private AdditionTask() {}

  /**
   * Writes sums with the columns prompt, completion and answer.
   *
   * @param count the number of sums, drawn with repetition
   * @param digits the most digits of a summand
   */
  public static void write(Path file, int count, int digits, long seed) {
    UniformRandomProvider random = RandomSource.XO_SHI_RO_256_PP.create(seed);
    int bound = Math.toIntExact(Math.round(Math.pow(10, digits)));
    try {
      AtomicFile.write(
          file,
          out -> {
            ObjectMapper mapper = new ObjectMapper();
            for (int i = 0; i < count; i++) {
              int a = random.nextInt(bound);
              int b = random.nextInt(bound);
              String sum = String.valueOf(a + b);
              for (String part :
                  List.of(
                      mapper
                          .createObjectNode()
                          .put("prompt", a + "+" + b + "=")
                          .put("completion", sum)
                          .put("answer", sum)
                          .toString(),
                      "\n")) {
                out.write(part.getBytes(StandardCharsets.UTF_8));
              }
            }
          });
    } catch (IOException e) {
      throw IoErrors.unchecked("cannot write " + file, e);
    }
  }
}
