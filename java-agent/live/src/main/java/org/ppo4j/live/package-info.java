/** A page that shows trainings while they run, and explains PPO's update. */
@NullMarked
package org.ppo4j.live;

import org.jspecify.annotations.NullMarked;
