package org.ppo4j.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ppo4j.env.ArrayDynamics;
import org.ppo4j.env.DType;
import org.ppo4j.env.Envs;
import org.ppo4j.env.NumpyRandom;
import org.ppo4j.env.Space;

/** The first lines of a training say how images are taken. */
class InputLinesTest {
  private static final String ID = "test/SmallImage-v0";

  @TempDir private Path folder;

  private static final class SmallImage extends ArrayDynamics {
    SmallImage() {
      super(
          new Space.Box(new double[192], filled(255), new int[] {8, 8, 3}, DType.UINT8),
          new Space.Discrete(2));
    }

    private static double[] filled(double value) {
      double[] numbers = new double[192];
      Arrays.fill(numbers, value);
      return numbers;
    }

    @Override
    public void reset(NumpyRandom random) {}

    @Override
    public double step(double[] actions, int offset) {
      return 1;
    }
  }

  @BeforeAll
  static void register() {
    Envs.register(ID, 8, kwargs -> new SmallImage());
  }

  private String train(String name, String... more) {
    List<String> arguments = new ArrayList<>(List.of("train", ID, "--total-timesteps=512"));
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
