/** Listeners of a training, and the events they receive. */
@NullMarked
package org.ppo4j.agent.event;

import org.jspecify.annotations.NullMarked;
