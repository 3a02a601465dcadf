import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.ppo4j.env.ArrayDynamics;
import org.ppo4j.env.DType;
import org.ppo4j.env.EnvDefinition;
import org.ppo4j.env.EnvProvider;
import org.ppo4j.env.Kwargs;
import org.ppo4j.env.NumpyRandom;
import org.ppo4j.env.Space;

/**
 * An environment whose step sleeps, so that the time of a rollout does not depend on the cores,
 * with observations of any size: {@code Sleep-v0}, arguments {@code micros} and {@code size}.
 */
public final class Sleeper implements EnvProvider {
  @Override
  public List<EnvDefinition> environments() {
    return List.of(new EnvDefinition("Sleep-v0", 200, Sleep::new));
  }

  private static final class Sleep extends ArrayDynamics {
    private final long nanos;

    Sleep(Kwargs kwargs) {
      int size = kwargs.integer("size", 8);
      int micros = kwargs.integer("micros", 1000);
      super(Space.Box.of(-1, 1, size, DType.FLOAT64), new Space.Discrete(2));
      nanos = 1000L * micros;
    }

    @Override
    public void reset(NumpyRandom random) {
      for (int i = 0; i < state.length; i++) {
        state[i] = random.uniform(-1, 1);
      }
    }

    @Override
    public double step(double[] actions, int offset) {
      long end = System.nanoTime() + nanos;
      for (long left = nanos; left > 0; left = end - System.nanoTime()) {
        LockSupport.parkNanos(left);
      }
      state[0] = -state[0];
      return actions[offset];
    }

    @Override
    public boolean terminated() {
      return false;
    }
  }
}
