/**
 * Gymnasium's classic control tasks: physics only. {@link org.ppo4j.env.Envs} finds them through
 * {@link org.ppo4j.env.classic.ClassicControl} and nothing else sees them.
 */
@NullMarked
package org.ppo4j.env.classic;

import org.jspecify.annotations.NullMarked;
