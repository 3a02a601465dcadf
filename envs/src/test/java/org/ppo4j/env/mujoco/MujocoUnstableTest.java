package org.ppo4j.env.mujoco;

/**
 * Simulations that diverge, beside Gymnasium's: MuJoCo sets them back, and they go on with the same
 * numbers. The script sees to it that this happens.
 */
class MujocoUnstableTest extends MujocoParityTest {
  @Override
  String script() {
    return "record_unstable.py";
  }
}
