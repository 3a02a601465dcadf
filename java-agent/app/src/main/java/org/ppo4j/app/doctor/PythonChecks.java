package org.ppo4j.app.doctor;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.ppo4j.agent.files.Json;
import org.ppo4j.agent.files.ShellCommand;
import org.ppo4j.gymnasium.PythonFinder;

/** Python and its packages, in the interpreter that workers are started with. */
final class PythonChecks {
  private static final String NAME = "Python";
  private static final long LIMIT_SECONDS = 60;

  /** The commands by which the interpreter that makes {@code .venv} is found. */
  private static final List<String> COMMANDS =
      List.of("python3", "python3.14", "python3.13", "python3.12", "python3.11", "python");

  /** What pip installs, by the names that Python imports. */
  private static final Map<String, String> PIP =
      Map.of(
          "gymnasium", "gymnasium>=1.0,<2",
          "numpy", "numpy>=1.23.2,<3",
          "py4j", "py4j==0.10.9.9",
          "mujoco", "gymnasium[mujoco]",
          "Box2D", "gymnasium[box2d]",
          "pygame", "pygame-ce",
          "ale_py", "ale-py",
          "cv2", "opencv-python-headless");

  private final Machine machine;
  private final Task task;

  PythonChecks(Machine machine, Task task) {
    this.machine = machine;
    this.task = task;
  }

  List<Finding> all() {
    List<Finding> findings = new ArrayList<>();
    findings.add(loopback());
    String named = machine.variable(PythonFinder.VARIABLE);
    Path venv = machine.home() == null ? null : machine.home().resolve(".venv");
    if (!named.isEmpty()) {
      findings.addAll(
          of(
              named,
              "set %s to a Python 3.11 or newer, or unset it".formatted(PythonFinder.VARIABLE)));
    } else if (venv != null && Files.exists(venv, LinkOption.NOFOLLOW_LINKS)) {
      findings.addAll(ofVenv(venv));
    } else {
      findings.add(beforeSetUp());
      if (task.needsPackage("ale_py")) {
        findings.add(
            Finding.missing(
                "ale_py",
                "not among the packages of the .venv that the first training in Python makes",
                "./ppo4j train LunarLander-v3 --total-timesteps 1e4, then .venv/bin/pip install"
                    + " ale-py"));
      }
    }
    return findings;
  }

  /** Java and Python talk through it. */
  private Finding loopback() {
    try (ServerSocket _ = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return Finding.ok("Loopback", "127.0.0.1 accepts connections");
    } catch (IOException e) {
      return Finding.unless(task.needsPython(), "Loopback", e.toString(), "ip link set lo up");
    }
  }

  private List<Finding> ofVenv(Path venv) {
    String again = "rm -rf %s, after which the next training makes it again".formatted(venv);
    if (Files.exists(venv.resolve("ppo4j-unfinished"))) {
      return List.of(
          Finding.note(
              NAME, venv + " is not complete; the next training in Python completes it", null));
    }
    return of(venv.resolve("bin/python").toString(), again);
  }

  /** There is no {@code .venv}: whether the launcher can make it. */
  private Finding beforeSetUp() {
    String old = "";
    for (String command : COMMANDS) {
      Optional<Path> program = machine.program(command);
      JsonNode answer = program.map(file -> probe(file.toString())).orElse(null);
      if (answer == null || answer.has("failure")) {
        continue;
      }
      if (answer.get("minor").intValue() < 11) {
        old = "%s is Python %s".formatted(command, answer.get("version").textValue());
      } else if (!answer.get("venv").booleanValue()) {
        return Finding.unless(
            task.needsPython(),
            NAME,
            "%s cannot make virtual environments".formatted(program.orElseThrow()),
            "apt-get install python3-venv");
      } else {
        return Finding.ok(
            NAME,
            "%s (%s); the first training in Python makes .venv with it"
                .formatted(answer.get("version").textValue(), program.orElseThrow()));
      }
    }
    return Finding.unless(
        task.needsPython(),
        NAME,
        old.isEmpty() ? "there is no python3 on PATH" : old + ", too old",
        "install Python 3.11 or newer with its venv module, such as apt-get install python3-venv");
  }

