/** What is collected from the environments, and its normalisation. */
@NullMarked
package org.ppo4j.agent.rollout;

import org.jspecify.annotations.NullMarked;
