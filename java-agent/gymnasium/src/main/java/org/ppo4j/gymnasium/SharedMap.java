package org.ppo4j.gymnasium;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.ppo4j.env.DType;
import org.ppo4j.env.EnvException;
import org.ppo4j.env.Space;
import org.ppo4j.env.StepBatch;

/**
 * The memory shared with one worker: a mapped file of mode 0600, whose name is deleted as soon as
 * the worker has mapped it too.
 */
final class SharedMap implements AutoCloseable {
  private static final VarHandle LONG = JAVA_LONG.varHandle();
  private static final int ZEROS = 1 << 16;
  private static final Set<OpenOption> OPTIONS =
      Set.of(
          StandardOpenOption.CREATE_NEW,
          StandardOpenOption.READ,
          StandardOpenOption.WRITE,
          LinkOption.NOFOLLOW_LINKS);

  private final Path file;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment memory;
  private final BridgeLayout layout;
  private final ObservationCodec observations;

  /** Creates a map with that layout in {@link #directory}. */
  SharedMap(BridgeLayout layout, Space observationSpace) {
    this(
        layout,
        observationSpace,
        directory()
            .resolve(
                "ppo4j-%d-%s.map"
                    .formatted(
                        ProcessHandle.current().pid(),
                        HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong()))));
  }

  /**
   * Creates a map with that layout in a new file.
   *
   * @param file its name; if it exists, as a link too, it is neither followed nor changed
   */
  SharedMap(BridgeLayout layout, Space observationSpace, Path file) {
    this.layout = layout;
    observations = new ObservationCodec(observationSpace);
    this.file = file;
    boolean created = false;
    try {
      var mode = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
      try (FileChannel channel = FileChannel.open(file, OPTIONS, mode)) {
        created = true;
        memory = map(channel);
      }
    } catch (IOException e) {
      if (created) {
        unlink();
      }
      arena.close();
      throw new EnvException(
          "cannot make a map of %,d bytes in %s to share with Python: %s"
              .formatted(layout.size(), file.getParent(), reason(e)),
          e);
    }
  }

  private static String reason(IOException e) {
    return e instanceof FileAlreadyExistsException exists
        ? exists.getFile() + " exists already"
        : String.valueOf(e.getMessage());
  }

  private MemorySegment map(FileChannel channel) throws IOException {
    // Written, not only extended: a full disk is an error here and not a bus error later.
    for (long remaining = layout.size(); remaining > 0; ) {
      remaining -= channel.write(ByteBuffer.allocate((int) Math.min(remaining, ZEROS)));
    }
    return channel.map(MapMode.READ_WRITE, 0, layout.size(), arena);
  }

  /** Returns the folder of maps: {@code /dev/shm} if it exists, else that for temporary files. */
  static Path directory() {
    Path memory = Path.of("/dev/shm");
    return Files.isWritable(memory) ? memory : Path.of(System.getProperty("java.io.tmpdir"));
  }

  /** Returns the file, whose name {@link #unlink} deletes. */
  Path file() {
    return file;
  }

  /** Deletes the file's name; the memory lasts as long as a process has it mapped. */
  void unlink() {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new EnvException("cannot delete %s: %s".formatted(file, e.getMessage()), e);
    }
  }

  /** Writes the actions of the worker's sub-environments, {@code count} numbers from {@code at}. */
  void writeActions(double[] actions, int at, int count, DType dtype) {
    ElementCodec.write(actions, at, count, memory, layout.actions(), dtype);
  }

  /** Writes the seeds of the worker's sub-environments, {@code count} numbers from {@code at}. */
  void writeSeeds(long[] seeds, int at, int count) {
    MemorySegment.copy(seeds, at, memory, JAVA_LONG, layout.seeds(), count);
  }

  /** Publishes request number {@code request} and everything written before it. */
  void post(long request, long operation, long seed) {
    memory.set(JAVA_LONG, BridgeLayout.OPERATION, operation);
    memory.set(JAVA_LONG, BridgeLayout.SEED, seed);
    LONG.setRelease(memory, BridgeLayout.REQUEST, request);
  }

  /**
   * Returns the number of requests that the worker carried out; what it wrote for them is visible.
   */
  long acknowledged() {
    return (long) LONG.getAcquire(memory, BridgeLayout.ACKNOWLEDGED);
  }

  /**
   * Reads the observations, and masks of actions if there are any, into {@code count} rows of
   * {@code out}, from row {@code first}.
   */
  void readObservations(StepBatch out, int first, int count) {
    observations.read(memory, layout.observations(), count, out, first, false);
    if (out.hasMasks()) {
      int flags = out.actionMasks.length / out.numEnvs();
      MemorySegment.copy(
          memory, JAVA_BYTE, layout.masks(), out.actionMasks, first * flags, count * flags);
    }
  }

  /** Reads the observation of the worker's sub-environment {@code i} into a row of {@code out}. */
  void readObservation(StepBatch out, int i, int row) {
    long at = layout.observations() + i * observations.rowBytes();
    observations.read(memory, at, 1, out, row, false);
    if (out.hasMasks()) {
      int flags = out.actionMasks.length / out.numEnvs();
      long from = layout.masks() + (long) i * flags;
      MemorySegment.copy(memory, JAVA_BYTE, from, out.actionMasks, row * flags, flags);
    }
  }

  /**
   * Reads rewards, flags and the results of ended episodes, from row {@code first}.
   *
   * @param progress whether episodes that did not end have results so far
   */
  void readTransitions(StepBatch out, int first, int count, boolean progress) {
    MemorySegment.copy(memory, JAVA_DOUBLE, layout.rewards(), out.rewards, first, count);
    for (int i = 0; i < count; i++) {
      int env = first + i;
      out.terminated[env] = memory.get(JAVA_BYTE, layout.terminated() + i) != 0;
      out.truncated[env] = memory.get(JAVA_BYTE, layout.truncated() + i) != 0;
      if (out.isDone(env)) {
        long row = layout.finalObservations() + i * observations.rowBytes();
        observations.read(memory, row, 1, out, env, true);
      }
      if (progress || out.isDone(env)) {
        out.episodeReturns[env] = memory.get(JAVA_DOUBLE, layout.episodeReturns() + 8L * i);
        out.episodeLengths[env] = (int) memory.get(JAVA_LONG, layout.episodeLengths() + 8L * i);
      }
    }
  }

  @Override
  public void close() {
    unlink();
    arena.close();
  }
}
