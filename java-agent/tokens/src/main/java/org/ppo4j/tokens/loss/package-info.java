/** Losses on tokens, and their gradients for log probabilities, values and scores. */
@NullMarked
package org.ppo4j.tokens.loss;

import org.jspecify.annotations.NullMarked;
