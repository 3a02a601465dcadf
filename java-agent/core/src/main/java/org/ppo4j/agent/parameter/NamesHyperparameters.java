package org.ppo4j.agent.parameter;

import java.util.List;

/**
 * An exception whose message names hyperparameters as Java does ({@code numMinibatches}). A user
 * interface that has other names for them replaces these in the message.
 */
public interface NamesHyperparameters {

  /** Returns the names in the message, each a component of a stage's record. */
  List<String> hyperparameters();
}
