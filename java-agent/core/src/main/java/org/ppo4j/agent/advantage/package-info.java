/** Generalised advantage estimation. */
@NullMarked
package org.ppo4j.agent.advantage;

import org.jspecify.annotations.NullMarked;
