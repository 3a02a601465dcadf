package org.ppo4j.gymnasium;

import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Tag;
import org.ppo4j.env.AutoresetMode;
import org.ppo4j.env.VectorEnv;
import org.ppo4j.env.VectorEnvContract;

/** The contract of vector environments, with the environments of {@code bridge_test_envs.py}. */
@Tag("python")
class PythonContractTest {

  @Nested
  class TwoWorkers extends Bridged {
    TwoWorkers() {
      super(StepSignal.SHARED_MEMORY, 2);
    }
  }

  @Nested
  class OneCallForEachStep extends Bridged {
    OneCallForEachStep() {
      super(StepSignal.PY4J_CALL, 1);
    }
  }

  abstract static class Bridged extends VectorEnvContract {
    private final StepSignal signal;
    private final int workers;

    Bridged(StepSignal signal, int workers) {
      this.signal = signal;
      this.workers = workers;
    }

    @Override
    protected VectorEnv make(
        Subject subject, int numEnvs, Map<String, Object> kwargs, AutoresetMode mode) {
      PythonEnvConfig config =
          switch (subject) {
            case COUNTING -> TestWorkers.config("Counting", numEnvs);
            case ECHO -> TestWorkers.config("Echo", numEnvs);
            case CART_POLE -> TestWorkers.gymnasium("CartPole-v1", numEnvs);
          };
      return PythonVectorEnv.open(
          config.withKwargs(kwargs).withWorkers(Math.min(workers, numEnvs)), signal);
    }

    @Override
    protected Set<AutoresetMode> modes() {
      return EnumSet.of(AutoresetMode.SAME_STEP);
    }
  }
}
