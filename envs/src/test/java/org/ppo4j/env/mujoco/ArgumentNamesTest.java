package org.ppo4j.env.mujoco;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.ppo4j.env.EnvDefinition;
import org.ppo4j.env.Envs;

/** The table has the names that the tasks read, of all versions of a task together. */
@EnabledIf("org.ppo4j.env.mujoco.MujocoTasksTest#isThere")
class ArgumentNamesTest {
  private static final Set<String> OF_ALL_TASKS =
      Set.of("max_episode_steps", "num_threads", "xml_file", "frame_skip");

  @Test
  void namesAreThoseThatTasksRead() {
    Map<String, Set<String>> read = new HashMap<>();
    for (EnvDefinition task : new MujocoTasks().environments()) {
      String name = task.id().substring(0, task.id().indexOf("-v"));
      read.computeIfAbsent(name, _ -> new TreeSet<>()).addAll(argumentsOf(task.id()));
    }
    assertThat(read).isNotEmpty();
    read.forEach((name, found) -> assertThat(ArgumentNames.of(name + "-v5")).isEqualTo(found));
  }

  /** Returns the names that the rejection of an unknown argument lists. */
  private static Set<String> argumentsOf(String id) {
    String message =
        catchThrowableOfType(
                IllegalArgumentException.class, () -> Envs.make(id, 1, Map.of("no such one", 1)))
            .toString();
    String list = message.substring(message.indexOf("(it has ") + 8, message.length() - 1);
    Set<String> names = new TreeSet<>(Arrays.asList(list.split(", ")));
    names.removeAll(OF_ALL_TASKS);
    return names;
  }
}
