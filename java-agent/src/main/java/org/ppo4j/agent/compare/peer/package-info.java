/** Other implementations of PPO, in Python environments of their own. */
@NullMarked
package org.ppo4j.agent.compare.peer;

import org.jspecify.annotations.NullMarked;
