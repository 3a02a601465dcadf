package org.ppo4j.env.mujoco;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.ppo4j.env.EnvException;

/**
 * N simulations of one model, an {@code mjBatch}. The state of a simulation is a row of numbers,
 * MuJoCo's integration state, which is read and written in place. The future of a simulation
 * depends on its row only, not on its neighbours or the number of threads. Later rewards and
 * observations may also depend on {@link Field}s that a task has requested; {@link #row} returns
 * them with the state.
 *
 * <p>An instance is confined to one thread at a time, which may change. A step allocates nothing.
 */
final class Simulations {
  // mjtState
  private static final int QPOS = 1 << 1;
  private static final int QVEL = 1 << 2;
  private static final int CTRL = 1 << 6;

  // mjtStage
  private static final int STAGE_NONE = 0;
  private static final int STAGE_ACC = 3;

  private final Mujoco mujoco;
  private final Arena arena = Arena.ofShared();
  private final MemorySegment batch;
  private final int size;
  private final int frameSkip;
  private final boolean withContactForces;
  private final int nstate;
  private final int nq;
  private final int nv;
  private final int nu;

  /** The offset of the coordinates in a row, in doubles; those of the other parts follow. */
  private final int qpos;

  private final int qvel;
  private final int ctrl;

  private final double timestep;

  /** The bounds of each control, {@code [nu, 2]}. */
  private final double[] controlRange;

  /** All states, {@code [N, nstate]}; MuJoCo's memory. */
  private final MemorySegment rows;

  /** Whether the last call failed, {@code [N]}; MuJoCo's memory. */
  private final MemorySegment statuses;

  /** Coordinates and velocities after a reset without noise, {@code [nq + nv]}. */
  private final double[] initial;

  /** The mass of each body in kg, {@code [nbody]}. */
  private final double[] bodyMasses;

  /** The fields that tasks have requested, by name. */
  private final Map<String, Field> fields = new LinkedHashMap<>();

  /** The numbers 0 to N - 1 in one segment each, for calls that concern one simulation. */
  private final MemorySegment[] ids;

  /** Receives the numbers of the simulations to step, {@code [N]}. */
  private final MemorySegment moving;

  private int failures;

  /**
   * Creates {@code size} simulations of the model in {@code file}.
   *
   * @param frameSkip the number of model time steps in an {@link #advance}
   * @param withContactForces whether an advance computes the field {@code cfrc_ext}
   * @param threads the number of threads that advance them, including the caller's
   * @throws EnvException if the model cannot be read or simulated
   */
  Simulations(
      Mujoco mujoco, Path file, int size, int frameSkip, boolean withContactForces, int threads) {
    this.mujoco = mujoco;
    this.size = size;
    this.frameSkip = frameSkip;
    this.withContactForces = withContactForces;
    batch = mujoco.makeBatch(file, size, threads, withContactForces);
    try {
      MemorySegment first = mujoco.states(batch);
      MemorySegment position = mujoco.component(batch, QPOS);
      MemorySegment velocity = mujoco.component(batch, QVEL);
      MemorySegment control = mujoco.component(batch, CTRL);
      nstate = mujoco.stateSize(batch);
      nq = length(position);
      nv = length(velocity);
      nu = length(control);
      qpos = distance(first, position);
      qvel = distance(first, velocity);
      ctrl = distance(first, control);
      rows = first.reinterpret((long) size * nstate * Double.BYTES, arena, null);
      statuses = mujoco.statuses(batch).reinterpret((long) size * Integer.BYTES, arena, null);
      moving = arena.allocate(JAVA_INT, size);
      ids = new MemorySegment[size];
      for (int i = 0; i < size; i++) {
        ids[i] = arena.allocateFrom(JAVA_INT, i);
      }
      failures = mujoco.reset(batch, MemorySegment.NULL, 0);
      requireSuccess(0);
      initial = new double[nq + nv];
      read(0, initial);
      MemorySegment single =
          mujoco.makeBatch(
              file, 1, 1, false); // requesting its fields does not affect the other batch
      try {
        timestep = mujoco.modelField(single, "opt.timestep").get(JAVA_DOUBLE, 0);
        controlRange = mujoco.modelField(single, "actuator_ctrlrange").toArray(JAVA_DOUBLE);
        bodyMasses = mujoco.modelField(single, "body_mass").toArray(JAVA_DOUBLE);
      } finally {
        mujoco.deleteBatch(single);
      }
    } catch (RuntimeException | Error e) {
      close();
      throw e;
    }
  }

  /** Returns the reports on these simulations, which belong to the environment {@code id}. */
  MujocoWarnings warnings(String id) {
    MemorySegment stats = mujoco.warnings(batch);
    return new MujocoWarnings(
        mujoco, id, size, stats.reinterpret(MujocoWarnings.bytes(size), arena, null));
  }

  /** Returns the number of coordinates, {@code nq}. */
  int positions() {
    return nq;
  }

  /** Returns the number of velocities, {@code nv}. */
  int velocities() {
    return nv;
  }

  /** Returns the number of controls, {@code nu}. */
  int controls() {
    return nu;
  }

