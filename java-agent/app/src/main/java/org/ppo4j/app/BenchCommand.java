package org.ppo4j.app;

import java.time.ZoneId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.ppo4j.env.EnvException;
import org.ppo4j.env.internal.NearMatches;
import org.ppo4j.lab.bench.Bench;
import org.ppo4j.lab.bench.BenchPeer;
import org.ppo4j.lab.bench.BenchReport;
import org.ppo4j.lab.bench.BenchResult;
import org.ppo4j.lab.bench.Installs;
import org.ppo4j.lab.bench.OurCommands;
import org.ppo4j.lab.bench.ProgramException;
import org.ppo4j.lab.bench.Work;
import org.ppo4j.lab.bench.Works;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ./ppo4j bench}: how much faster ppo4j is than its peers, on this machine. */
@Command(
    name = "bench",
    customSynopsis = "./ppo4j bench [WORK...] [options]",
    description = {
      "Sets ppo4j's speed beside its peers', on the same work and on this machine.",
      "Every program runs in a process of its own, one after the other, round by round; the ratio of"
          + " the medians counts. Leave the machine alone meanwhile."
    })
final class BenchCommand implements Callable<Integer> {
  private static final int INTERRUPTED = 130;
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd_HH-mm-ss");

  @Spec private CommandSpec spec;

  private @Nullable String benchmarkClassPath;

  @Parameters(paramLabel = "WORK", description = "What is done; see --list. Default: everything.")
  private List<String> names = new ArrayList<>();

  @Option(
      names = "--peers",
      paramLabel = "PEER[,PEER...]",
      split = ",",
      description =
          "Of cleanrl, sb3, sbx, envpool (with Gymnasium's vector environments and mj_step) and"
              + " torch; installed the first time. Default: all.")
  private List<String> peers = new ArrayList<>();

  @Option(
      names = "--rounds",
      paramLabel = "N",
      description = "How often each program is run. Default: 5.")
  private int rounds = 5;

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Where bench.json and bench.md go. Default: runs/bench/<time>.")
  private @Nullable Path out;

  @Option(
      names = "--against",
      paramLabel = "FILE",
      description =
          "A bench.json of before: shows what got slower in ratio to a peer; exit code 1 if"
              + " something did, or nothing can be compared.")
  private @Nullable Path against;

  @Option(names = "--list", description = "List the works and do none.")
  private boolean list;

  @Override
  public Integer call() {
    Installs installs = new Installs(PeerTraining.cache(), this::tell);
    int cores = Runtime.getRuntime().availableProcessors();
    List<Work> all = new Works(ourCommands(cores), installs, cores).all();
    if (list) {
      all.forEach(
          work ->
              spec.commandLine().getOut().println("%-26s %s".formatted(work.name(), work.what())));
      return ExitCode.OK;
    }
    if (rounds < 1) {
      throw refused("--rounds must be at least 1, but is " + rounds);
    }
    Set<BenchPeer> wanted = wantedPeers();
    List<Work> works = chosen(all).stream().map(work -> work.only(wanted)).toList();
    @Nullable BenchResult before = before();
    Path folder = out == null ? Path.of("runs", "bench", TIME.format(LocalDateTime.now(ZoneId.systemDefault()))) : out;
    if (Files.exists(folder.resolve("bench.json"))) {
      throw refused(
          "%s holds a bench.json already; give --out another folder, or delete that one first"
              .formatted(folder));
    }
    Bench bench =
        new Bench(rounds, Launcher.repeating(spec), folder, installs, this::tell);
    try {
      return show(bench.run(works), before, folder);
    } catch (InterruptedException e) {
      tell("Stopped; what was measured is in %s".formatted(folder));
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

  private List<Work> chosen(List<Work> all) {
    if (names.isEmpty()) {
      return all;
    }
    List<String> known = all.stream().map(Work::name).toList();
    for (String name : names) {
      if (!known.contains(name)) {
        throw refused(unknown("work", name, known));
      }
    }
    return all.stream().filter(work -> names.contains(work.name())).toList();
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
                      refused(
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
    Path home = Launcher.home();
    return new OurCommands(
        home == null
            ? ChildJvm.command(List.of(), cores)
            : List.of(home.resolve("ppo4j").toString()),
        () -> benchmarkJvm(home, cores),
        this::setUpPython);
  }

  /** Returns the command line of a JVM that sees the module benchmarks, which is built first. */
  private List<String> benchmarkJvm(@Nullable Path home, int cores) {
    if (home == null) {
      throw new ProgramException(
          "this work runs a program of the module benchmarks, which is in a checkout only; start"
              + " ./ppo4j bench there");
    }
    if (benchmarkClassPath == null) {
      tell("building the benchmarks");
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

  private ParameterException refused(String message) {
    return new ParameterException(spec.commandLine(), message);
  }

  private void tell(String line) {
    spec.commandLine().getErr().println(line);
    spec.commandLine().getErr().flush();
  }
}
