/** What a training leaves behind and goes on from. */
@NullMarked
package org.ppo4j.agent.checkpoint;

import org.jspecify.annotations.NullMarked;
