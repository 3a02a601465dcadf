/** Other implementations of PPO, each in a separate Python environment. */
@NullMarked
package org.ppo4j.lab.peer;

import org.jspecify.annotations.NullMarked;
