/** Tests that an environment can be learnt, with JUnit: {@link org.ppo4j.junit.Trains}. */
@NullMarked
package org.ppo4j.junit;

import org.jspecify.annotations.NullMarked;
