package org.ppo4j.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The first lines of a training say how images are taken. */
class InputLinesTest {
  @TempDir private Path folder;

  private String train(String name, String... more) {
    List<String> arguments =
        new ArrayList<>(List.of("train", SmallImage.register(), "--total-timesteps=512"));
    arguments.add("--num-steps=32");
    arguments.add("--run-dir=" + folder.resolve(name));
    arguments.addAll(List.of(more));
    CommandRun run = CommandRun.of(arguments.toArray(String[]::new));
    assertThat(run.exitCode()).as(run.err()).isZero();
    return run.out();
  }

  @Test
  void smallImagesAreRowsOfNumbersUnlessConvolutionsAreGiven() {
    assertThat(train("row")).contains("Image        8 x 8 x 3 as a row of numbers (--cnn");
    assertThat(train("none", "--cnn=none")).doesNotContain("Image  ");
    assertThat(train("cnn", "--cnn=4x3s1"))
        .contains("Image        8 x 8 pixels, 3 channels last, cnn 4x3s1")
        .doesNotContain("as a row of numbers");
  }
}
