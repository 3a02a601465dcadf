/** Encoding and running normalisation of observations and rewards for the networks. */
@NullMarked
package org.ppo4j.agent.normalize;

import org.jspecify.annotations.NullMarked;
