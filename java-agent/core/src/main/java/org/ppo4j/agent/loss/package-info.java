/** PPO's loss and its analytic gradients. */
@NullMarked
package org.ppo4j.agent.loss;

import org.jspecify.annotations.NullMarked;
