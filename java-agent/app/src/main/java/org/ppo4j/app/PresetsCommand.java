package org.ppo4j.app;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.config.Finding;
import org.ppo4j.agent.config.Preset;
import org.ppo4j.agent.files.Json;
import org.ppo4j.env.internal.NearMatches;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ./ppo4j presets}: lists the presets. */
@Command(
    name = "presets",
    customSynopsis = "./ppo4j presets [ENV] [options]",
    description = {
      "Lists the presets, with their sources and results.",
      "train uses those that are automatic by itself, the first of an environment."
    })
final class PresetsCommand implements Callable<Integer> {
  @Spec private CommandSpec spec;

  @Parameters(
      paramLabel = "ENV",
      arity = "0..1",
      description = "Only the presets of this environment.")
  private @Nullable String env;

  @Option(names = "--json", description = "Print them as JSON, with all hyperparameters.")
  private boolean json;

  /** The environment of a preset for all of them. */
  private static final String EVERY = "*";

  @Override
  public Integer call() throws JsonProcessingException {
    PrintWriter out = spec.commandLine().getOut();
    List<Preset> presets = presets();
    if (json) {
      out.println(Json.MAPPER.writeValueAsString(presets.stream().map(this::object).toList()));
    } else {
      print(presets, out);
    }
    out.flush();
    return ExitCode.OK;
  }

  private List<Preset> presets() {
    if (env == null) {
      return Preset.all();
    }
    String id = TaskOptions.newestNative(env).orElse(env);
    List<Preset> presets = Preset.all().stream().filter(each -> each.isFor(id)).toList();
    if (presets.stream().allMatch(each -> each.env().equals(EVERY))) {
      Set<String> envs = Preset.all().stream().map(Preset::env).collect(Collectors.toSet());
      envs.remove(EVERY);
      throw new ParameterException(
          spec.commandLine(),
          "%s has no presets but cleanrl, which is for every environment%s"
              .formatted(env, NearMatches.question(env, envs)));
    }
    return presets;
  }

  private Map<String, @Nullable Object> object(Preset preset) {
    Map<String, @Nullable Object> object = new LinkedHashMap<>();
    object.put("name", preset.name());
    object.put("env", preset.env());
    object.put("algorithm", preset.algorithm().id());
    object.put("automatic", preset.automatic());
    object.put("source", preset.source());
    object.put("lacks", preset.lacks());
    object.put("finding", preset.finding());
    object.put("hyperparameters", new TreeMap<>(preset.hyperparameters()));
    return object;
  }

  private static void print(List<Preset> presets, PrintWriter out) {
    int width = presets.stream().mapToInt(each -> each.env().length()).max().orElse(1);
    String format = "%-" + width + "s  %-8s  %-9s  %10s  %s%n";
    out.printf(Locale.ROOT, format, "environment", "preset", "automatic", "steps", "result");
    for (Preset each : presets) {
      Object steps = each.hyperparameters().get("totalTimesteps");
      out.printf(
          Locale.ROOT,
          format,
          each.env(),
          each.name(),
          each.automatic() ? "yes" : "no",
          steps == null ? "any" : String.format(Locale.ROOT, "%,d", (Long) steps),
          result(each));
    }
    out.println();
    Map<String, List<String>> sources = new LinkedHashMap<>();
    presets.forEach(
        each ->
            sources.computeIfAbsent(
                each.name(),
                name ->
                    List.of(each.finding() == null ? each.source() : "searches by ./ppo4j tune")));
    sources.forEach((name, source) -> out.printf("%s: %s%n", name, source.getFirst()));
  }

  private static String result(Preset preset) {
    Finding finding = preset.finding();
    if (finding == null) {
      return preset.lacks() == null ? "" : "without its " + preset.lacks();
    }
    String seeds = finding.seeds().stream().map(Object::toString).collect(Collectors.joining(", "));
    return String.format(
        Locale.ROOT, "%,.2f (%s; seeds %s)", finding.figure(), finding.protocol(), seeds);
  }
}
