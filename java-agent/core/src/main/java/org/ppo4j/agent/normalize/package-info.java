/** Observations and rewards as networks see them: encoding and running normalization. */
@NullMarked
package org.ppo4j.agent.normalize;

import org.jspecify.annotations.NullMarked;
