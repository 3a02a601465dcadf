package org.ppo4j.app;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.files.Json;
import org.ppo4j.app.doctor.Doctor;
import org.ppo4j.app.doctor.Finding;
import org.ppo4j.app.doctor.Finding.Status;
import org.ppo4j.app.doctor.Machine;
import org.ppo4j.app.doctor.Task;
import org.ppo4j.env.EnvException;
import org.ppo4j.env.Envs;
import org.ppo4j.env.StepBatch;
import org.ppo4j.env.VectorEnv;
import org.ppo4j.gymnasium.PythonEnvConfig;
import org.ppo4j.gymnasium.PythonVectorEnv;
import org.ppo4j.gymnasium.WorkerLimits;
import org.ppo4j.ray.RayReport;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ./ppo4j doctor}: checks the machine. */
@Command(
    name = "doctor",
    customSynopsis = "./ppo4j doctor [ENV] [--json]",
    description = {
      "Checks this machine: Java, memory, folders, Python and its packages, MuJoCo.",
      "Every line is ok, a note (-), or missing (!) with what to type. The exit code is 1 if"
          + " something that ENV needs is missing."
    })
final class DoctorCommand implements Callable<Integer> {
  private static final String TRIED = "Environment";
  private static final int NAME_WIDTH = TRIED.length();

  @Spec private CommandSpec spec;

  @Parameters(
      arity = "0..1",
      paramLabel = "ENV",
      description = "The environment to train. Default: none, which needs Java alone.")
  private @Nullable String env;

  @Option(
      names = "--ray",
      paramLabel = "ADDRESS",
      description =
          "Examine a Ray cluster too, host:port, of which this machine is a node: its nodes, its"
              + " versions, and whether an actor starts. Default: none.")
  private @Nullable String ray;

  @Option(names = "--json", description = "Print the findings as JSON (docs/json.md).")
  private boolean json;

  @Override
  public Integer call() {
    Task task = new Task(env);
    List<Finding> findings = new ArrayList<>(Doctor.examine(machine(), task));
    if (env != null && Doctor.isHealthy(findings) && isPythonReady(findings)) {
      findings.add(tried(env));
    }
    if (ray != null) {
      findings.addAll(cluster(ray));
    }
    boolean healthy = Doctor.isHealthy(findings);
    int code = healthy ? ExitCode.OK : ExitCode.SOFTWARE;
    if (json) {
      ObjectNode object = JsonOutput.object("ppo4j-doctor-1");
      object.put("env", env);
      object.put("healthy", healthy);
      object.put("exit_code", code);
      object.set("findings", Json.MAPPER.valueToTree(findings));
      JsonOutput.print(spec, object);
    } else {
      print(findings);
    }
    return code;
  }

  /** Connects to a cluster and starts an actor there. */
  private List<Finding> cluster(String address) {
    try {
      RayReport report = RayReport.of(ActorOptions.options(spec, address));
      return List.of(
          new Finding(
              "Ray",
              Status.OK,
              "%s on Python %s at %s, %.4g of %.4g CPUs free"
                  .formatted(
                      report.ray(), report.python(), address, report.freeCpus(), report.cpus()),
              null),
          new Finding("Ray nodes", Status.OK, String.join("; ", report.nodes()), null),
          new Finding("Ray actor", Status.OK, "one started on " + report.actor(), null));
    } catch (EnvException e) {
      return List.of(
          new Finding(
              "Ray",
              Status.MISSING,
              String.valueOf(e.getMessage()),
              "see docs/ray.md; ray status shows what the cluster has"));
    }
  }

  private static Machine machine() {
    Map<String, String> properties =
        System.getProperties().stringPropertyNames().stream()
            .collect(Collectors.toMap(name -> name, System::getProperty));
    return new Machine(System.getenv(), properties, Launcher.home(), Path.of("").toAbsolutePath());
  }

  /** Returns whether the environment can be made without an installation or a download. */
  private boolean isPythonReady(List<Finding> findings) {
    Task task = new Task(env);
    return task.isNative()
        ? task.isReady()
        : findings.stream().anyMatch(each -> each.name().equals("gymnasium"));
  }

  /** Makes the environment, which finds what no check of parts does. */
  private Finding tried(String id) {
    try (VectorEnv made = made(id)) {
      made.reset(1, StepBatch.of(made));
      return new Finding(TRIED, Status.OK, id + " can be made and reset", null);
    } catch (EnvException | IllegalArgumentException e) {
      return new Finding(
          TRIED,
          Status.MISSING,
          "%s: %s".formatted(id, String.valueOf(e.getMessage()).lines().findFirst().orElse("")),
          Launcher.command("train", id, "--debug") + " shows where");
    }
  }

  private static VectorEnv made(String id) {
    if (new Task(id).isNative()) {
      return Envs.make(id, 1);
    }
    WorkerLimits usual = WorkerLimits.DEFAULT;
    return PythonVectorEnv.open(
        PythonEnvConfig.of(id, 1)
            .withLimits(
                new WorkerLimits(
                    Duration.ofSeconds(60), usual.stepTimeout(), usual.closeTimeout(), 0)));
  }

  private void print(List<Finding> findings) {
    PrintWriter out = spec.commandLine().getOut();
    String indent = " ".repeat(NAME_WIDTH + 4);
    for (Finding each : findings) {
      String mark =
          switch (each.status()) {
            case OK -> "ok";
            case NOTE -> "- ";
            case MISSING -> "! ";
          };
      out.println(
          ("%-" + NAME_WIDTH + "s %s %s").formatted(each.name(), mark, oneLine(each.text())));
      if (each.fix() != null) {
        out.println(indent + each.fix());
      }
    }
    long missing = findings.stream().filter(each -> each.status() == Status.MISSING).count();
    String what = env == null ? "native environments" : env;
    out.println();
    out.println(
        missing == 0
            ? "This machine can train %s.".formatted(what)
            : "This machine cannot train %s: %d of the lines above, marked with !, must be fixed."
                .formatted(what, missing));
    out.flush();
  }

  private static String oneLine(String text) {
    return text.lines().collect(Collectors.joining(" "));
  }
}
