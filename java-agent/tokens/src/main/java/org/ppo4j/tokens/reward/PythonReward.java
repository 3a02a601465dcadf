package org.ppo4j.tokens.reward;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.files.IoErrors;
import org.ppo4j.tokens.model.ModelException;
import org.ppo4j.tokens.text.Example;

/**
 * A reward function of a Python file, with TRL's signature {@code f(prompts, completions,
 * **columns)}, in a process that lives as long as this JVM. Lines of JSON go to its standard input
 * and come back; what the function prints goes to standard error.
 */
public final class PythonReward implements RewardFunction {
  /** Python writes NaN and infinities as such, which the caller of the function refuses. */
  private static final ObjectMapper MAPPER =
      JsonMapper.builder().enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS).build();

  private static final String PROGRAM =
      """
      import importlib.util, json, os, sys
      out = os.fdopen(os.dup(1), "w", encoding="utf-8")
      os.dup2(2, 1)
      source = open(0, encoding="utf-8", closefd=False)
      try:
          spec = importlib.util.spec_from_file_location("reward", sys.argv[1])
          module = importlib.util.module_from_spec(spec)
          sys.path.insert(0, os.path.dirname(os.path.abspath(sys.argv[1])))
          spec.loader.exec_module(module)
          function = getattr(module, sys.argv[2])
      except BaseException as e:
          function, problem = None, f"{type(e).__name__}: {e}"
      for line in source:
          try:
              if function is None:
                  raise RuntimeError(problem)
              rewards = function(**json.loads(line))
              answer = {"rewards": [None if r is None else float(r) for r in rewards]}
          except BaseException as e:
              answer = {"error": " ".join(f"{type(e).__name__}: {e}".split())}
          print(json.dumps(answer), file=out, flush=True)
      """;

  private final Path file;
  private final String function;
  private final Process process;
  private final BufferedWriter input;
  private final BufferedReader output;

  /** Starts the interpreter {@code python} on a function of a file. */
  public PythonReward(Path python, Path file, String function) {
    this.file = file;
    this.function = function;
    try {
      process =
          new ProcessBuilder(python.toString(), "-c", PROGRAM, file.toString(), function)
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
    } catch (IOException e) {
      throw IoErrors.unchecked("cannot start " + python, e);
    }
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroy));
    input = process.outputWriter(StandardCharsets.UTF_8);
    output = process.inputReader(StandardCharsets.UTF_8);
  }

  @Override
  public double[] score(List<Example> examples, List<String> completions) {
    JsonNode answer = answer(request(examples, completions));
    if (answer.has("error")) {
      throw new ModelException(
          "the reward function %s of %s failed: %s"
              .formatted(function, file, answer.path("error").asText()));
    }
    JsonNode rewards = answer.path("rewards");
    double[] numbers = new double[rewards.size()];
    for (int i = 0; i < numbers.length; i++) {
      numbers[i] = rewards.path(i).asDouble(Double.NaN);
    }
    return numbers;
  }

  private static ObjectNode request(List<Example> examples, List<String> completions) {
    ObjectNode request = MAPPER.createObjectNode();
    TreeSet<String> names = new TreeSet<>();
    examples.forEach(example -> names.addAll(example.columns().keySet()));
    names.remove("completions");
    names.remove("prompt");
    ArrayNode prompts = request.putArray("prompts");
    examples.forEach(example -> prompts.add(example.prompt()));
    ArrayNode texts = request.putArray("completions");
    completions.forEach(texts::add);
    for (String name : names) {
      ArrayNode column = request.putArray(name);
      examples.forEach(example -> column.add(example.columns().get(name)));
    }
    return request;
  }

  private JsonNode answer(ObjectNode request) {
    @Nullable String line;
    try {
      input.write(MAPPER.writeValueAsString(request));
      input.newLine();
      input.flush();
      line = output.readLine();
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    } catch (IOException e) {
      throw ended();
    }
    if (line == null) {
      throw ended();
    }
    try {
      return MAPPER.readTree(line);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the answer is not JSON: " + line, e);
    }
  }

  private ModelException ended() {
    return new ModelException(
        "the Python process of the reward function %s of %s ended".formatted(function, file));
  }
}
