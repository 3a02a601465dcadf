package org.ppo4j.env.mujoco;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.ppo4j.env.Ensemble;

/** Tasks on the {@link Simulations} of one model, which one native call steps. */
final class MujocoEnsemble implements Ensemble {
  private final Simulations simulations;
  private final MujocoWarnings warnings;
  private final List<MujocoTask> members;

  /**
   * Creates one task for each of {@code simulations}, which it takes over.
   *
   * @param id the id of the environment
   */
  MujocoEnsemble(
      String id, Simulations simulations, int size, IntFunction<? extends MujocoTask> task) {
    this.simulations = simulations;
    List<MujocoTask> made = new ArrayList<>(size);
    try {
      warnings = simulations.warnings(id);
      for (int i = 0; i < size; i++) {
        made.add(task.apply(i));
      }
    } catch (RuntimeException | Error e) {
      simulations.close();
      throw e;
    }
    members = List.copyOf(made);
  }

  @Override
  public List<MujocoTask> members() {
    return members;
  }

  @Override
  public void advance(double[] actions, boolean[] resting) {
    simulations.advance(actions, resting);
    warnings.check();
  }

  @Override
  public Map<String, String> versions() {
    return Map.of("mujoco", PinnedVersions.MUJOCO);
  }

  @Override
  public void close() {
    warnings.close();
    simulations.close();
  }
}
