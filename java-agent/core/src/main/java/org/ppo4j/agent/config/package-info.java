/** Hyperparameters: their names, ranges, defaults and published presets. */
@NullMarked
package org.ppo4j.agent.config;

import org.jspecify.annotations.NullMarked;
