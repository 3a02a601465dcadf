package org.ppo4j.policy;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Working memory for as many calls at once as there are, kept for the calls to come.
 *
 * <p>Each call takes a scratch out of a slot and puts it back; no call waits for another. The
 * search begins at a slot that depends on the thread, so that threads rarely meet. A thread-local
 * would keep memory for every virtual thread, of which there can be millions; here there is at most
 * one scratch for each slot, and calls that find none make one.
 */
final class ScratchPool {
  /** A power of two, more than threads that usually act at once. */
  private static final int SLOTS = 64;

  /** The references in a cache line, so that two slots never share one. */
  private static final int STRIDE = 16;

  /** The working memory of one call. */
  static final class Scratch {
    /** {@code [inputs]}. */
    final float[] features;

    /** The images of bytes, each number divided by 255. */
    final float[] pixels;

    /** What leaves the convolutions, then the features that are not images. */
    final float[] joined;

    /** Room for one layer, {@code [width]}. */
    final float[] a;

    /** Room for another layer, {@code [width]}. */
    final float[] b;

    /** Room between two convolutions. */
    final float[] between;

    /** Room for an image with a border. */
    final float[] border;

    private Scratch(Network network) {
      features = new float[network.inputs];
      pixels = new float[network.pixels];
      joined = new float[network.joined];
      a = new float[network.width];
      b = new float[network.width];
      between = new float[network.between];
      border = new float[network.borderLength];
    }
  }

  private final Network network;
  private final AtomicReferenceArray<@Nullable Scratch> slots =
      new AtomicReferenceArray<>(SLOTS * STRIDE);

  ScratchPool(Network network) {
    this.network = network;
  }

  /** Returns a scratch that is the caller's until {@link #release}. */
  Scratch acquire() {
    int start = start();
    for (int i = 0; i < SLOTS; i++) {
      int slot = slot(start + i);
      if (slots.get(slot) != null) {
        Scratch scratch = slots.getAndSet(slot, null);
        if (scratch != null) {
          return scratch;
        }
      }
    }
    return new Scratch(network);
  }

  /** Keeps a scratch that the caller no longer uses, if there is a free slot. */
  void release(Scratch scratch) {
    int start = start();
    for (int i = 0; i < SLOTS; i++) {
      int slot = slot(start + i);
      if (slots.get(slot) == null && slots.compareAndSet(slot, null, scratch)) {
        return;
      }
    }
  }

  @SuppressWarnings("deprecation") // threadId() came with JDK 19
  private static int start() {
    return (int) Thread.currentThread().getId();
  }

  private static int slot(int number) {
    return (number & (SLOTS - 1)) * STRIDE;
  }
}
