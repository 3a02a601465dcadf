package org.ppo4j.lab.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.ppo4j.lab.bench.Workload.Program;
import org.ppo4j.lab.bench.Workload.Round;
import org.ppo4j.lab.peer.PeerVenv;

/** Programs of peers, run by the scripts in the package of {@link PeerVenv}. */
final class PeerCommands {
  private final PeerInstallations installs;
  private final int cores;

  /**
   * @param installs the peers' Python environments
   * @param cores the most threads that a peer gets
   */
  PeerCommands(PeerInstallations installs, int cores) {
    this.installs = installs;
    this.cores = cores;
  }

  /** Returns a program with one thread and one with a thread per core. */
  List<Program> threads(
      String contender,
      String setting,
      BenchPeer peer,
      Function<CompletedRun, Measurement> reading,
      String script,
      Object... arguments) {
    return IntStream.of(1, cores)
        .distinct()
        .mapToObj(
            threads -> {
              String name = threadsText(threads);
              return program(
                  contender,
                  setting.isEmpty() ? name : setting + ", " + name,
                  peer,
                  threads,
                  reading,
                  script,
                  arguments);
            })
        .toList();
  }

  /**
   * Returns a program.
   *
   * @param threads the threads of its numerical libraries
   * @param script the name of its script
   * @param arguments the script's arguments; {@link Slot}s are replaced in each round
   */
  Program program(
      String contender,
      String setting,
      BenchPeer peer,
      int threads,
      Function<CompletedRun, Measurement> reading,
      String script,
      Object... arguments) {
    Map<String, String> environment = new LinkedHashMap<>();
    environment.put("OMP_NUM_THREADS", Integer.toString(threads));
    if (threads == 1) {
      environment.put("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false"); // JAX has no OpenMP
    }
    return new Program(
        contender,
        setting,
        peer,
        environment,
        round -> command(peer, round, script, arguments),
        reading);
  }

  static String threadsText(int threads) {
    return threads == 1 ? "1 thread" : threads + " threads";
  }

  /** An argument of a script that differs in each round. */
  enum Slot {
    SEED,
    FOLDER
  }

  private List<String> command(BenchPeer peer, Round round, String script, Object... arguments) {
    List<String> command = new ArrayList<>();
    command.add(installs.python(peer.packages()).toString());
    command.add(PeerVenv.script(script, round.folder()).toString());
    Stream.of(arguments)
        .map(
            argument ->
                argument == Slot.SEED
                    ? Integer.toString(round.seed())
                    : argument == Slot.FOLDER ? round.folder().toString() : argument.toString())
        .forEach(command::add);
    return command;
  }
}
