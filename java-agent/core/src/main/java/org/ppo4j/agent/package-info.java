/** {@link org.ppo4j.agent.Training}, where programs start, and the PPO algorithm. */
@NullMarked
package org.ppo4j.agent;

import org.jspecify.annotations.NullMarked;
