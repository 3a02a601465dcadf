/** The state of a training as named arrays; seeds and random streams. */
@NullMarked
package org.ppo4j.agent.state;

import org.jspecify.annotations.NullMarked;
