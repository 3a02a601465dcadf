package org.ppo4j.app;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.config.Hyperparameters;
import org.ppo4j.agent.config.PpoConfig;
import org.ppo4j.agent.files.IoErrors;
import org.ppo4j.agent.files.Json;
import org.ppo4j.agent.parameter.Algorithm;
import org.ppo4j.agent.parameter.Profile;
import org.ppo4j.env.DType;
import org.ppo4j.env.Space;
import org.ppo4j.env.internal.NearMatches;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;

/**
 * A file of options, in YAML or JSON: {@code learning_rate: 1e-3} stands for {@code --learning-rate
 * 1e-3}. It becomes arguments, except for what the command line gives itself; so an option replaces
 * a value of the file, and a value of the file replaces one of a preset. A run's {@code
 * config.json} is such a file: its sections {@code hyperparameters} and {@code checkpointing} hold
 * options too, and null stands for an option that was not given.
 */
final class ConfigFile {
  /** The option that names the file. */
  static final String OPTION = "--config";

  private static final String ENV = "env";
  private static final String ENV_KWARGS = "env_kwargs";
  private static final String PARTS = "parts";
  private static final String PRESET = "preset";
  private static final String PROFILE = "profile";
  private static final String ALGORITHM = "algorithm";
  private static final String MINIBATCH_SIZE = "batch_size";
  private static final String NUM_MINIBATCHES = "num_minibatches";
  private static final Set<String> SECTIONS = Set.of("hyperparameters", "checkpointing");
  private static final Set<String> NOT_IN_FILES =
      Set.of(OPTION, "--help", "--help-all", "--version", "--debug");

  private static final YAMLMapper MAPPER =
      YAMLMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private final Path file;
  private final CommandLine command;
  private final ParseResult given;
  private final Map<String, JsonNode> values;

  private ConfigFile(Path file, CommandLine command, ParseResult given) {
    this.file = file;
    this.command = command;
    this.given = given;
    values = values(read());
  }

  /**
   * Returns the arguments with those of the file that they name; {@code args} if they name none or
   * are not valid, which is found when they are parsed.
   *
   * @param line the command line, with the one command that {@code args} are for
   * @throws ParameterException if the file cannot be read or has a key that is no option
   */
  static String[] expand(CommandLine line, String... args) {
    CommandLine command = line.getSubcommands().values().iterator().next();
    if (command.getCommandSpec().findOption(OPTION) == null
        || List.of(args).stream().noneMatch(arg -> arg.split("=", 2)[0].equals(OPTION))) {
      return args;
    }
    ParseResult given;
    try {
      given = line.parseArgs(args).subcommand();
    } catch (ParameterException e) {
      return args;
    }
    @Nullable Path file = given == null ? null : given.matchedOptionValue(OPTION, null);
    if (given == null || file == null) {
      return args;
    }
    List<String> arguments = new ConfigFile(file, command, given).arguments();
    List<String> all = new ArrayList<>(List.of(args));
    all.addAll(all.indexOf(command.getCommandName()) + 1, arguments);
    String[] expanded = all.toArray(String[]::new);
    try {
      line.parseArgs(expanded);
    } catch (ParameterException e) { // by the file, as the arguments alone are valid
      throw new ParameterException(
          command,
          "%s %s: %s".formatted(OPTION, file, e.getMessage()),
          e.getArgSpec(),
          e.getValue());
    }
    return expanded;
  }

  private JsonNode read() {
    try {
      JsonNode tree = MAPPER.readTree(Files.readString(file));
      if (!tree.isObject()) {
        throw refused("it must hold names and values, such as learning_rate: 1e-3");
      }
      return tree;
    } catch (NoSuchFileException e) {
      throw new ParameterException(command, "%s: there is no file %s".formatted(OPTION, file), e);
    } catch (JacksonException e) {
      String line =
          e.getLocation() == null ? "" : "line %d: ".formatted(e.getLocation().getLineNr());
      throw refused(line + e.getOriginalMessage().lines().findFirst().orElse("is not YAML"));
    } catch (IOException e) {
      throw new ParameterException(
          command, OPTION + ": " + IoErrors.unchecked("cannot read " + file, e).getMessage(), e);
    }
  }

