package org.ppo4j.env.mujoco;

/**
 * Simulations that diverge, compared with Gymnasium's: MuJoCo resets them, and they continue with
 * the same numbers. The script checks that this happens.
 */
class MujocoUnstableTest extends MujocoParityTest {
  @Override
  String script() {
    return "record_unstable.py";
  }
}
