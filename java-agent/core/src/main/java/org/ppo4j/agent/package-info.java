/** PPO and the command line that runs it. */
@NullMarked
package org.ppo4j.agent;

import org.jspecify.annotations.NullMarked;
