package org.ppo4j.agent.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import org.ppo4j.agent.PpoConfig;
import org.ppo4j.agent.network.Engine;
import picocli.CommandLine.Option;

/** What an agent is trained on, with what and by whose numbers. */
final class TaskOptions {
  @Option(
      names = "--env-kwargs",
      paramLabel = "NAME=VALUE",
      description = "An argument of the environment; may be given several times.")
  Map<String, String> envKwargs = new LinkedHashMap<>();

  @Option(
      names = "--backend",
      paramLabel = "auto|native|python",
      description = "What steps the environment. Default: auto, native where there is one.")
  EnvironmentOptions.Choice backend = EnvironmentOptions.Choice.AUTO;

  @Option(
      names = "--engine",
      paramLabel = "auto|simd|dl4j",
      description = "What runs the networks. Default: auto, the fastest that can.")
  Engine engine = Engine.AUTO;

  @Option(
      names = "--profile",
      paramLabel = "default|cleanrl",
      description =
          "Where hyperparameters that are not given come from; cleanrl is CleanRL to the letter."
              + " Default: default.")
  PpoConfig.Profile profile = PpoConfig.Profile.DEFAULT;
}