  /** Returns the values by key, those of sections included, with underscores in all keys. */
  private Map<String, JsonNode> values(JsonNode tree) {
    Map<String, JsonNode> all = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> each : tree.properties()) {
      if (!SECTIONS.contains(each.getKey())) {
        put(all, each);
      } else if (each.getValue().isObject()) {
        each.getValue().properties().forEach(value -> put(all, value));
      } else if (!each.getValue().isNull()) {
        throw refused("%s must hold names and values".formatted(each.getKey()));
      }
    }
    if (all.containsKey(MINIBATCH_SIZE) && all.containsKey(NUM_MINIBATCHES)) {
      throw refused("batch_size and num_minibatches exclude each other; give one of them");
    }
    return all;
  }

  private void put(Map<String, JsonNode> all, Map.Entry<String, JsonNode> entry) {
    String key = entry.getKey().replace('-', '_');
    if (!known().contains(key)) {
      throw refused(
          "there is no option %s%s".formatted(entry.getKey(), NearMatches.question(key, known())));
    }
    if (all.put(key, entry.getValue()) != null) {
      throw refused("%s has two values; leave one of them out".formatted(key));
    }
  }

  private Set<String> known() {
    Set<String> keys = new TreeSet<>(Set.of(ENV, PARTS));
    CommandSpec spec = command.getCommandSpec();
    spec.options().stream()
        .map(OptionSpec::longestName)
        .filter(name -> !NOT_IN_FILES.contains(name))
        .forEach(name -> keys.add(key(name)));
    return keys;
  }

  private static String key(String option) {
    return option.substring(2).replace('-', '_');
  }

  private List<String> arguments() {
    List<String> arguments = new ArrayList<>();
    for (Map.Entry<String, JsonNode> each : values.entrySet()) {
      String key = each.getKey();
      JsonNode value = each.getValue();
      switch (key) {
        case ENV -> {
          if (!given.hasMatchedPositional(0)) {
            arguments.add(text(key, value));
          }
        }
        case PARTS -> refuseParts(value);
        case ENV_KWARGS -> arguments.addAll(kwargs(value));
        default -> arguments.addAll(option(key, value));
      }
    }
    return arguments;
  }

  private void refuseParts(JsonNode parts) {
    if (!parts.isEmpty()) {
      throw refused(
          "it is the configuration of a program with its own parts, %s; only that program can train it"
              .formatted(parts));
    }
  }

  private List<String> kwargs(JsonNode value) {
    if (value.isNull()) {
      return List.of();
    }
    if (!value.isObject()) {
      throw refused("env_kwargs must hold names and values");
    }
    List<String> ofCommandLine =
        given.matchedOptionValue("--env-kwargs", List.<String>of()).stream()
            .map(text -> text.split("=", 2)[0])
            .toList();
    return value.properties().stream()
        .filter(each -> !ofCommandLine.contains(each.getKey()))
        .filter(each -> !isReplaced(each, value.path(WrapperOptions.ARGUMENT)))
        .map(each -> "--env-kwargs=%s=%s".formatted(each.getKey(), each.getValue()))
        .toList();
  }

  /**
   * Returns whether the command line says by {@code --wrappers} that an argument does not hold: the
   * recorded wrappers, and the argument that comes with one of them.
   */
  private boolean isReplaced(Map.Entry<String, JsonNode> argument, JsonNode wrappers) {
    String name = argument.getKey();
    JsonNode env = values.get(ENV);
    boolean comesWithOne =
        name.equals("frameskip")
            && wrappers.has("frame_skip")
            && env != null
            && KnownWrappers.skipsFrames(env.asText());
    return given.hasMatchedOption("--wrappers")
        && (name.equals(WrapperOptions.ARGUMENT) || comesWithOne);
  }

  private List<String> option(String key, JsonNode value) {
    String name = "--" + key.replace('_', '-');
    if (isGiven(name, key) || isWithoutEffect(key, value)) {
      return List.of();
    }
    if (value.isNull()) {
      return key.equals(PRESET) ? List.of(name + "=" + PresetOption.NONE) : List.of();
    }
    OptionSpec option = command.getCommandSpec().findOption(name);
    if (value.isArray() && option.isMultiValue()) {
      return elements(key, value).stream().map(each -> name + "=" + each).toList();
    }
    return List.of(name + "=" + text(key, value));
  }

  private boolean isGiven(String name, String key) {
    return given.hasMatchedOption(name)
        || (key.equals(NUM_MINIBATCHES) && given.hasMatchedOption("--batch-size"))
        || (key.equals(MINIBATCH_SIZE) && given.hasMatchedOption("--num-minibatches"))
        || (key.equals(PRESET) && given.hasMatchedOption("--reference"));
  }

  /**
   * Returns whether {@code key} is a hyperparameter that the algorithm does not have, with the
   * value that it has in the configuration of every run of that algorithm.
   */
  private boolean isWithoutEffect(String key, JsonNode value) {
    Algorithm algorithm =
        given.matchedOptionValue("--algorithm", known(ALGORITHM, Algorithm.PPO, Algorithm::of));
    Profile profile =
        given.matchedOptionValue("--profile", known(PROFILE, Profile.DEFAULT, ConfigFile::profile));
    return Hyperparameters.all().stream()
        .filter(entry -> key(OptionNames.option(entry.name())).equals(key))
        .anyMatch(
            entry ->
                !entry.algorithms().contains(algorithm)
                    && List.of(new Space.Discrete(2), Space.Box.of(-1, 1, 1, DType.FLOAT32))
                        .stream()
                        .map(actions -> PpoConfig.of(algorithm, profile, actions))
                        .map(config -> Json.MAPPER.<JsonNode>valueToTree(entry.valueIn(config)))
                        .anyMatch(usual -> isSame(usual, value)));
  }

  private static boolean isSame(JsonNode a, JsonNode b) {
    return (a.isNumber() && b.isNumber())
        ? a.doubleValue() == b.doubleValue()
        : a.toString().equals(b.toString());
  }

  /** Returns a value of the file; {@code otherwise} if there is none or it is not valid. */
  private <T> T known(String key, T otherwise, Function<String, T> parser) {
    @Nullable JsonNode value = values.get(key);
    try {
      return value == null ? otherwise : parser.apply(value.asText());
    } catch (IllegalArgumentException e) {
      return otherwise; // refused when the arguments are parsed
    }
  }

  private static Profile profile(String text) {
    return Profile.valueOf(text.toUpperCase(Locale.ROOT));
  }

  private String text(String key, JsonNode value) {
    if (value.isArray()) {
      List<String> elements = elements(key, value);
      return elements.isEmpty() ? HyperparameterOptions.NO_ELEMENTS : String.join(",", elements);
    }
    if (!value.isValueNode() || value.isNull()) {
      throw refused("%s must be a single value, but is %s".formatted(key, value));
    }
    return value.asText();
  }

  private List<String> elements(String key, JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false)
        .map(each -> text(key, each))
        .collect(Collectors.toList());
  }

  private ParameterException refused(String message) {
    return new ParameterException(command, "%s %s: %s".formatted(OPTION, file, message));
  }
}
