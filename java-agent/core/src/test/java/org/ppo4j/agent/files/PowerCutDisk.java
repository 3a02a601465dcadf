package org.ppo4j.agent.files;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A disk in memory whose power can be cut at any operation, in the manner of SQLite's test6: of
 * everything that was not forced before the cut, each sector written, each truncation and each
 * change of a name is kept or lost by chance, whatever its order, and a sector may be garbled too.
 */
public final class PowerCutDisk implements Storage {
  private static final int SECTOR = 512;

  /** The power went out. Not an {@link IOException}: nobody lives to handle it. */
  public static final class PowerCut extends Error {
    private static final long serialVersionUID = 1L;
  }

  private static final class Inode {
    byte[] live = {};
    byte[] durable = {};
    final List<Change> pending = new ArrayList<>();
  }

  /** A write of {@code bytes} at {@code at}, or a truncation to nothing where they are null. */
  private record Change(int at, byte @Nullable [] bytes) {
    byte[] applyTo(byte[] content) {
      if (bytes == null) {
        return new byte[0];
      }
      byte[] changed = Arrays.copyOf(content, Math.max(content.length, at + bytes.length));
      System.arraycopy(bytes, 0, changed, at, bytes.length);
      return changed;
    }
  }

  private final Random random;
  private final Map<Path, Inode> live = new HashMap<>();
  private final Map<Path, Inode> durable = new HashMap<>();
  private final List<Consumer<Map<Path, Inode>>> pendingNames = new ArrayList<>();
  private final boolean forces;
  private int operations;
  private int cutAt = Integer.MAX_VALUE;
  private int fullAt = Integer.MAX_VALUE;

  /**
   * @param forces whether forcing a file does anything; a broken disk shows what the test can see
   */
  public PowerCutDisk(Random random, boolean forces) {
    this.random = random;
    this.forces = forces;
  }

  /** Puts a file there, safely on the disk. */
  public void place(Path file, byte[] content) {
    Inode inode = new Inode();
    inode.live = content;
    inode.durable = content;
    live.put(file, inode);
    durable.put(file, inode);
  }

  /** Cuts the power in the n-th operation from now, the first being 1. */
  public void cutPowerAt(int n) {
    cutAt = operations + n;
  }

  /** Is full from the n-th operation from now on, the first being 1. */
  public void fillAt(int n) {
    fullAt = operations + n;
  }

  public int operations() {
    return operations;
  }

  /** Returns the files as they are. */
  public Map<Path, byte[]> files() {
    Map<Path, byte[]> files = new HashMap<>();
    live.forEach((path, inode) -> files.put(path, inode.live));
    return files;
  }

  /** Returns the files that are found when the power is back. */
  public Map<Path, byte[]> filesAfterPowerCut() {
    Map<Path, Inode> names = new HashMap<>(durable);
    for (Consumer<Map<Path, Inode>> change : pendingNames) {
      if (random.nextBoolean()) {
        change.accept(names);
      }
    }
    Map<Path, byte[]> files = new HashMap<>();
    names.forEach((path, inode) -> files.put(path, survivor(inode)));
    return files;
  }

  private byte[] survivor(Inode inode) {
    byte[] content = inode.durable;
    for (Change change : inode.pending) {
      switch (random.nextInt(3)) {
        case 0 -> content = change.applyTo(content);
        case 1 -> content = garbled(change).applyTo(content);
        default -> {} // lost
      }
    }
    return content;
  }

  private Change garbled(Change change) {
    if (change.bytes() == null) {
      return change;
    }
    byte[] noise = new byte[change.bytes().length];
    random.nextBytes(noise);
    return new Change(change.at(), noise);
  }

  @Override
  public Output create(Path file) throws IOException {
    tick();
    Inode inode = live.computeIfAbsent(file, _ -> new Inode());
    pendingNames.add(names -> names.put(file, inode));
    change(inode, new Change(0, null));
    return new Output() {
      @Override
      public void write(int b) {
        throw new UnsupportedOperationException("a byte at a time would be slow on a disk too");
      }

      @Override
      public void write(byte[] bytes, int from, int length) throws IOException {
        tick();
        for (int at = from; at < from + length; at += SECTOR) {
          byte[] sector = Arrays.copyOfRange(bytes, at, Math.min(at + SECTOR, from + length));
          change(inode, new Change(inode.live.length, sector));
        }
      }

      @Override
      void force() throws IOException {
        tick();
        if (forces) {
          inode.durable = inode.live;
          inode.pending.clear();
        }
      }
    };
  }

  @Override
  public void rename(Path from, Path to) throws IOException {
    tick();
    Inode inode = live.remove(from);
    live.put(to, inode);
    pendingNames.add(
        names -> {
          names.remove(from);
          names.put(to, inode);
        });
  }

  @Override
  public void forceFolder(Path folder) throws IOException {
    tick();
    pendingNames.forEach(change -> change.accept(durable));
    pendingNames.clear();
  }

  @Override
  public void deleteIfExists(Path file) {
    live.remove(file);
    pendingNames.add(names -> names.remove(file));
  }

  private static void change(Inode inode, Change change) {
    inode.live = change.applyTo(inode.live);
    inode.pending.add(change);
  }

  private void tick() throws IOException {
    operations++;
    if (operations == cutAt) {
      throw new PowerCut();
    }
    if (operations >= fullAt) {
      throw new IOException("No space left on device");
    }
  }
}
