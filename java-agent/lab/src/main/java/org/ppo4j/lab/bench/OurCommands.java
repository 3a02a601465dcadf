package org.ppo4j.lab.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * How programs of ppo4j are started.
 *
 * @param ppo4j the command line of {@code ./ppo4j}, to which its arguments are added
 * @param java returns the command line of a JVM with ppo4j and its benchmarks on its class path, to
 *     which a class and its arguments are added
 * @param python makes the project's Python ready, or throws a {@link ProgramException}
 */
public record OurCommands(List<String> ppo4j, Supplier<List<String>> java, Runnable python) {

  List<String> train(Turn turn, List<String> arguments) {
    List<String> command = new ArrayList<>(ppo4j);
    command.add("train");
    command.addAll(arguments);
    command.addAll(List.of("--seed", Integer.toString(turn.seed())));
    command.addAll(List.of("--run-dir", turn.folder().resolve(Finished.RUN).toString()));
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
