package org.ppo4j.app;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.checkpoint.Checkpoint;
import org.ppo4j.agent.config.RunConfig;
import org.ppo4j.agent.event.EvaluationResult;
import org.ppo4j.agent.files.IoErrors;
import org.ppo4j.agent.files.Json;
import org.ppo4j.agent.policy.PolicyNetwork;
import org.ppo4j.agent.policy.TrainedPolicy;
import org.ppo4j.dl4j.OnnxExport;
import org.ppo4j.env.EnvSpec;
import org.ppo4j.env.Space;

/**
 * A folder for a model hub: {@code policy.zip} for org.ppo4j.policy, {@code policy.onnx}, {@code
 * config.json}, {@code results.json} with the names of RL Baselines3 Zoo, and {@code README.md}, a
 * model card whose metadata the Hugging Face Hub reads.
 *
 * @see <a href="https://huggingface.co/docs/hub/model-cards">model cards</a>
 */
final class HubFolder {
  private final Path folder;

  /**
   * Takes a folder.
   *
   * @param replaces whether it may have files, which are then replaced
   * @throws CommandException if it is no folder, or has files and may not
   */
  HubFolder(Path folder, boolean replaces) {
    this.folder = folder;
    if (Files.exists(folder) && !Files.isDirectory(folder)) {
      throw new CommandException("%s is no folder; name one with --hub".formatted(folder));
    }
    if (!replaces && Files.isDirectory(folder) && !isEmpty(folder)) {
      throw new CommandException(
          "the folder %s is not empty; choose another one with --hub, or replace its files with --force"
              .formatted(folder));
    }
  }

  private static boolean isEmpty(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.findAny().isEmpty();
    } catch (IOException e) {
      throw IoErrors.unchecked("cannot read the folder " + folder, e);
    }
  }

  /**
   * Writes all files.
   *
   * @param env the environment of the episodes
   * @param result deterministic episodes of {@code policy}
   */
  void write(Checkpoint checkpoint, TrainedPolicy policy, EnvSpec env, EvaluationResult result) {
    try {
      Files.createDirectories(folder);
      checkpoint.writePolicy(folder.resolve("policy.zip"));
      OnnxExport.write(folder.resolve("policy.onnx"), policy);
      write("config.json", Json.MAPPER.valueToTree(checkpoint.run()));
      write("results.json", results(checkpoint, result));
      Files.writeString(folder.resolve("README.md"), card(checkpoint, policy, env, result));
    } catch (IOException e) {
      throw IoErrors.unchecked("cannot write the folder " + folder, e);
    }
  }

  private void write(String name, ObjectNode json) throws IOException {
    Files.writeString(folder.resolve(name), Json.MAPPER.writeValueAsString(json) + "\n");
  }

  private static ObjectNode results(Checkpoint checkpoint, EvaluationResult result) {
    return Json.MAPPER
        .createObjectNode()
        .put("mean_reward", result.meanReturn())
        .put("std_reward", result.stdReturn())
        .put("is_deterministic", true)
        .put("n_eval_episodes", result.returns().length)
        .put("eval_datetime", checkpoint.provenance().now().time());
  }

  private static String card(
      Checkpoint checkpoint, TrainedPolicy policy, EnvSpec spec, EvaluationResult result) {
    RunConfig run = checkpoint.run();
    String env = run.env();
    String algorithm = run.algorithm().id().toUpperCase(Locale.ROOT);
    String reward =
        String.format(Locale.ROOT, "%.2f +/- %.2f", result.meanReturn(), result.stdReturn());
    return """
    ---
    library_name: ppo4j
    pipeline_tag: reinforcement-learning
    tags:
    - %s
    - %s
    - deep-reinforcement-learning
    - reinforcement-learning
    - ppo4j
    - onnx
    model-index:
    - name: %s
      results:
      - task:
          type: reinforcement-learning
          name: reinforcement-learning
        dataset:
          name: %s
          type: %s
        metrics:
        - type: mean_reward
          value: %s
          name: mean_reward
          verified: false
    ---

    # %s on %s

    A policy that ppo4j %s trained for %,d steps with %s and seed %d. The mean return of %d deterministic episodes is %s.
    [config.json](config.json) has all hyperparameters, [results.json](results.json) the evaluation.

    ## Use

    In a JVM, with `org.ppo4j:ppo4j-policy`:

    ```java
    Policy policy = Policy.load(Path.of("policy.zip"));
    %s
    ```
    %s\
    """
        .formatted(
            json(env),
            json(algorithm),
            json(algorithm),
            json(env),
            json(env),
            json(reward),
            algorithm,
            env,
            checkpoint.provenance().ppo4j(),
            checkpoint.globalStep(),
            run.algorithm().id(),
            run.seed(),
            result.returns().length,
            reward,
            javaUse(policy),
            onnxUse(policy, spec));
  }

  /** YAML takes a JSON string as it is, whatever the name of an environment contains. */
  private static String json(@Nullable String text) {
    return Json.MAPPER.valueToTree(text).toString();
  }

  /** Returns how a program acts with a policy in Java. */
  private static String javaUse(TrainedPolicy policy) {
    String mask = policy.masksActions() ? ", valid" : "";
    if (policy.network().shape().stateSize() == 0) {
      return "double[] action = policy.act(observation%s);".formatted(mask);
    }
    return """
    Session session = policy.session(); // remembers an episode
    double[] action = session.act(observation%s);
    session.reset(); // where an episode ends\
    """
        .formatted(mask);
  }

  /** Returns how Python runs the ONNX model, whose inputs and outputs depend on the policy. */
  private static String onnxUse(TrainedPolicy policy, EnvSpec env) {
    int stateSize = OnnxExport.stateSize(policy);
    boolean remembers = stateSize > 0;
    boolean isOne = policy.env().actionSpace().leaves().size() == 1;
    Space observations = PolicyNetwork.actorSpace(policy.env());
    boolean flattens = env.parts().stream().anyMatch(part -> part.startsWith("observation "));
    String outputs = !isOne ? "None" : remembers ? "[\"action\", \"next_state\"]" : "[\"action\"]";
    String inputs =
        (policy.masksActions() ? ", \"action_mask\": numpy.asarray(valid, bool)[None]" : "")
            + (remembers ? ", \"state\": state" : "");
    return """

    In Python, with onnxruntime; the model takes a batch of observations of `%s`%s%s%s:

    ```python
    session = onnxruntime.InferenceSession("policy.onnx")
    %sobservations = numpy.asarray(observation, "%s")%s
    %s = session.run(%s, {"observation": observations%s})%s
    ```
    """
        .formatted(
            observations,
            observations instanceof Space.Tuple
                ? ", the numbers of the parts one after the other"
                : flattens ? ", flattened as by `gymnasium.spaces.flatten`" : "",
            policy.masksActions()
                ? ", masks of %d flags, true for valid values"
                    .formatted(policy.env().actionSpace().maskSize())
                : "",
            remembers ? ", and what it remembers" : "",
            remembers
                ? "state = numpy.zeros((1, %d), numpy.float32)  # where an episode starts\n"
                    .formatted(stateSize)
                : "",
            OnnxExport.observationType(policy).name().toLowerCase(Locale.ROOT),
            observations instanceof Space.MultiBinary || observations instanceof Space.MultiDiscrete
                ? ".reshape(1, -1)"
                : "[None]",
            !isOne
                ? "*actions, policy" + (remembers ? ", state" : "")
                : remembers ? "action, state" : "action",
            outputs,
            inputs,
            isOne && !remembers ? "[0][0]" : "");
  }
}
