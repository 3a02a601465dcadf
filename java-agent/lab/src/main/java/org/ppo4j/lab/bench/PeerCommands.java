package org.ppo4j.lab.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.ppo4j.lab.peer.PeerVenv;

/** Programs of peers, run by the scripts beside {@link PeerVenv}. */
final class PeerCommands {
  private final Installs installs;
  private final int cores;

  /**
   * @param installs the peers' Pythons
   * @param cores how many threads a peer may have
   */
  PeerCommands(Installs installs, int cores) {
    this.installs = installs;
    this.cores = cores;
  }

  /** Returns a program for each of the numbers of threads that a peer is given. */
  List<Program> threads(
      String contender,
      String setting,
      BenchPeer peer,
      Function<Finished, Figure> reading,
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
   * @param threads how many threads its mathematics may have
   * @param script the name of its script
   * @param arguments the script's; {@link Slot}s are filled at each turn
   */
  Program program(
      String contender,
      String setting,
      BenchPeer peer,
      int threads,
      Function<Finished, Figure> reading,
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
        turn -> command(peer, turn, script, arguments),
        reading);
  }

  static String threadsText(int threads) {
    return threads == 1 ? "1 thread" : threads + " threads";
  }

  /** What an argument of a script is only known at its turn. */
  enum Slot {
    SEED,
    FOLDER
  }

  private List<String> command(BenchPeer peer, Turn turn, String script, Object... arguments) {
    List<String> command = new ArrayList<>();
    command.add(installs.python(peer.packages()).toString());
    command.add(PeerVenv.script(script, turn.folder()).toString());
    Stream.of(arguments)
        .map(
            argument ->
                argument == Slot.SEED
                    ? Integer.toString(turn.seed())
                    : argument == Slot.FOLDER ? turn.folder().toString() : argument.toString())
        .forEach(command::add);
    return command;
  }
}
