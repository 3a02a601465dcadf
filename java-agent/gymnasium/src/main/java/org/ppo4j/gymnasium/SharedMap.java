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
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.ppo4j.env.DType;
import org.ppo4j.env.EnvException;
import org.ppo4j.env.StepBatch;

/**
 * The memory shared with one worker, a mapped file of mode 0600 that has a name only until the
 * worker has mapped it too.
 */
final class SharedMap implements AutoCloseable {
  private static final VarHandle LONG = JAVA_LONG.varHandle();
  private static final int ZEROS = 1 << 16;

  private final Path file;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment memory;
  private final BridgeLayout layout;

  /** Makes a map in {@link #directory} that fits {@code layout}. */
  SharedMap(BridgeLayout layout) {
    this.layout = layout;
    file =
        directory()
            .resolve(
                "ppo4j-%d-%s.map"
                    .formatted(
                        ProcessHandle.current().pid(),
                        HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong())));
    try {
      memory = map();
    } catch (IOException e) {
      close();
      throw new EnvException(
          "cannot make a map of %,d bytes in %s to share with Python: %s"
              .formatted(layout.size(), file.getParent(), e.getMessage()),
          e);
    }
  }

  private MemorySegment map() throws IOException {
    var mode = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    Set<StandardOpenOption> options =
        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
    try (FileChannel channel = FileChannel.open(file, options, mode)) {
      // Written and not just made longer: a full disk shows here and not as a bus error later.
      for (long left = layout.size(); left > 0; ) {
        left -= channel.write(ByteBuffer.allocate((int) Math.min(left, ZEROS)));
      }
      return channel.map(MapMode.READ_WRITE, 0, layout.size(), arena);
    }
  }

  /** Returns where maps are made: in memory where the system has a folder for that. */
  static Path directory() {
    Path memory = Path.of("/dev/shm");
    return Files.isWritable(memory) ? memory : Path.of(System.getProperty("java.io.tmpdir"));
  }

  /** Returns the file's name, which is taken away by {@link #unlink}. */
  Path file() {
    return file;
  }

  /** Takes the file's name away; the memory lives as long as someone has it mapped. */
  void unlink() {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new EnvException("cannot delete %s: %s".formatted(file, e.getMessage()), e);
    }
  }

  /** Writes the actions of the worker's sub-environments, {@code count} numbers from {@code at}. */
  void writeActions(double[] actions, int at, int count, DType dtype) {
    Elements.write(actions, at, count, memory, layout.actions(), dtype);
  }

  /** Publishes request number {@code request} and all that was written before it. */
  void post(long request, long operation, long seed) {
    memory.set(JAVA_LONG, BridgeLayout.OPERATION, operation);
    memory.set(JAVA_LONG, BridgeLayout.SEED, seed);
    LONG.setRelease(memory, BridgeLayout.REQUEST, request);
  }

  /** Returns how many requests the worker has carried out; all it wrote before is visible. */
  long acknowledged() {
    return (long) LONG.getAcquire(memory, BridgeLayout.ACKNOWLEDGED);
  }

  /** Reads the observations into the rows of {@code out} from {@code first} on. */
  void readObservations(StepBatch out, int first, int count, DType dtype) {
    int size = out.observationSize();
    Elements.read(
        memory, layout.observations(), dtype, out.observations, first * size, count * size);
  }

  /** Reads rewards, flags and what ended episodes left into the rows from {@code first} on. */
  void readTransitions(StepBatch out, int first, int count, DType dtype) {
    int size = out.observationSize();
    MemorySegment.copy(memory, JAVA_DOUBLE, layout.rewards(), out.rewards, first, count);
    for (int i = 0; i < count; i++) {
      int env = first + i;
      out.terminated[env] = memory.get(JAVA_BYTE, layout.terminated() + i) != 0;
      out.truncated[env] = memory.get(JAVA_BYTE, layout.truncated() + i) != 0;
      if (out.isDone(env)) {
        long row = layout.finalObservations() + (long) i * size * dtype.bytes();
        Elements.read(memory, row, dtype, out.finalObservations, env * size, size);
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
