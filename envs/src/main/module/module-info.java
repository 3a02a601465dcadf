/** The environment contract and the native environments. */
module org.ppo4j.env {
  requires static org.jspecify;

  exports org.ppo4j.env;

  uses org.ppo4j.env.EnvProvider;

  provides org.ppo4j.env.EnvProvider with
      org.ppo4j.env.classic.ClassicControl,
      org.ppo4j.env.mujoco.MujocoTasks;
}
