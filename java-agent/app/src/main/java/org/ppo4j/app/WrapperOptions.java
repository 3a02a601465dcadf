package org.ppo4j.app;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/**
 * The options that put wrappers around environments in Python. They are recorded among the
 * arguments of the environment, so that whatever makes it again wraps it again.
 */
final class WrapperOptions {
  /** The argument that the bridge takes them from, {@code wrapping.py}. */
  static final String ARGUMENT = "ppo4j.wrappers";

  private static final String AUTO = "auto";
  private static final String NONE = "none";

  @Option(
      names = "--wrappers",
      paramLabel = "auto|none",
      description =
          "Whether environments that are known have their usual wrappers, each of which an option"
              + " changes: Atari games those of CleanRL, CarRacing those of RL Baselines3 Zoo."
              + " Default: auto.")
  private String defaults = AUTO;

  @Option(
      names = "--wrapper",
      paramLabel = "MODULE:FUNCTION",
      description =
          "A function or class in Python that takes an environment and returns one; may be given"
              + " several times, from the inside outwards.")
  private List<String> wrappers = List.of();

  @Option(
      names = "--observation-keys",
      split = ",",
      paramLabel = "KEY[,KEY...]",
      hideParamSyntax = true,
      description = "The parts of Dict observations to use. Default: all.")
  private List<String> observationKeys = List.of();

  @Option(
      names = "--critic-observation",
      paramLabel = "KEY",
      description =
          "The part of Dict observations that only the critic sees, such as the true state."
              + " Default: none.")
  private @Nullable String criticObservation;

  @Option(
      names = "--frame-skip",
      paramLabel = "N",
      description = "Repeat each action N times and add the rewards.")
  private @Nullable Integer frameSkip;

  @Option(
      names = "--frame-max",
      negatable = true,
      description = "Observe the maximum of the last two repeated frames, whose sprites flicker.")
  private @Nullable Boolean frameMax;

  @Option(
      names = "--resize",
      paramLabel = "HxW",
      description = "Scale images to this height and width; none keeps them.")
  private @Nullable String resize;

  @Option(names = "--grayscale", negatable = true, description = "Make images grey.")
  private @Nullable Boolean grayscale;

  @Option(
      names = "--frame-stack",
      paramLabel = "N",
      description = "Observe the last N observations together.")
  private @Nullable Integer frameStack;

  @Option(
      names = "--noop-max",
      paramLabel = "N",
      description = "Start Atari games with 1 to N steps without action; 0 for none.")
  private @Nullable Integer noopMax;

  @Option(
      names = "--episodic-life",
      negatable = true,
      description = "End episodes of Atari games at the loss of a life; scores are of whole games.")
  private @Nullable Boolean episodicLife;

  @Option(
      names = "--fire-reset",
      negatable = true,
      description = "Fire at the start of Atari games that wait for it.")
  private @Nullable Boolean fireReset;

  @Option(
      names = "--reward-sign",
      negatable = true,
      description = "Learn from the sign of rewards; returns are reported as they are.")
  private @Nullable Boolean rewardSign;

  @Option(
      names = "--max-episode-steps",
      paramLabel = "N",
      description = "The time limit of an episode, in place of the environment's.")
  private @Nullable Integer maxEpisodeSteps;

  /** The options as they were given, as arguments for another command. */
  List<String> arguments() {
    List<String> arguments = new ArrayList<>();
    if (!defaults.equals(AUTO)) {
      arguments.add("--wrappers=" + defaults);
    }
    wrappers.forEach(each -> arguments.add("--wrapper=" + each));
    if (!observationKeys.isEmpty()) {
      arguments.add("--observation-keys=" + String.join(",", observationKeys));
    }
    add(arguments, "--critic-observation", criticObservation);
    add(arguments, "--frame-skip", frameSkip);
    add(arguments, "--frame-max", frameMax);
    add(arguments, "--resize", resize);
    add(arguments, "--grayscale", grayscale);
    add(arguments, "--frame-stack", frameStack);
    add(arguments, "--noop-max", noopMax);
    add(arguments, "--episodic-life", episodicLife);
    add(arguments, "--fire-reset", fireReset);
    add(arguments, "--reward-sign", rewardSign);
    add(arguments, "--max-episode-steps", maxEpisodeSteps);
    return arguments;
  }

