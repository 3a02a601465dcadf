/** The state of a training as named arrays, and the seeds derived from its seed. */
@NullMarked
package org.ppo4j.agent.state;

import org.jspecify.annotations.NullMarked;
