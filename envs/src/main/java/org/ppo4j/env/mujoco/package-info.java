/**
 * Gymnasium's MuJoCo tasks on libmujoco, through the Foreign Function and Memory API. {@link
 * org.ppo4j.env.Envs} finds them through {@link org.ppo4j.env.mujoco.MujocoTasks} and nothing else
 * sees them.
 *
 * <p>{@code MujocoHome} knows where the library is, {@code MujocoFetch} brings it, {@code Mujoco}
 * calls it, {@code Simulations} are N simulations of one model, and a {@code MujocoTask} is what
 * makes one of them a task.
 */
@NullMarked
package org.ppo4j.env.mujoco;

import org.jspecify.annotations.NullMarked;
