/** Policy and value networks and the engines that run them. */
@NullMarked
package org.ppo4j.agent.network;

import org.jspecify.annotations.NullMarked;
