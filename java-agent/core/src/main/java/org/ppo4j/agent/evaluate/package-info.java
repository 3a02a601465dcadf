/** Running a trained policy. */
@NullMarked
package org.ppo4j.agent.evaluate;

import org.jspecify.annotations.NullMarked;
