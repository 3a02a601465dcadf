/** Other implementations of PPO, in Python environments of their own. */
@NullMarked
package org.ppo4j.lab.peer;

import org.jspecify.annotations.NullMarked;
