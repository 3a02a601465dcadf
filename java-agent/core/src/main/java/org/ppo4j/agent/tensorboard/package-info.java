/** TensorBoard event files. */
@NullMarked
package org.ppo4j.agent.tensorboard;

import org.jspecify.annotations.NullMarked;
