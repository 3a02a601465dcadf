package org.ppo4j.agent;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.config.PpoConfig;
import org.ppo4j.agent.network.ImageInput;
import org.ppo4j.agent.network.NetworkFactory;
import org.ppo4j.agent.network.NetworkSpec;
import org.ppo4j.agent.numeric.Sizes;
import org.ppo4j.agent.parameter.Algorithm;
import org.ppo4j.agent.parameter.InvalidHyperparameterException;
import org.ppo4j.agent.policy.PolicyNetwork;
import org.ppo4j.agent.rollout.CollectConfig;
import org.ppo4j.env.EnvSpec;
import org.ppo4j.env.Space;

/**
 * The sizes of a training's arrays, computed before any is allocated. What is counted is less than
 * what a training needs, so a training that fits is never refused.
 */
public final class TrainingSizes {
  private static final long FLOAT = Float.BYTES;
  private static final long DOUBLE = Double.BYTES;

  /** Parameters, gradients, an optimiser's moments, and copies of them for checkpoints. */
  private static final long ARRAYS_OF_PARAMETERS = 6;

  /**
   * Some arrays of a training.
   *
   * @param what what they hold, with the factors of their size
   * @param bytes the size of all of them
   */
  private record Part(String what, long bytes) {}

  private final List<Part> parts = new ArrayList<>();

  /** The hyperparameters that make the sizes. */
  private final List<String> lower = new ArrayList<>(List.of("numSteps", "numEnvs"));

  private TrainingSizes(Algorithm algorithm, NetworkSpec spec) {
    if (algorithm == Algorithm.PPG) {
      lower.add("nIteration");
    }
    lower.add("hiddenSizes");
    spec.recurrence().hyperparameter().ifPresent(lower::add);
  }

  /**
   * Requires that a training's arrays can be allocated.
   *
   * @param factory what makes its networks; null for an engine's MLPs
   * @throws InvalidHyperparameterException if an array would have too many elements, or all
   *     together would need more memory than Java may use
   * @throws IllegalArgumentException if an array for a value of a space would
   */
  public static void require(
      EnvSpec env, Algorithm algorithm, PpoConfig config, @Nullable NetworkFactory factory) {
    NetworkSpec spec = PolicyNetwork.spec(env, algorithm, config, factory);
    require(env, algorithm, config, spec, factory == null, Runtime.getRuntime().maxMemory());
  }

