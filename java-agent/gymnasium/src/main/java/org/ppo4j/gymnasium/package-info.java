/** Gymnasium environments in Python worker processes, driven through Py4J and shared memory. */
@NullMarked
package org.ppo4j.gymnasium;

import org.jspecify.annotations.NullMarked;
