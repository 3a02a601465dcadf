package org.ppo4j.agent.checkpoint;

import java.nio.file.Path;
import java.util.List;
import org.ppo4j.agent.network.NetworkDescription;
import org.ppo4j.agent.numeric.Sizes;

/**
 * Compares the lengths that a manifest declares with each other and with the memory there is,
 * before any array is read: a file of 1 MB may hold 1 GB of zeros.
 */
final class ManifestSizes {
  private static final String PARAMETERS = "network/parameters";

  /** Arrays that have a number for each parameter. */
  private static final List<String> OF_PARAMETERS =
      List.of(PARAMETERS, "adam/m", "adam/v", "rmsprop/mean_square");

  private ManifestSizes() {}

  /**
   * Requires lengths that fit the networks and the memory.
   *
   * @param maxMemory the memory that Java may use, in bytes
   * @throws CheckpointException if they do not
   */
  static void require(Path file, Manifest manifest, long maxMemory) {
    long parameters = parameters(manifest);
    long total = 0;
    for (Manifest.Array array : manifest.arrays()) {
      if (array.length() < 0) {
        throw refused(file, "the array %s has %d elements".formatted(array.name(), array.length()));
      }
      if (OF_PARAMETERS.contains(array.name()) && array.length() > parameters) {
        throw refused(
            file,
            "the array %s has %d elements, but its networks have %s parameters"
                .formatted(array.name(), array.length(), Sizes.text(parameters)));
      }
      total = Sizes.sum(total, Sizes.product(array.length(), array.dtype().elementBytes()));
    }
    if (total > maxMemory / 2) {
      throw new CheckpointException(
          "the checkpoint %s has arrays of %d MB, which do not fit the %d MB that Java may use; allow more memory, such as with JAVA_TOOL_OPTIONS=-Xmx16g, or use an earlier one"
              .formatted(file, total >> 20, maxMemory >> 20),
          true);
    }
  }

  /** Returns the parameters of an engine's MLPs, or what the file declares of other networks. */
  private static long parameters(Manifest manifest) {
    NetworkDescription network = manifest.policy().network();
    List<Integer> hidden = network.hiddenSizes();
    List<Integer> critic = network.criticHiddenSizes();
    Boolean shared = network.sharedTrunk();
    if (hidden == null
        || critic == null
        || shared == null
        || network.recurrence() != null
        || network.images() != null) {
      return manifest.arrays().stream()
          .filter(array -> array.name().equals(PARAMETERS))
          .mapToLong(Manifest.Array::length)
          .findFirst()
          .orElse(0);
    }
    long last = hidden.isEmpty() ? network.inputs() : hidden.getLast();
    return Sizes.sum(
        count(network.inputs(), hidden, network.outputs()),
        network.logStdSize(),
        shared ? last + 1 : count(network.inputs(), critic, 1),
        network.auxiliaryValue() ? last + 1 : 0);
  }

  private static long count(int inputs, List<Integer> hidden, int outputs) {
    long count = 0;
    long in = inputs;
    for (int i = 0; i <= hidden.size(); i++) {
      long out = i < hidden.size() ? hidden.get(i) : outputs;
      count = Sizes.sum(count, Sizes.product(in, out), out);
      in = out;
    }
    return count;
  }

  private static CheckpointException refused(Path file, String what) {
    return new CheckpointException(
        "the checkpoint %s contradicts itself: %s; use an earlier one".formatted(file, what), true);
  }
}
