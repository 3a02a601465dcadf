/** JMH benchmarks; {@code benchmarks/jmh <regular expression>} builds and runs them. */
@NullMarked
package org.ppo4j.benchmarks;

import org.jspecify.annotations.NullMarked;
