package org.ppo4j.agent.parameter;

import java.util.List;

/**
 * An exception or a report whose message names hyperparameters as Java does ({@code
 * numMinibatches}). A user interface with other names for them replaces the names in the message.
 */
public interface NamesHyperparameters {

  /** Returns the names in the message, which are components of the stages' records. */
  List<String> hyperparameters();
}
