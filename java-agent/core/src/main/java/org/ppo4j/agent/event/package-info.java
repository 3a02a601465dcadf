/** What a training reports to its listeners. */
@NullMarked
package org.ppo4j.agent.event;

import org.jspecify.annotations.NullMarked;
