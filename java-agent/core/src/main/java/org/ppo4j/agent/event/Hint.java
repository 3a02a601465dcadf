package org.ppo4j.agent.event;

import java.util.List;
import org.ppo4j.agent.parameter.NamesHyperparameters;

/**
 * A training shows a sign of trouble.
 *
 * @param sign the sign
 * @param globalStep environment steps learnt from when it was found
 * @param text one line: what was found, and what to try
 * @param hyperparameters the hyperparameters that the text names, as Java does
 */
public record Hint(Sign sign, long globalStep, String text, List<String> hyperparameters)
    implements NamesHyperparameters {

  /** Creates a hint; the list is copied. */
  public Hint {
    hyperparameters = List.copyOf(hyperparameters);
  }
}
