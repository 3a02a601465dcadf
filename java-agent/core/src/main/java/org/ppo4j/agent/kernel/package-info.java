/** The arithmetic of the hot path, on the Vector API and in plain Java. */
@NullMarked
package org.ppo4j.agent.kernel;

import org.jspecify.annotations.NullMarked;
