/** Campaigns with faults; the scripts in {@code benchmarks/faults} build and run them. */
@NullMarked
package org.ppo4j.benchmarks.faults;

import org.jspecify.annotations.NullMarked;
