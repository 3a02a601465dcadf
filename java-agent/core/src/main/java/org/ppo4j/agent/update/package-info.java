/** The optimiser and the epochs of minibatches. */
@NullMarked
package org.ppo4j.agent.update;

import org.jspecify.annotations.NullMarked;