  private List<Finding> of(String python, String fix) {
    boolean needed = task.needsPython();
    JsonNode answer = probe(python);
    if (answer.has("failure")) {
      return List.of(Finding.unless(needed, NAME, answer.get("failure").textValue(), fix));
    }
    String version = answer.get("version").textValue();
    if (answer.get("minor").intValue() < 11 || answer.get("major").intValue() != 3) {
      return List.of(
          Finding.unless(needed, NAME, "%s is Python %s, too old".formatted(python, version), fix));
    }
    List<Finding> findings = new ArrayList<>();
    findings.add(Finding.ok(NAME, "%s (%s)".formatted(version, python)));
    answer.get("shadows").forEach(file -> findings.add(shadowing(file.textValue())));
    answer
        .get("packages")
        .properties()
        .forEach(each -> findings.add(ofPackage(python, each.getKey(), each.getValue())));
    if (!task.module().isEmpty()) {
      findings.add(ofModule(answer.get("module")));
    }
    findings.add(rendering(answer.get("rendering")));
    return findings;
  }

  private Finding shadowing(String file) {
    return Finding.unless(
        task.needsPython(),
        "PYTHONPATH",
        file + " hides a module that Python needs",
        "rename it, or take its folder out of PYTHONPATH");
  }

  private Finding ofPackage(String python, String name, JsonNode found) {
    String install =
        ShellCommand.of(
            List.of(python, "-m", "pip", "install", Objects.requireNonNull(PIP.get(name))));
    boolean needed = task.needsPackage(name);
    if (found.hasNonNull("error")) {
      return Finding.unless(needed, name, found.get("error").textValue(), install);
    }
    String version = found.get("version").textValue();
    return found.get("fits").booleanValue()
        ? Finding.ok(name, version)
        : Finding.unless(needed, name, version + " is a version that does not fit", install);
  }

  private Finding ofModule(JsonNode error) {
    return error.isNull()
        ? Finding.ok(task.module(), "can be imported")
        : Finding.missing(
            task.module(),
            error.textValue(),
            "put the folder or package of %s on PYTHONPATH".formatted(task.module()));
  }

  private static Finding rendering(JsonNode found) {
    String text = found.get("text").textValue();
    return found.get("ok").booleanValue()
        ? Finding.ok("Rendering", text)
        : Finding.note("Rendering", text, "apt-get install libegl1, and set MUJOCO_GL=egl");
  }

  /** Returns what the script doctor.py prints; the member failure if it cannot run. */
  private JsonNode probe(String python) {
    List<String> command =
        List.of(python, "-c", script(), task.module().isEmpty() ? "-" : task.module());
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(machine.workingFolder().toFile());
    builder.environment().clear();
    builder.environment().putAll(machine.variables());
    builder.environment().putIfAbsent("PYTHONSAFEPATH", "1");
    builder.environment().put("PYTHONUTF8", "1");
    builder.redirectErrorStream(true);
    try {
      Process process = builder.start();
      try {
        process.getOutputStream().close();
        Thread limit = limit(process);
        String output =
            new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        int exitCode = process.waitFor();
        limit.interrupt();
        return answer(python, output, exitCode);
      } finally {
        process.destroyForcibly();
      }
    } catch (IOException e) {
      return failure("cannot start %s: %s".formatted(python, e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return failure("interrupted");
    }
  }

  private static Thread limit(Process process) {
    return Thread.ofVirtual()
        .start(
            () -> {
              try {
                TimeUnit.SECONDS.sleep(LIMIT_SECONDS);
                process.destroyForcibly();
              } catch (InterruptedException e) {
                // it has ended
              }
            });
  }

  private static JsonNode answer(String python, String output, int exitCode) {
    String last = output.lines().reduce("", (before, after) -> after);
    try {
      JsonNode json = Json.MAPPER.readTree(last);
      if (exitCode == 0 && json.isObject()) {
        return json;
      }
    } catch (JsonProcessingException e) {
      // reported below
    }
    return failure(
        "%s ends with exit code %d: %s"
            .formatted(python, exitCode, last.isEmpty() ? "it printed nothing" : last));
  }

  private static JsonNode failure(String text) {
    return Json.MAPPER.createObjectNode().put("failure", text);
  }

  private static String script() {
    try (@Nullable InputStream in = PythonChecks.class.getResourceAsStream("doctor.py")) {
      return new String(Objects.requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
