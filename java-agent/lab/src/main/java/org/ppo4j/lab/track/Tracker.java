package org.ppo4j.lab.track;

import java.util.List;
import java.util.Locale;
import org.ppo4j.lab.tool.ToolPython;

/** A service that keeps and shows trainings. */
public enum Tracker {
  /** Weights &amp; Biases. */
  WANDB("Weights & Biases", List.of("wandb>=0.19,<1")),
  /** MLflow. */
  MLFLOW("MLflow", List.of("mlflow-skinny>=3.7,<4", "sqlalchemy>=2.0", "alembic>=1.13"));

  private final String title;

  @SuppressWarnings("ImmutableEnumChecker") // a list of List.of
  private final List<String> requirements;

  Tracker(String title, List<String> requirements) {
    this.title = title;
    this.requirements = requirements;
  }

  /** Returns the name on the command line, and of the extra of python-bridge. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Returns the service's own name. */
  public String title() {
    return title;
  }

  /** Returns the Python of its package. */
  public ToolPython python() {
    return new ToolPython(title, id(), "./ppo4j train --track " + id(), requirements);
  }
}
