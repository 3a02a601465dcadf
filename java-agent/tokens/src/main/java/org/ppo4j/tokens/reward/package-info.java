/** Rewards of completions. */
@NullMarked
package org.ppo4j.tokens.reward;

import org.jspecify.annotations.NullMarked;
