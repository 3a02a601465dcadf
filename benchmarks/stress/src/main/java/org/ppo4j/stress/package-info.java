/** What jcstress says of code whose threads share memory. */
@NullMarked
package org.ppo4j.stress;

import org.jspecify.annotations.NullMarked;
