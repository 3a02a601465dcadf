/** Loads a trained policy and acts with it. */
@NullMarked
package org.ppo4j.policy;

import org.jspecify.annotations.NullMarked;
