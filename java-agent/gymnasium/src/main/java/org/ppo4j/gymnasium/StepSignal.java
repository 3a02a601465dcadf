package org.ppo4j.gymnasium;

/** The signal by which Java asks a worker for a step and learns that the step is done. */
enum StepSignal {
  /**
   * Counters in the shared map. The worker publishes a step by plain stores in program order, which
   * other processors see in that order on x86-64 only.
   */
  SHARED_MEMORY,

  /** One Py4J call for each step and worker; the socket orders the stores, on every processor. */
  PY4J_CALL;

  /** Returns the fastest correct signal on {@code architecture}, a value of {@code os.arch}. */
  static StepSignal of(String architecture) {
    return switch (architecture) {
      case "amd64", "x86_64" -> SHARED_MEMORY;
      default -> PY4J_CALL;
    };
  }
}
