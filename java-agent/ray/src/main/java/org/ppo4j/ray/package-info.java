/** Actors on the nodes of a Ray cluster. */
@NullMarked
package org.ppo4j.ray;

import org.jspecify.annotations.NullMarked;
