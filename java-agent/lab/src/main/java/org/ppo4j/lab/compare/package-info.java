/** Comparison of trainings: reading their files, statistics, reports. */
@NullMarked
package org.ppo4j.lab.compare;

import org.jspecify.annotations.NullMarked;
