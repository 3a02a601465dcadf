/** Action distributions. */
@NullMarked
package org.ppo4j.agent.policy;

import org.jspecify.annotations.NullMarked;
