/** A trained policy on the trainer's networks. */
@NullMarked
package org.ppo4j.agent.policy;

import org.jspecify.annotations.NullMarked;
