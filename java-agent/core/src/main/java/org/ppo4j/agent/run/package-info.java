/** The folder a training writes, and what is in it. */
@NullMarked
package org.ppo4j.agent.run;

import org.jspecify.annotations.NullMarked;
