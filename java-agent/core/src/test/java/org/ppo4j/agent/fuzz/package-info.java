/** Damaged files for the readers of binary formats. */
@NullMarked
package org.ppo4j.agent.fuzz;

import org.jspecify.annotations.NullMarked;
