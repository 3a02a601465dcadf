package org.ppo4j.env.mujoco;

/** The positions of the bodies of one simulation, in m; Gymnasium's {@code data.body(b).xpos}. */
final class Bodies {
  private static final int AXES = 3;

  private final Simulations simulations;
  private final int index;
  private final Field places;

  /** Creates a view of the bodies of simulation {@code index}. */
  Bodies(Simulations simulations, int index) {
    this.simulations = simulations;
    this.index = index;
    places = simulations.field("xpos");
  }

  /**
   * Returns the number of the body {@code name}, which is its name or its number in digits.
   *
   * @throws IllegalArgumentException if the model has none
   */
  int find(String name) {
    int body = simulations.body(name);
    if (body < 0 && name.matches("[0-9]{1,9}")) {
      body = Integer.parseInt(name);
    }
    if (body < 0 || body >= places.size() / AXES) {
      throw new IllegalArgumentException(
          "the model has no body %s; expected a body's name, or a number from 0 to %d"
              .formatted(name, places.size() / AXES - 1));
    }
    return body;
  }

  /** Returns a coordinate of a body; the axis is 0, 1 or 2, where 2 points up. */
  double at(int body, int axis) {
    return places.at(index, AXES * body + axis);
  }

  /** Writes the three coordinates of a body to {@code out}. */
  void read(int body, double[] out, int offset) {
    for (int axis = 0; axis < AXES; axis++) {
      out[offset + axis] = at(body, axis);
    }
  }

  /** Returns the distance between two bodies. */
  double distance(int body, int other) {
    double x = at(body, 0) - at(other, 0);
    double y = at(body, 1) - at(other, 1);
    double z = at(body, 2) - at(other, 2);
    return Math.sqrt(x * x + y * y + z * z);
  }
}
