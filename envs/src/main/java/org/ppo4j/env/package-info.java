/**
 * The environment contract, {@link org.ppo4j.env.VectorEnv}, and the native Java environments
 * behind {@code Envs}.
 */
@NullMarked
package org.ppo4j.env;

import org.jspecify.annotations.NullMarked;