  static void require(
      EnvSpec env,
      Algorithm algorithm,
      PpoConfig config,
      NetworkSpec spec,
      boolean isMlp,
      long maxMemory) {
    TrainingSizes sizes = new TrainingSizes(algorithm, spec);
    CollectConfig collect = config.collect();
    int envs = collect.numEnvs();
    int features = spec.inputs();
    int pixels = spec.imageBytes();
    String batch = "numEnvs %d times numSteps %d".formatted(envs, collect.numSteps());
    String observation = "%d numbers of an observation".formatted(features);
    sizes.add(
        "a rollout, %s times %s".formatted(batch, observation),
        FLOAT,
        envs,
        collect.numSteps(),
        features);
    int frames =
        spec.images().stream()
            .filter(ImageInput::bytes)
            .mapToInt(image -> image.size() / image.frames()) // what a step adds to a stack
            .sum();
    sizes.parts.add(
        new Part(
            "a rollout, %s times %d bytes of frames".formatted(batch, frames),
            Sizes.product(envs, collect.numSteps(), frames)));
    sizes.add(
        "the actions of a rollout, %s times %d numbers of an action"
            .formatted(batch, env.actionSpace().size()),
        FLOAT,
        envs,
        collect.numSteps(),
        env.actionSpace().size());
    sizes.add(
        "the observations of a step, numEnvs %d times %s".formatted(envs, observation),
        2 * FLOAT + DOUBLE,
        envs,
        features);
    if (config.normalize().normObs()
        && config.normalize().normalizerPerEnv()
        && !isChoice(env.observationSpace())) {
      sizes.add(
          "a normaliser for each environment, numEnvs %d times %s".formatted(envs, observation),
          2 * DOUBLE,
          envs,
          features);
    }
    int rows = algorithm == Algorithm.TRPO ? config.batchSize() : config.minibatchSize();
    sizes.add(
        "a minibatch, %d transitions times %s".formatted(rows, observation), FLOAT, rows, features);
    sizes.add(
        "a minibatch, %d transitions times %d bytes of images".formatted(rows, pixels),
        1,
        rows,
        pixels);
    sizes.add(
        "a minibatch, %d transitions times %d outputs of the actor"
            .formatted(rows, spec.policyOutputs()),
        2 * FLOAT,
        rows,
        spec.policyOutputs());
    if (algorithm == Algorithm.PPG) {
      int rollouts = config.phasic().nIteration();
      String phase = "an auxiliary phase, nIteration %d times %s".formatted(rollouts, batch);
      sizes.add(
          "%s times %s".formatted(phase, observation),
          FLOAT,
          rollouts,
          config.batchSize(),
          features);
      sizes.parts.add(
          new Part(
              "%s times %d bytes of frames".formatted(phase, frames),
              Sizes.product(rollouts, config.batchSize(), frames)));
      sizes.add(
          "%s times %d outputs of the actor".formatted(phase, spec.policyOutputs()),
          FLOAT,
          rollouts,
          config.batchSize(),
          spec.policyOutputs());
    }
    if (isMlp) {
      for (List<Integer> layers : List.of(spec.hidden(), spec.criticHidden())) {
        for (int width : layers) {
          sizes.add(
              "a layer, %d transitions times %d units".formatted(rows, width), FLOAT, rows, width);
        }
      }
      int units = spec.recurrence().units();
      for (int layer = 0; layer < spec.recurrence().layers(); layer++) {
        sizes.add(
            "a recurrent layer, %d transitions times %d units".formatted(rows, units),
            10 * FLOAT,
            rows,
            units);
      }
      sizes.add(
          "networks, %d parameters".formatted(spec.parameterCount()),
          ARRAYS_OF_PARAMETERS * FLOAT,
          spec.parameterCount());
    }
    sizes.requireMemory(maxMemory);
  }

  private static boolean isChoice(Space space) {
    return space instanceof Space.Discrete || space instanceof Space.MultiDiscrete;
  }

  /** Adds arrays of as many elements as the product of {@code factors}, after checking each. */
  private void add(String what, long bytesEach, long... factors) {
    long size = Sizes.product(factors);
    if (size > Sizes.MAX_ARRAY) {
      throw new InvalidHyperparameterException(
          "%s, is %s numbers, more than the %d of an array; lower %s, or use an environment of smaller observations and actions"
              .formatted(what, Sizes.text(size), Sizes.MAX_ARRAY, lower()),
          lower);
    }
    parts.add(new Part(what, size * bytesEach));
  }

  private void requireMemory(long maxMemory) {
    long bytes = parts.stream().mapToLong(Part::bytes).sum();
    if (bytes > maxMemory) {
      String largest =
          parts.stream()
              .sorted((a, b) -> Long.compare(b.bytes, a.bytes))
              .limit(2)
              .map(part -> "%s, %s".formatted(part.what, gigabytes(part.bytes)))
              .collect(Collectors.joining("; "));
      throw new InvalidHyperparameterException(
          "training needs at least %s of memory (%s), but Java may use %s; lower %s, or allow more memory, such as with JAVA_TOOL_OPTIONS=-Xmx%dg"
              .formatted(
                  gigabytes(bytes),
                  largest,
                  gigabytes(maxMemory),
                  lower(),
                  ((2 * bytes) >> 30) + 1),
          lower);
    }
  }

  private String lower() {
    int last = lower.size() - 1;
    return String.join(", ", lower.subList(0, last)) + " or " + lower.get(last);
  }

  private static String gigabytes(long bytes) {
    return String.format(Locale.ROOT, "%.1f GB", bytes / 1e9);
  }
}
