package org.ppo4j.agent.rollout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.apache.commons.rng.UniformRandomProvider;
import org.apache.commons.rng.simple.RandomSource;
import org.junit.jupiter.api.Test;
import org.ppo4j.agent.network.Cnn;
import org.ppo4j.agent.network.ImageInput;
import org.ppo4j.agent.state.TrainingState;

class ImageRowsTest {
  private static final int STEPS = 20;
  private static final int ENVS = 3;
  private static final int SIDE = 40;
  private static final int FRAME = SIDE * SIDE;

  private static final ImageInput STACK = new ImageInput(SIDE, SIDE, 4, true, true, Cnn.NATURE);
  private static final ImageInput COLOURS = new ImageInput(SIDE, SIDE, 3, false, true, Cnn.NATURE);
  private static final ImageInput FLOATS = new ImageInput(SIDE, SIDE, 1, true, false, Cnn.NATURE);

  private final UniformRandomProvider random = RandomSource.XO_SHI_RO_256_PP.create(1);

  @Test
  void framesOfStacksAreStoredOnce() {
    byte[] all = stacks();
    ImageRows rows = new ImageRows(List.of(STACK), STEPS * ENVS, ENVS);

    for (int round = 0; round < 2; round++) {
      rows.clear();
      for (int t = 0; t < STEPS; t++) {
        rows.put(t * ENVS, ENVS, all, t * ENVS * rows.size());
      }

      assertThat(rows.size()).isEqualTo(4 * FRAME);
      assertThat(read(rows, STEPS * ENVS)).isEqualTo(all);
      assertThat(rows.storedBytes()).isEqualTo((long) STEPS * ENVS * FRAME);
    }
  }

  @Test
  void imagesThatDifferAreStoredWhole() {
    ImageRows rows = new ImageRows(List.of(STACK, FLOATS, COLOURS), STEPS * ENVS, ENVS);
    byte[] all = new byte[STEPS * ENVS * 7 * FRAME];
    random.nextBytes(all);

    assertThat(rows.size()).isEqualTo(7 * FRAME);
    rows.put(0, STEPS * ENVS, all, 0);

    assertThat(read(rows, STEPS * ENVS)).isEqualTo(all);
    assertThat(rows.storedBytes()).isEqualTo(all.length);
  }

  @Test
  void rowsThatWereNotWrittenAreZeros() {
    ImageRows rows = new ImageRows(List.of(COLOURS), STEPS * ENVS, ENVS);
    byte[] image = new byte[rows.size()];
    random.nextBytes(image);
    rows.put(7, 1, image, 0);

    byte[] expected = new byte[STEPS * ENVS * image.length];
    System.arraycopy(image, 0, expected, 7 * image.length, image.length);
    assertThat(read(rows, STEPS * ENVS)).isEqualTo(expected);
  }

  @Test
  void aRowIsWrittenOnce() {
    ImageRows rows = new ImageRows(List.of(COLOURS), 2, 1);
    rows.put(1, 1, new byte[rows.size()], 0);

    assertThatThrownBy(() -> rows.put(1, 1, new byte[rows.size()], 0))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("row 1 has an image already; clear the rows");
  }

  @Test
  void framesTravelWithTheirPlaces() {
    byte[] all = stacks();
    ImageRows rows = new ImageRows(List.of(STACK), STEPS * ENVS, ENVS);
    rows.put(0, STEPS * ENVS - 1, all, 0);
    TrainingState state = new TrainingState();
    rows.save(state, "images/");

    ImageRows other = new ImageRows(List.of(STACK), STEPS * ENVS, ENVS);
    other.put(0, 1, new byte[rows.size()], 0);
    other.restore(state, "images/");

    assertThat(read(other, STEPS * ENVS)).isEqualTo(read(rows, STEPS * ENVS));
    assertThat(other.storedBytes()).isEqualTo(rows.storedBytes());
    state.longs("images/0/places")[5] = 1_000;
    assertThatThrownBy(() -> other.restore(state, "images/"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "the checkpoint's array images/0/places names frame 1000, but there are %d",
            rows.storedBytes() / FRAME);
  }

  @Test
  void manyFramesAreSavedInSeveralArrays() {
    Frames frames = new Frames(STACK, STEPS * ENVS, ENVS);
    byte[] all = stacks();
    for (int row = 0; row < STEPS * ENVS; row++) {
      frames.put(row, all, row * 4 * FRAME);
    }
    TrainingState state = new TrainingState();
    frames.save(state, "images", 7 * FRAME + 1);

    assertThat(state.bytes("images/frames/7")).hasSize(7 * FRAME);
    assertThat(state.bytes("images/frames/8")).hasSize(4 * FRAME);
    assertThat(state.has("images/frames/9")).isFalse();
    Frames other = new Frames(STACK, STEPS * ENVS, ENVS);
    other.restore(state, "images");
    byte[] restored = new byte[all.length];
    for (int row = 0; row < STEPS * ENVS; row++) {
      other.get(row, restored, row * 4 * FRAME);
    }
    assertThat(restored).isEqualTo(all);
    TrainingState again = new TrainingState();
    frames.save(again, "images", FRAME);
    frames.save(again, "images", 7 * FRAME + 1);
    assertThat(again.has("images/frames/9")).as("of an earlier save").isFalse();

    state.put("images/frames/8", new byte[4 * FRAME - 1]);
    assertThatThrownBy(() -> other.restore(state, "images"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("the checkpoint's array images/frames/8 has 6399 bytes, but a frame has 1600");
  }

  /** Stacks of random frames; environment 1 starts an episode at step 9. */
  private byte[] stacks() {
    byte[] all = new byte[STEPS * ENVS * 4 * FRAME];
    for (int env = 0; env < ENVS; env++) {
      byte[] stack = new byte[4 * FRAME];
      for (int t = 0; t < STEPS; t++) {
        byte[] frame = new byte[FRAME];
        random.nextBytes(frame);
        boolean starts = t == 0 || (env == 1 && t == 9);
        for (int k = 0; k < 4; k++) {
          if (starts || k == 3) {
            System.arraycopy(frame, 0, stack, k * FRAME, FRAME);
          } else {
            System.arraycopy(stack, (k + 1) * FRAME, stack, k * FRAME, FRAME);
          }
        }
        System.arraycopy(stack, 0, all, (t * ENVS + env) * stack.length, stack.length);
      }
    }
    return all;
  }

  private static byte[] read(ImageRows rows, int count) {
    byte[] all = new byte[count * rows.size()];
    rows.get(0, count, all, 0);
    return all;
  }
}
