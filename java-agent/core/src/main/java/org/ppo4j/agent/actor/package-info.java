/** Collecting rollouts by several actors, in other threads, processes or machines. */
@NullMarked
package org.ppo4j.agent.actor;

import org.jspecify.annotations.NullMarked;
