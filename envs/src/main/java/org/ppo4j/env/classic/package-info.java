/**
 * The physics of Gymnasium's classic control tasks. {@link org.ppo4j.env.Envs} makes them; it finds
 * them through {@link org.ppo4j.env.classic.ClassicControl}.
 */
@NullMarked
package org.ppo4j.env.classic;

import org.jspecify.annotations.NullMarked;
