/** Collecting rollouts from environments. */
@NullMarked
package org.ppo4j.agent.rollout;

import org.jspecify.annotations.NullMarked;