  /** Returns the lower ({@code end} 0) or upper ({@code end} 1) bound of a control. */
  double controlBound(int control, int end) {
    return controlRange[2 * control + end];
  }

  /** Returns the length of a model time step in seconds. */
  double timestep() {
    return timestep;
  }

  /** Returns the mass of each body in kg, {@code [nbody]}; the caller must not modify it. */
  double[] bodyMasses() {
    return bodyMasses;
  }

  /** Returns the number of the body {@code name}, or -1 if the model has none. */
  int body(String name) {
    return mujoco.body(batch, name);
  }

  /**
   * Returns a field of doubles, which every later call updates. Fields must be requested while
   * tasks are created, since they become part of each simulation's {@link #row}.
   */
  Field field(String name) {
    return fields.computeIfAbsent(
        name,
        _ -> {
          MemorySegment values = mujoco.output(batch, name, size);
          return new Field(values, length(values) / size);
        });
  }

  /** Returns the length of an advance in seconds. */
  double secondsPerStep() {
    return timestep * frameSkip;
  }

  /** Writes the model's initial coordinates and velocities, {@code [nq + nv]}, to {@code out}. */
  void readInitial(double[] out) {
    System.arraycopy(initial, 0, out, 0, nq + nv);
  }

  /**
   * Writes simulation {@code i}'s coordinates and velocities, {@code [nq + nv]}, to {@code out}.
   */
  void read(int i, double[] out) {
    MemorySegment.copy(rows, JAVA_DOUBLE, at(i, qpos), out, 0, nq);
    MemorySegment.copy(rows, JAVA_DOUBLE, at(i, qvel), out, nq, nv);
  }

  /** Writes simulation {@code i}'s controls, {@code [nu]}, to {@code out}. */
  void readControls(int i, double[] out) {
    MemorySegment.copy(rows, JAVA_DOUBLE, at(i, ctrl), out, 0, nu);
  }

  /** Resets simulation {@code i} and sets its coordinates and velocities, {@code [nq + nv]}. */
  void start(int i, double[] from) {
    failures = mujoco.reset(batch, ids[i], 1);
    requireSuccess(i);
    MemorySegment.copy(from, 0, rows, JAVA_DOUBLE, at(i, qpos), nq);
    MemorySegment.copy(from, nq, rows, JAVA_DOUBLE, at(i, qvel), nv);
    failures = mujoco.forward(batch, ids[i], 1, STAGE_ACC);
    requireSuccess(i);
  }

  /**
   * Advances all simulations that are not resting, each with its controls. A simulation that fails
   * keeps its state, and {@link #requireSuccess} reports it.
   *
   * @param controls the controls, {@code [N, nu]}, rounded to float32
   * @param resting whether a simulation keeps its state, {@code [N]}
   */
  void advance(double[] controls, boolean[] resting) {
    int count = 0;
    for (int i = 0; i < size; i++) {
      if (resting[i]) {
        continue;
      }
      moving.setAtIndex(JAVA_INT, count++, i);
      for (int k = 0; k < nu; k++) {
        rows.setAtIndex(JAVA_DOUBLE, (long) i * nstate + ctrl + k, (float) controls[i * nu + k]);
      }
    }
    failures = count == 0 ? 0 : mujoco.step(batch, moving, count, frameSkip);
    if (withContactForces && count > 0 && failures == 0) {
      failures = mujoco.postConstraint(batch, moving, count);
      if (failures == 0) {
        failures = mujoco.forward(batch, moving, count, STAGE_NONE); // refreshes the fields
      }
    }
  }

  /**
   * Checks that the last call succeeded for simulation {@code i}.
   *
   * @throws EnvException if it failed
   */
  void requireSuccess(int i) {
    if (failures > 0 && statuses.getAtIndex(JAVA_INT, i) != 0) {
      throw new EnvException("MuJoCo reports: " + mujoco.error(batch, i));
    }
  }

  /** Returns a copy of the complete state of simulation {@code i} and its fields. */
  double[] row(int i) {
    double[] row = new double[nstate + fields.values().stream().mapToInt(Field::size).sum()];
    MemorySegment.copy(rows, JAVA_DOUBLE, at(i, 0), row, 0, nstate);
    int at = nstate;
    for (Field field : fields.values()) {
      field.read(i, 0, row, at);
      at += field.size();
    }
    return row;
  }

  /** Sets the complete state of simulation {@code i} and its fields to a {@link #row}. */
  void restore(int i, double[] row) {
    MemorySegment.copy(row, 0, rows, JAVA_DOUBLE, at(i, 0), nstate);
    int at = nstate;
    for (Field field : fields.values()) {
      field.write(i, row, at);
      at += field.size();
    }
  }

  /** Releases MuJoCo's memory and threads; must be called only once. */
  void close() {
    arena.close();
    mujoco.deleteBatch(batch);
  }

  private long at(int i, int component) {
    return ((long) i * nstate + component) * Double.BYTES;
  }

  private static int length(MemorySegment doubles) {
    return (int) (doubles.byteSize() / Double.BYTES);
  }

  private static int distance(MemorySegment from, MemorySegment to) {
    return (int) ((to.address() - from.address()) / Double.BYTES);
  }
}
