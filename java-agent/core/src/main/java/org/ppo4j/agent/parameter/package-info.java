/** The meanings and ranges of hyperparameters, used by the configuration record of every stage. */
@NullMarked
package org.ppo4j.agent.parameter;

import org.jspecify.annotations.NullMarked;
