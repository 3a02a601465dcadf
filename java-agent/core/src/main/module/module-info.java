/** PPO: the algorithm, networks, checkpoints, runs and evaluation. */
@SuppressWarnings("module") // the modules of the qualified exports are built later
module org.ppo4j.agent {
  requires transitive org.ppo4j.env;
  requires transitive com.fasterxml.jackson.databind;
  requires com.google.protobuf;
  requires commons.math3;
  requires jdk.incubator.vector;
  requires transitive org.apache.commons.rng.api;
  requires org.apache.commons.rng.core;
  requires org.apache.commons.rng.sampling;
  requires org.apache.commons.rng.simple;
  requires org.slf4j;
  requires static org.jspecify;

  exports org.ppo4j.agent;
  exports org.ppo4j.agent.action;
  exports org.ppo4j.agent.actor;
  exports org.ppo4j.agent.advantage;
  exports org.ppo4j.agent.checkpoint;
  exports org.ppo4j.agent.config;
  exports org.ppo4j.agent.environment;
  exports org.ppo4j.agent.evaluate;
  exports org.ppo4j.agent.event;
  exports org.ppo4j.agent.loss;
  exports org.ppo4j.agent.metrics;
  exports org.ppo4j.agent.network;
  exports org.ppo4j.agent.normalize;
  exports org.ppo4j.agent.numeric;
  exports org.ppo4j.agent.parameter;
  exports org.ppo4j.agent.policy;
  exports org.ppo4j.agent.rollout;
  exports org.ppo4j.agent.run;
  exports org.ppo4j.agent.state;
  exports org.ppo4j.agent.update;

  // Not promised: what the project's other modules use, and what may change with any version.
  exports org.ppo4j.agent.files to
      org.ppo4j.app,
      org.ppo4j.benchmarks,
      org.ppo4j.dl4j,
      org.ppo4j.gymnasium,
      org.ppo4j.lab,
      org.ppo4j.ray,
      org.ppo4j.tokens;
  exports org.ppo4j.agent.kernel to
      org.ppo4j.app,
      org.ppo4j.benchmarks,
      org.ppo4j.dl4j,
      org.ppo4j.gymnasium,
      org.ppo4j.lab,
      org.ppo4j.ray,
      org.ppo4j.tokens;
  exports org.ppo4j.agent.tensorboard to
      org.ppo4j.app,
      org.ppo4j.benchmarks,
      org.ppo4j.dl4j,
      org.ppo4j.gymnasium,
      org.ppo4j.lab,
      org.ppo4j.ray,
      org.ppo4j.live,
      org.ppo4j.tokens;

  // Records that are read from JSON.
  opens org.ppo4j.agent.actor to
      com.fasterxml.jackson.databind;
  opens org.ppo4j.agent.checkpoint to
      com.fasterxml.jackson.databind;
  opens org.ppo4j.agent.config to
      com.fasterxml.jackson.databind;
  opens org.ppo4j.agent.event to
      com.fasterxml.jackson.databind;
  opens org.ppo4j.agent.files to
      com.fasterxml.jackson.databind;
  opens org.ppo4j.agent.metrics to
      com.fasterxml.jackson.databind;
  opens org.ppo4j.agent.network to
      com.fasterxml.jackson.databind;
  opens org.ppo4j.agent.run to
      com.fasterxml.jackson.databind;

  uses org.ppo4j.agent.environment.EnvironmentProvider;
  uses org.ppo4j.agent.network.EngineProvider;
}