  private static void add(List<String> arguments, String name, @Nullable Object value) {
    if (value instanceof Boolean set) {
      arguments.add(set ? name : name.replaceFirst("^--", "--no-"));
    } else if (value != null) {
      arguments.add(name + "=" + value);
    }
  }

  /**
   * Adds the wrappers of {@code env} to its arguments: the usual ones, or those that a recorded
   * configuration already has there, with the changes of the options.
   *
   * @param isPython whether Python steps it
   * @throws ParameterException if an option has no such value, or Python does not step it
   */
  void addTo(Map<String, Object> kwargs, String env, boolean isPython, CommandLine command) {
    if (!defaults.equals(AUTO) && !defaults.equals(NONE)) {
      throw new ParameterException(command, "--wrappers must be auto or none, but is " + defaults);
    }
    if (!isPython) {
      if (!arguments().isEmpty()) {
        throw new ParameterException(
            command,
            "%s wraps environments in Python, but %s is native; leave it out, or add --backend python"
                .formatted(arguments().getFirst().replaceFirst("=.*", ""), env));
      }
      return;
    }
    Map<String, Object> usual = KnownWrappers.of(env, kwargs);
    Map<String, Object> wrapped = start(kwargs, usual);
    put(wrapped, "critic_observation", criticObservation);
    put(wrapped, "noop_max", atLeast("--noop-max", noopMax, 0, command));
    put(wrapped, "frame_skip", atLeast("--frame-skip", frameSkip, 1, command));
    put(wrapped, "frame_max", frameMax);
    if (Boolean.TRUE.equals(frameMax) && wrapped.getOrDefault("frame_skip", 1).equals(1)) {
      throw new ParameterException(
          command, "--frame-max has no effect without --frame-skip of 2 or more; give that too");
    }
    put(wrapped, "episodic_life", episodicLife);
    put(wrapped, "fire_reset", fireReset);
    put(wrapped, "reward_sign", rewardSign);
    if (resize != null) {
      put(wrapped, "resize", size(resize, command));
    }
    put(wrapped, "grayscale", grayscale);
    put(wrapped, "frame_stack", atLeast("--frame-stack", frameStack, 1, command));
    if (!wrappers.isEmpty()) {
      wrapped.put("wrappers", wrappers);
    }
    if (!observationKeys.isEmpty()) {
      wrapped.put("observation_keys", observationKeys);
    }
    if (maxEpisodeSteps != null) {
      atLeast("--max-episode-steps", maxEpisodeSteps, 1, command);
      kwargs.put("max_episode_steps", maxEpisodeSteps);
    }
    boolean replacesUsual = !usual.isEmpty() || kwargs.containsKey(ARGUMENT);
    if (!wrapped.isEmpty() || replacesUsual) { // that there are none is recorded too
      if (wrapped.containsKey("frame_skip") && KnownWrappers.skipsFrames(env)) {
        kwargs.putIfAbsent("frameskip", 1); // the wrapper skips
      }
      kwargs.put(ARGUMENT, wrapped);
    }
  }

  /** Returns the wrappers that options change: none, the recorded ones or the usual ones. */
  private Map<String, Object> start(Map<String, Object> kwargs, Map<String, Object> usual) {
    Map<String, Object> start = new LinkedHashMap<>();
    if (kwargs.get(ARGUMENT) instanceof Map<?, ?> recorded) {
      recorded.forEach((name, value) -> start.put(String.valueOf(name), value));
    } else {
      start.putAll(usual);
    }
    return defaults.equals(NONE) ? new LinkedHashMap<>() : start;
  }

  private static void put(Map<String, Object> to, String name, @Nullable Object value) {
    if (value != null) {
      to.put(name, value);
    }
  }

  private static @Nullable Integer atLeast(
      String option, @Nullable Integer value, int least, CommandLine command) {
    if (value != null && value < least) {
      throw new ParameterException(
          command, "%s must be at least %d, but is %d".formatted(option, least, value));
    }
    return value;
  }

  private static List<Integer> size(String text, CommandLine command) {
    if (text.equals(NONE)) {
      return List.of();
    }
    if (!text.matches("[1-9]\\d{0,4}x[1-9]\\d{0,4}")) {
      throw new ParameterException(
          command, "--resize must be a height and a width such as 84x84, or none, but is " + text);
    }
    String[] parts = text.split("x", -1);
    return List.of(Integer.parseInt(parts[0]), Integer.parseInt(parts[1]));
  }
}
