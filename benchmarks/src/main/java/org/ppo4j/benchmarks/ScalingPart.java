package org.ppo4j.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A part of {@link Scaling}, which is measured and drawn together: a benchmark over the values of
 * one of its parameters, with several settings of the others.
 *
 * @param name the name of the part and of its files
 * @param benchmark the benchmark class
 * @param parameter the parameter that varies
 * @param label the description of the parameter
 * @param values the parameter's values, ascending
 * @param common the parameters of all curves
 * @param heap the JVM's largest heap, such as 2g; empty for its default
 * @param curves the settings, one a curve
 */
record ScalingPart(
    String name,
    String title,
    Class<?> benchmark,
    String parameter,
    String label,
    List<Integer> values,
    Map<String, String> common,
    String heap,
    List<Curve> curves) {

  private static final List<Integer> NATIVE_ENVS = List.of(1, 8, 64, 512, 4096);
  private static final List<Integer> PYTHON_ENVS = List.of(1, 2, 4, 8, 16, 32, 64);

  private static final List<Curve> NATIVE_TASKS =
      List.of(
          new Curve("CartPole-v1, 1 thread", Map.of("task", "CartPole-v1", "threads", "1"), 1),
          new Curve("HalfCheetah-v5, 1 thread", cheetah("threads", 1), 1),
          new Curve("HalfCheetah-v5, 2 threads", cheetah("threads", 2), 1));
  private static final List<Curve> WORKERS =
      List.of(
          new Curve("HalfCheetah-v5, 1 worker", cheetah("workers", 1), 1),
          new Curve("HalfCheetah-v5, 2 workers", cheetah("workers", 2), 2));
  private static final List<Curve> THREADS =
      List.of(
          new Curve("HalfCheetah-v5, 1 thread", cheetah("threads", 1), 1),
          new Curve("HalfCheetah-v5, 2 threads", cheetah("threads", 2), 1));

  /** All parts, in the order of their documentation. */
  static final List<ScalingPart> ALL =
      List.of(
          new ScalingPart(
              "stepping-native",
              "Stepping native environments",
              NativeStepBenchmark.class,
              "envs",
              "environments",
              NATIVE_ENVS,
              Map.of(),
              "",
              NATIVE_TASKS),
          new ScalingPart(
              "stepping-python",
              "Stepping Gymnasium's environments in Python",
              BridgedStepBenchmark.class,
              "envs",
              "environments",
              PYTHON_ENVS,
              Map.of(),
              "",
              WORKERS),
          new ScalingPart(
              "training-native",
              "Training on native environments, batches of 8,192",
              IterationBenchmark.class,
              "envs",
              "environments",
              NATIVE_ENVS,
              Map.of("batch", "8192"),
              "",
              NATIVE_TASKS),
          new ScalingPart(
              "training-python",
              "Training on Gymnasium's environments in Python, batches of 8,192, 2 threads",
              IterationBenchmark.class,
              "envs",
              "environments",
              PYTHON_ENVS,
              Map.of("batch", "8192", "backend", "python", "threads", "2"),
              "",
              WORKERS),
          new ScalingPart(
              "width",
              "Training with wider networks, batches of 512, minibatches of 64",
              IterationBenchmark.class,
              "width",
              "width of both hidden layers",
              List.of(16, 32, 64, 128, 256, 512, 1024),
              Map.of("batch", "512"),
              "",
              THREADS),
          new ScalingPart(
              "minibatch",
              "Training with larger minibatches, batches of 8,192",
              IterationBenchmark.class,
              "minibatch",
              "rows of a minibatch",
              List.of(32, 64, 128, 256, 512, 1024, 2048, 4096),
              Map.of("batch", "8192"),
              "",
              THREADS),
          new ScalingPart(
              "parallelism-cartpole",
              "Training on many CartPole-v1 in one process, 128 steps of each in a rollout, 2 GB of"
                  + " heap",
              IterationBenchmark.class,
              "envs",
              "environments",
              List.of(16, 64, 256, 1024, 4096, 16384),
              Map.of("task", "CartPole-v1", "steps", "128"),
              "2g",
              List.of(
                  new Curve("4 minibatches, 1 thread", Map.of("threads", "1", "minibatch", "0"), 1),
                  new Curve(
                      "4 minibatches, 2 threads", Map.of("threads", "2", "minibatch", "0"), 1),
                  new Curve(
                      "minibatches of 512, 2 threads",
                      Map.of("threads", "2", "minibatch", "512"),
                      1))),
          new ScalingPart(
              "parallelism-halfcheetah",
              "Training on many HalfCheetah-v5 in one process, 32 steps of each in a rollout, 2 GB"
                  + " of heap",
              IterationBenchmark.class,
              "envs",
              "environments",
              List.of(16, 64, 256, 1024, 4096),
              Map.of("task", "HalfCheetah-v5", "steps", "32", "minibatch", "0"),
              "2g",
              List.of(
                  new Curve("32 minibatches, 1 thread", Map.of("threads", "1"), 1),
                  new Curve("32 minibatches, 2 threads", Map.of("threads", "2"), 1))));

  /**
   * A setting of the parameters that do not vary.
   *
   * @param parameters their values by name
   * @param min the smallest value of the varying parameter that is possible with them
   */
  record Curve(String name, Map<String, String> parameters, int min) {}

  private static Map<String, String> cheetah(String parameter, int value) {
    return Map.of("task", "HalfCheetah-v5", parameter, String.valueOf(value));
  }

  /** Returns the values at which {@code curve} has points. */
  List<Integer> values(Curve curve) {
    return values.stream().filter(value -> value >= curve.min).toList();
  }

  /** Returns all parameters of one point. */
  Map<String, String> parameters(Curve curve, int value) {
    Map<String, String> parameters = new TreeMap<>(common);
    parameters.putAll(curve.parameters);
    parameters.put(parameter, String.valueOf(value));
    return parameters;
  }

  static List<String> names() {
    List<String> names = new ArrayList<>();
    ALL.forEach(part -> names.add(part.name));
    return names;
  }
}
