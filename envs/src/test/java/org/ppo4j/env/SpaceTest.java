package org.ppo4j.env;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Spaces compare by content and print as in Gymnasium. */
class SpaceTest {
  private static final double INF = Double.POSITIVE_INFINITY;

  /**
   * The expected texts are those of Gymnasium's {@code str(space)}, except that numpy pads the
   * elements of an array to equal widths and shortens only arrays of more than 1,000 elements.
   */
  @Test
  void printsAsGymnasium() {
    assertThat(Space.Box.of(-1, 1, 6, DType.FLOAT32)).hasToString("Box(-1.0, 1.0, (6,), float32)");
    assertThat(Space.Box.of(-INF, INF, 17, DType.FLOAT64))
        .hasToString("Box(-inf, inf, (17,), float64)");
    double[] high = {4.8f, INF, 0.41887903f, INF};
    double[] low = Arrays.stream(high).map(bound -> -bound).toArray();
    assertThat(new Space.Box(low, high, new int[] {4}, DType.FLOAT32))
        .hasToString("Box([-4.8 -inf -0.41887903 -inf], [4.8 inf 0.41887903 inf], (4,), float32)");
    double[] zeros = new double[6];
    double[] bytes = {255, 255, 255, 255, 255, 255};
    assertThat(new Space.Box(zeros, bytes, new int[] {2, 3, 1}, DType.UINT8))
        .hasToString("Box(0, 255, (2, 3, 1), uint8)");
    assertThat(Space.Box.of(0, 1, 4, DType.BOOL)).hasToString("Box(False, True, (4,), bool)");
    assertThat(new Space.Box(new double[] {-1}, new double[] {1}, new int[0], DType.FLOAT64))
        .hasToString("Box(-1.0, 1.0, (), float64)");
    assertThat(new Space.Discrete(2)).hasToString("Discrete(2)");
    assertThat(new Space.Discrete(3, -1)).hasToString("Discrete(3, start=-1)");
    assertThat(new Space.MultiDiscrete(3, 2)).hasToString("MultiDiscrete([3 2])");
    assertThat(new Space.MultiDiscrete(new int[] {3, 2}, new int[] {0, 5}))
        .hasToString("MultiDiscrete([3 2], start=[0 5])");
    assertThat(new Space.MultiBinary(4)).hasToString("MultiBinary(4)");
  }

  @Test
  void longArraysAreShortened() {
    int[] counts = new int[13];
    Arrays.setAll(counts, i -> i + 1);
    assertThat(new Space.MultiDiscrete(counts)).hasToString("MultiDiscrete([1 2 3 ... 11 12 13])");
    assertThat(new Space.MultiDiscrete(Arrays.copyOf(counts, 12)))
        .hasToString("MultiDiscrete([1 2 3 4 5 6 7 8 9 10 11 12])");
  }

  @Test
  void elementsAreThoseOfTheArrays() {
    double[] low = {-1, -2};
    Space.Box box = new Space.Box(low, new double[] {1, INF}, new int[] {2}, DType.FLOAT64);
    low[0] = 7;
    box.high()[0] = 7;
    assertThat(box.low()).containsExactly(-1, -2);
    assertThat(new double[] {box.low(0), box.low(1)}).isEqualTo(box.low());
    assertThat(new double[] {box.high(0), box.high(1)}).containsExactly(1, INF);

    int[] start = {0, 5};
    Space.MultiDiscrete multi = new Space.MultiDiscrete(new int[] {3, 2}, start);
    start[1] = 7;
    multi.nvec()[0] = 7;
    assertThat(new int[] {multi.nvec(0), multi.nvec(1)}).containsExactly(3, 2);
    assertThat(new int[] {multi.start(0), multi.start(1)}).containsExactly(0, 5);
  }

  @Test
  void imagesOfBytesAreTheLeavesThatHoldBytes() {
    Space.Box image =
        new Space.Box(
            new double[6], new double[] {9, 9, 9, 9, 9, 9}, new int[] {2, 3}, DType.UINT8);
    Space row = Space.Box.of(0, 255, 6, DType.UINT8);
    Space kind = new Space.Discrete(2);
    assertThat(image.holdsBytes()).isTrue();
    assertThat(new Space.Tuple(row, kind).leaves()).noneMatch(Space::holdsBytes);
    assertThat(image.withoutBytes().size()).isZero();
    assertThat(new Space.Tuple(image, row, image, kind).withoutBytes())
        .isEqualTo(new Space.Tuple(row, kind));
    assertThat(row.withoutBytes()).isSameAs(row);
  }

  @Test
  void impossibleSpacesAreRejected() {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new Space.Box(new double[5], new double[6], new int[] {2, 3}, DType.FLOAT64))
        .withMessage("a Box of shape (2, 3) needs 6 lower and upper bounds, but got 5 and 6");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Space.Box.of(1, -1, 2, DType.FLOAT64))
        .withMessage("a Box needs low <= high, but element 0 has low 1.0 and high -1.0");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Space.Box.of(Double.NaN, 1, 2, DType.FLOAT64));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Space.MultiDiscrete(new int[] {3, 2}, new int[1]))
        .withMessageEndingWith("but got 2 elements and 1 starts");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Space.Discrete(0))
        .withMessage("a space needs at least one value, but got n = 0");
  }
}
