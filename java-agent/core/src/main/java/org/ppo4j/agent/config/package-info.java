/** The hyperparameters of all stages: typed, by name, in JSON, and as published presets. */
@NullMarked
package org.ppo4j.agent.config;

import org.jspecify.annotations.NullMarked;
