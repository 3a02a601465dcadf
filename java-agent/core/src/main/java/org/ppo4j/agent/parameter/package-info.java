/** What a hyperparameter means and which values it may have; every stage's record is made of it. */
@NullMarked
package org.ppo4j.agent.parameter;

import org.jspecify.annotations.NullMarked;
