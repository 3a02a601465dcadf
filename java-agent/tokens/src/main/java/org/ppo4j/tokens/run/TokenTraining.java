package org.ppo4j.tokens.run;

import org.jspecify.annotations.Nullable;
import org.ppo4j.tokens.train.TokenTrainer;

/**
 * A training as a configuration describes it.
 *
 * @param trainer takes the steps
 * @param evaluation null if there is none
 */
public record TokenTraining(TokenTrainer trainer, @Nullable Evaluation evaluation) {}
