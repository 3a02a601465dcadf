/** Checks that numbers are finite. */
@NullMarked
package org.ppo4j.agent.numeric;

import org.jspecify.annotations.NullMarked;
