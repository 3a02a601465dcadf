/** Gymnasium's classic control tasks: physics only, seen by {@code org.ppo4j.env.Envs} alone. */
@NullMarked
package org.ppo4j.env.classic;

import org.jspecify.annotations.NullMarked;
