/** Trainers of language models, with TRL's names and defaults. */
@NullMarked
package org.ppo4j.tokens.train;

import org.jspecify.annotations.NullMarked;
