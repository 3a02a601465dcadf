package org.ppo4j.gymnasium;

/** How a vector step is asked for and answered. */
enum Beat {
  /**
   * Counters in the shared map. The worker publishes a step by plain stores in program order, which
   * other processors see in that order on x86-64 only.
   */
  SESSION,

  /** One Py4J call a step and worker; the socket orders the stores, on every processor. */
  CALL;

  /** Returns the faster beat that is sound on {@code architecture}, a value of {@code os.arch}. */
  static Beat of(String architecture) {
    return switch (architecture) {
      case "amd64", "x86_64" -> SESSION;
      default -> CALL;
    };
  }
}
