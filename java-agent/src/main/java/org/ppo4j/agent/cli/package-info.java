/** The commands. */
@NullMarked
package org.ppo4j.agent.cli;

import org.jspecify.annotations.NullMarked;
