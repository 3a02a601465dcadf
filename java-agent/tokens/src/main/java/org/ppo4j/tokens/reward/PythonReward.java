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
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.files.IoErrors;
import org.ppo4j.tokens.model.ModelException;
import org.ppo4j.tokens.text.Example;

/**
 * A reward function of a Python file, with TRL's signature {@code f(prompts, completions,
 * **columns)}, in a process that lives until {@link #close}, and at most as long as this JVM, also
 * one that is killed. Lines of JSON go to its standard input and come back; what the function
 * prints goes to standard error, and it has no standard input. Processes that the function starts
 * are ended with it.
 */
public final class PythonReward implements RewardFunction {
  /** Python writes NaN and infinities as such, which the caller of the function refuses. */
  private static final ObjectMapper MAPPER =
      JsonMapper.builder().enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS).build();

  private static final String PROGRAM =
      """
      import importlib.util, inspect, json, os, signal, sys, threading, time
      os.setsid()  # signals of a terminal are for Java
      out = os.fdopen(os.dup(1), "w", encoding="utf-8")
      os.dup2(2, 1)
      source = open(os.dup(0), encoding="utf-8")
      os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
      parent, me = os.getppid(), os.getpid()

      def say(answer):
          if os.getpid() != me:  # a process that the function forked
              os._exit(1)
          try:
              print(json.dumps(answer), file=out, flush=True)
          except OSError:
              os.killpg(0, signal.SIGKILL)

      def fail(e):
          say({"error": " ".join(f"{type(e).__name__}: {e}".split())})

      def end_with_parent():
          while os.getppid() == parent:
              time.sleep(1)
          os.killpg(0, signal.SIGKILL)

      def needed(function):
          try:
              signature = inspect.signature(function)
          except ValueError:
              return []
          named = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
          parameters = signature.parameters.values()
          names = [p.name for p in parameters if p.default is p.empty and p.kind in named]
          signature.bind(**dict.fromkeys(names + ["prompts", "completions"]))
          return names

      threading.Thread(target=end_with_parent, daemon=True).start()
      try:
          spec = importlib.util.spec_from_file_location("reward", sys.argv[1])
          module = importlib.util.module_from_spec(spec)
          sys.path.insert(0, os.path.dirname(os.path.abspath(sys.argv[1])))
          spec.loader.exec_module(module)
          function = getattr(module, sys.argv[2])
          say({"needed": needed(function)})
      except BaseException as e:
          fail(e)
          sys.exit(1)
      for line in source:
          try:
              rewards = function(**json.loads(line))
              if isinstance(rewards, (str, dict)):
                  raise TypeError(f"expected a list of numbers, but got a {type(rewards).__name__}")
              say({"rewards": [None if r is None else float(r) for r in rewards]})
          except BaseException as e:
              fail(e)
      """;

  private final Path file;
  private final String function;
  private final Process process;
  private final BufferedWriter input;
  private final BufferedReader output;
  private final List<String> columns;
  private volatile boolean closed;

  /**
   * Starts the interpreter {@code python} and loads a function of a file.
   *
   * @throws ModelException if it cannot be loaded
   */
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
    Runtime.getRuntime().addShutdownHook(new Thread(this::kill));
    input = process.outputWriter(StandardCharsets.UTF_8);
    output = process.inputReader(StandardCharsets.UTF_8);
    columns = new ArrayList<>();
    try {
      answer("cannot be loaded").path("needed").forEach(name -> columns.add(name.asText()));
    } catch (RuntimeException e) {
      close();
      throw e;
    }
    columns.removeAll(List.of("prompts", "completions"));
  }

  /** Returns the parameters without defaults, except prompts and completions. */
  @Override
  public List<String> columns() {
    return List.copyOf(columns);
  }

  /** Ends the process, also while the function runs, and those that it started. */
  @Override
  public void close() {
    closed = true;
    kill();
  }

  private void kill() {
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
  }

  @Override
  public double[] score(List<Example> examples, List<String> completions) {
    try {
      input.write(MAPPER.writeValueAsString(request(examples, completions)));
      input.newLine();
      input.flush();
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    } catch (IOException e) {
      throw ended();
    }
    JsonNode answer = answer("failed");
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
    if (names.contains("prompts")) {
      throw new ModelException(
          "the data have a column prompts, but a Python function gets the prompts by that name;"
              + " rename the column");
    }
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

  /**
   * Reads an answer.
   *
   * @param failure what is said of the function if the answer is an error
   */
  private JsonNode answer(String failure) {
    JsonNode answer;
    try {
      @Nullable String line = output.readLine();
      if (line == null) {
        throw ended();
      }
      answer = MAPPER.readTree(line);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the answer of the reward function is not JSON", e);
    } catch (IOException e) {
      throw ended();
    }
    if (answer.has("error")) {
      throw new ModelException(
          "the reward function %s of %s %s: %s"
              .formatted(function, file, failure, answer.path("error").asText()));
    }
    return answer;
  }

  private RuntimeException ended() {
    String of = "the reward function %s of %s".formatted(function, file);
    return closed
        ? new ClosedRewardException(of + " was ended")
        : new ModelException("the Python process of %s ended".formatted(of));
  }
}
