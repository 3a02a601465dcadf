/** Named numbers that describe a training. */
@NullMarked
package org.ppo4j.agent.metrics;

import org.jspecify.annotations.NullMarked;
