/** The environment contract and the native environments. */
@SuppressWarnings("module") // the modules that internal is exported to are built later
module org.ppo4j.env {
  requires static org.jspecify;

  exports org.ppo4j.env;
  exports org.ppo4j.env.internal to
      org.ppo4j.agent,
      org.ppo4j.app,
      org.ppo4j.gymnasium,
      org.ppo4j.lab;

  uses org.ppo4j.env.EnvProvider;

  provides org.ppo4j.env.EnvProvider with
      org.ppo4j.env.classic.ClassicControl,
      org.ppo4j.env.mujoco.MujocoTasks;
}
