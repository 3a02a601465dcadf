/** Action distributions. */
@NullMarked
package org.ppo4j.agent.action;

import org.jspecify.annotations.NullMarked;
