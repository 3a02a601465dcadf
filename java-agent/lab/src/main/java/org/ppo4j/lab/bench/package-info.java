/** Benchmarks against other implementations. */
@NullMarked
package org.ppo4j.lab.bench;

import org.jspecify.annotations.NullMarked;
