package org.ppo4j.app;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.ppo4j.env.EnvException;
import org.ppo4j.env.internal.NearMatches;
import org.ppo4j.lab.bench.Bench;
import org.ppo4j.lab.bench.BenchPeer;
import org.ppo4j.lab.bench.BenchReport;
import org.ppo4j.lab.bench.BenchResult;
import org.ppo4j.lab.bench.OurCommands;
import org.ppo4j.lab.bench.PeerInstallations;
import org.ppo4j.lab.bench.ProgramException;
import org.ppo4j.lab.bench.Workload;
import org.ppo4j.lab.bench.Workloads;
import org.ppo4j.lab.peer.PeerVenv;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ./ppo4j bench}: compares ppo4j's speed with its peers' on this machine. */
@Command(
    name = "bench",
    customSynopsis = "./ppo4j bench [WORKLOAD...] [options]",
    description = {
      "Compares ppo4j's speed with its peers', on the same workloads and on this machine.",
      "Every program runs in a separate process, one after the other, round by round; the result"
          + " is the ratio of the medians. Run nothing else on the machine at that time."
    })
final class BenchCommand implements Callable<Integer> {
  private static final int INTERRUPTED = 130;
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd_HH-mm-ss");

  @Spec private CommandSpec spec;

  private @Nullable String benchmarkClassPath;

  @Parameters(
      paramLabel = "WORKLOAD",
      description = "The workloads to measure; see --list. Default: all.")
  private List<String> names = new ArrayList<>();

  @Option(
      names = "--peers",
      paramLabel = "PEER[,PEER...]",
      split = ",",
      description =
          "The peers to measure: cleanrl, sb3, sbx, envpool (with Gymnasium's vector environments"
              + " and mj_step), torch; each is installed the first time. Default: all.")
  private List<String> peers = new ArrayList<>();

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "How many times each program runs. Default: 5.")
  private int rounds = 5;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "The folder for bench.json and bench.md. Default: runs/bench/<time>.")
  private @Nullable Path out;

  @Option(
      names = "--against",
      paramLabel = "FILE",
      description =
          "An earlier bench.json to compare with: shows where ppo4j became slower relative to a"
              + " peer; exit code 1 if it did, or if nothing can be compared.")
  private @Nullable Path against;

  @Option(names = "--list", description = "List the workloads and run none.")
  private boolean list;

  @Override
  public Integer call() {
    Consumer<String> progress = CommandLines.progress(spec);
    PeerInstallations installs = new PeerInstallations(PeerVenv.folder(Launcher.home()), progress);
    int cores = Runtime.getRuntime().availableProcessors();
    List<Workload> all = new Workloads(ourCommands(cores), installs, cores).all();
    if (list) {
      all.forEach(
          workload ->
              spec.commandLine()
                  .getOut()
                  .println("%-26s %s".formatted(workload.name(), workload.what())));
      return ExitCode.OK;
    }
    if (rounds < 1) {
      throw CommandLines.refused(spec, "--rounds must be at least 1, but is " + rounds);
    }
    Set<BenchPeer> wanted = wantedPeers();
    List<Workload> workloads = chosen(all).stream().map(workload -> workload.only(wanted)).toList();
    @Nullable BenchResult before = before();
    Path folder =
        out == null
            ? Path.of("runs", "bench", TIME.format(LocalDateTime.now(ZoneId.systemDefault())))
            : out;
    if (Files.exists(folder.resolve("bench.json"))) {
      throw CommandLines.refused(
          spec,
          "%s already contains bench.json; choose another folder with --out, or delete that file"
              .formatted(folder));
    }
    Bench bench = new Bench(rounds, Launcher.repeating(spec), folder, installs, progress);
    try {
      return show(bench.run(workloads), before, folder);
    } catch (InterruptedException e) {
      progress.accept("Stopped; the measurements so far are in %s".formatted(folder));
      return INTERRUPTED;
    }
  }

  private int show(BenchResult result, @Nullable BenchResult before, Path folder) {
    BenchReport report =
        before == null ? new BenchReport(result) : BenchReport.against(before, result);
    report.write(folder);
    spec.commandLine().getOut().println(report.text());
    spec.commandLine().getOut().println("In %s: bench.md, bench.json".formatted(folder));
    spec.commandLine().getOut().flush();
    return report.isWorseOrUnknown() || result.oursFailed() ? ExitCode.SOFTWARE : ExitCode.OK;
  }

  private List<Workload> chosen(List<Workload> all) {
    if (names.isEmpty()) {
      return all;
    }
    List<String> known = all.stream().map(Workload::name).toList();
    for (String name : names) {
      if (!known.contains(name)) {
        throw CommandLines.refused(spec, unknown("workload", name, known));
      }
    }
    return all.stream().filter(workload -> names.contains(workload.name())).toList();
  }

  private Set<BenchPeer> wantedPeers() {
    if (peers.isEmpty()) {
      return EnumSet.allOf(BenchPeer.class);
    }
    Set<BenchPeer> wanted = EnumSet.noneOf(BenchPeer.class);
    for (String name : peers) {
      wanted.add(
          Arrays.stream(BenchPeer.values())
              .filter(peer -> peer.toString().equalsIgnoreCase(name.strip()))
              .findFirst()
              .orElseThrow(
                  () ->
                      CommandLines.refused(
                          spec,
                          unknown(
                              "peer",
                              name,
                              Arrays.stream(BenchPeer.values())
                                  .map(BenchPeer::toString)
                                  .toList()))));
    }
    return wanted;
  }

  private static String unknown(String kind, String name, List<String> known) {
    return "there is no %s '%s'%s; there are %s"
        .formatted(
            kind,
            name,
            NearMatches.question(name, known).replace("?", ""),
            String.join(", ", known));
  }

  private @Nullable BenchResult before() {
    try {
      return against == null ? null : BenchResult.read(against);
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), "--against: " + e.getMessage(), e);
    }
  }

  private OurCommands ourCommands(int cores) {
    Path home = Launcher.checkout();
    return new OurCommands(
        home == null
            ? ChildJvm.command(List.of(), cores)
            : List.of(home.resolve("ppo4j").toString()),
        () -> benchmarkJvm(home, cores),
        this::setUpPython);
  }

  /**
   * Builds the module benchmarks and returns the command line of a JVM with it on the class path.
   */
  private List<String> benchmarkJvm(@Nullable Path home, int cores) {
    if (home == null) {
      throw new ProgramException(
          "this workload runs a program of the module benchmarks, which exists only in a"
              + " checkout; start"
              + " ./ppo4j bench there");
    }
    if (benchmarkClassPath == null) {
      CommandLines.progress(spec).accept("building the benchmarks");
      benchmarkClassPath = BenchmarkBuild.classPath(home);
    }
    return ChildJvm.java(cores, benchmarkClassPath);
  }

  private void setUpPython() {
    try {
      ProjectPython.setUp(spec.commandLine().getErr());
    } catch (EnvException e) {
      throw new ProgramException(String.valueOf(e.getMessage()), e);
    }
  }
}
