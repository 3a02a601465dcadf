package org.ppo4j.lab.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.ppo4j.lab.bench.Workload.Round;

/**
 * The command lines of ppo4j's programs.
 *
 * @param ppo4j the command line of {@code ./ppo4j}, to which arguments are appended
 * @param java returns the command line of a JVM with ppo4j and its benchmarks on its class path, to
 *     which a class and its arguments are appended
 * @param python sets up the project's Python, or throws a {@link ProgramException}
 */
public record OurCommands(List<String> ppo4j, Supplier<List<String>> java, Runnable python) {

  List<String> train(Round round, List<String> arguments) {
    List<String> command = new ArrayList<>(ppo4j);
    command.add("train");
    command.addAll(arguments);
    command.add("--preset=none"); // the profile's numbers, as the peers have
    command.addAll(List.of("--seed", Integer.toString(round.seed())));
    command.addAll(List.of("--run-dir", round.folder().resolve(CompletedRun.RUN).toString()));
    return command;
  }

  List<String> main(String program, Object... arguments) {
    List<String> command = new ArrayList<>(java.get());
    command.add(program);
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    return command;
  }
}
