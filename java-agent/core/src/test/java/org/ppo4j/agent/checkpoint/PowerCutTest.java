package org.ppo4j.agent.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.ppo4j.agent.files.PowerCutDisk;
import org.ppo4j.agent.state.TrainingState;

/** What remains of a checkpoint if the power fails while another replaces it. */
class PowerCutTest {
  private static final int CUTS = 10_000;

  /** Different in each run; a failure prints it, and {@code -Dppo4j.test.seed} sets it. */
  private static final long SEED = Long.getLong("ppo4j.test.seed", System.nanoTime());

  private static final Checkpoint OLD = checkpoint(1);
  private static final Checkpoint NEW = checkpoint(2);

  @TempDir private Path folder;

  private byte[] oldBytes = {};

  /** The result of reading, by content: most cuts leave one of a few contents. */
  private final Map<ByteBuffer, Left> read = new HashMap<>();

  @BeforeEach
  void writeOld() throws IOException {
    Path file = folder.resolve("old.zip");
    OLD.write(file);
    oldBytes = Files.readAllBytes(file);
  }

  private enum Left {
    OLD,
    NEW,
    NOTHING_USABLE
  }

  @Test
  void everyPowerCutLeavesExactlyTheOldOrTheNewCheckpoint() throws IOException {
    int operations = operationsOfOneWrite();
    int old = 0;
    Random cuts = new Random(SEED); // the first numbers of seeds that follow each other are alike
    for (int i = 0; i < CUTS; i++) {
      int cut = 1 + cuts.nextInt(operations + 1);
      Left left = cutPower(new Random(SEED + i), true, cut);
      if (cut > operations) {
        assertThat(left).as("after the write, seed %d", SEED + i).isEqualTo(Left.NEW);
      } else {
        assertThat(left)
            .as("in operation %d, seed %d", cut, SEED + i)
            .isNotEqualTo(Left.NOTHING_USABLE);
        old += left == Left.OLD ? 1 : 0;
      }
    }
    assertThat(old).as("of %d cuts, seed %d", CUTS, SEED).isBetween(CUTS / 4, CUTS - CUTS / 20);
  }

  /** The simulation works: a write that is not forced does not survive a power cut. */
  @Test
  void withoutForcingPowerCutsDestroyCheckpoints() throws IOException {
    int operations = operationsOfOneWrite();
    int destroyed = 0;
    for (int i = 0; i < 200; i++) {
      Left left = cutPower(new Random(SEED + i), false, 1 + operations);
      destroyed += left == Left.NOTHING_USABLE ? 1 : 0;
    }
    assertThat(destroyed).as("seed %d", SEED).isGreaterThan(100);
  }

  @Test
  void aFullDiskKeepsTheOldCheckpoint() throws IOException {
    Path file = folder.resolve("step.zip");
    int operations = operationsOfOneWrite();
    for (int fullAt = 1;
        fullAt < operations;
        fullAt++) { // the last forces the name of a whole file
      PowerCutDisk disk = new PowerCutDisk(new Random(SEED), true);
      disk.place(file, oldBytes);
      disk.fillAt(fullAt);
      assertThatExceptionOfType(UncheckedIOException.class)
          .isThrownBy(() -> NEW.write(disk, file))
          .withMessage("cannot write the checkpoint %s: No space left on device", file);
      assertThat(disk.files()).containsOnlyKeys(file);
      assertThat(left(disk.files())).isEqualTo(Left.OLD);
    }
  }

  private int operationsOfOneWrite() {
    PowerCutDisk disk = new PowerCutDisk(new Random(SEED), true);
    NEW.write(disk, folder.resolve("step.zip"));
    assertThat(disk.operations()).as("create, some writes, force, rename, force").isGreaterThan(5);
    return disk.operations();
  }

  /** Replaces the old checkpoint by the new one, with a power cut in the n-th operation. */
  private Left cutPower(Random random, boolean forces, int n) throws IOException {
    Path file = folder.resolve("step.zip");
    PowerCutDisk disk = new PowerCutDisk(random, forces);
    disk.place(file, oldBytes);
    disk.cutPowerAt(n);
    try {
      NEW.write(disk, file);
    } catch (PowerCutDisk.PowerCut e) {
      // The code below checks what remains.
    }
    return left(disk.filesAfterPowerCut());
  }

  private Left left(Map<Path, byte[]> files) throws IOException {
    Path file = folder.resolve("step.zip");
    byte[] bytes = files.get(file);
    if (bytes == null) {
      return Left.NOTHING_USABLE;
    }
    Left known = read.get(ByteBuffer.wrap(bytes));
    if (known == null) {
      Files.write(file, bytes);
      known = read(file);
      read.put(ByteBuffer.wrap(bytes), known);
    }
    return known;
  }

  private static Left read(Path file) {
    try {
      Checkpoint found = Checkpoint.read(file);
      boolean old = found.globalStep() == OLD.globalStep();
      Checkpoint expected = old ? OLD : NEW;
      assertThat(found.globalStep()).isEqualTo(expected.globalStep());
      assertThat(found.state().floats("network/parameters"))
          .isEqualTo(expected.state().floats("network/parameters"));
      return old ? Left.OLD : Left.NEW;
    } catch (CheckpointException e) {
      return Left.NOTHING_USABLE;
    }
  }

  /** Large enough, and hard enough to compress, for several writes. */
  private static Checkpoint checkpoint(long step) {
    Checkpoint example = Checkpoints.example();
    float[] parameters = new float[4000];
    Random random = new Random(step);
    for (int i = 0; i < parameters.length; i++) {
      parameters[i] = random.nextFloat();
    }
    TrainingState state = new TrainingState();
    state.put("network/parameters", parameters);
    return new Checkpoint(
        example.run(),
        example.observationSpace(),
        example.actionSpace(),
        example.network(),
        example.versions(),
        step,
        example.provenance(),
        state);
  }
}
