/** Setting trainings beside each other: reading them, statistics, reports. */
@NullMarked
package org.ppo4j.lab.compare;

import org.jspecify.annotations.NullMarked;
