/** Trainings of language models as run folders. */
@NullMarked
package org.ppo4j.tokens.run;

import org.jspecify.annotations.NullMarked;
