package org.ppo4j.lab.tune;

import java.util.List;
import org.ppo4j.lab.tool.ToolPython;

/** The Python that Optuna runs in. */
public final class OptunaPython {
  /** Its packages, and the command that needs them. */
  public static final ToolPython TOOL =
      new ToolPython("Optuna", "tune", "./ppo4j tune", List.of("optuna>=5.0,<6", "cmaes>=0.12"));

  private OptunaPython() {}
}
