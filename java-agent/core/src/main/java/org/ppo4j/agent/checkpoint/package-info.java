/** Checkpoint files: their format, writing, reading and verification. */
@NullMarked
package org.ppo4j.agent.checkpoint;

import org.jspecify.annotations.NullMarked;
