/** Environments by id: those written in Java, and those that other artifacts provide. */
@NullMarked
package org.ppo4j.agent.environment;

import org.jspecify.annotations.NullMarked;
