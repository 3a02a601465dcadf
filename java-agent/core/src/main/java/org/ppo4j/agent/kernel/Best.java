package org.ppo4j.agent.kernel;

import org.slf4j.LoggerFactory;

/** Chooses the kernels once, and says why where the choice is the slow one. */
final class Best {
  static final Kernels KERNELS = choose();

  private Best() {}

  private static Kernels choose() {
    if (ModuleLayer.boot().findModule("jdk.incubator.vector").isPresent()) {
      return new VectorKernels();
    }
    // A logger is fetched where it is needed only: logback takes 70 ms to configure itself.
    LoggerFactory.getLogger(Kernels.class)
        .warn(
            "the Vector API is not there, so networks run on plain Java loops, about ten times slower; "
                + "start Java with --add-modules=jdk.incubator.vector");
    return new ScalarKernels();
  }
}
