/** Setting trainings beside each other: reading them, statistics, reports. */
@NullMarked
package org.ppo4j.agent.compare;

import org.jspecify.annotations.NullMarked;
