import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.ppo4j.agent.event.Iteration;
import org.ppo4j.agent.event.TrainingListener;
import org.ppo4j.agent.metrics.Metrics;

/** Appends a line for each iteration to the CSV file that PPO4J_FIGURES names. */
public final class Figures implements TrainingListener {
  private static final String[] NAMES = {
    "charts/actors",
    "charts/actor_nodes",
    "charts/actor_collect_ms",
    "charts/actor_slowest_ms",
    "charts/actor_megabytes"
  };

  private final Path file = Path.of(System.getenv("PPO4J_FIGURES"));

  @Override
  public void iteration(Iteration iteration) {
    StringBuilder line = new StringBuilder();
    line.append(iteration.globalStep()).append(',').append(System.nanoTime() / 1e9);
    Metrics metrics = iteration.metrics();
    for (String name : NAMES) {
      line.append(',').append(metrics.has(name) ? metrics.get(name) : Double.NaN);
    }
    try {
      Files.writeString(file, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
