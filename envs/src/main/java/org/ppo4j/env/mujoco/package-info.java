/**
 * Gymnasium's MuJoCo tasks on libmujoco, through the Foreign Function and Memory API. {@link
 * org.ppo4j.env.Envs} makes them; it finds them through {@link org.ppo4j.env.mujoco.MujocoTasks}.
 *
 * <p>{@code MujocoHome} locates the library, {@code MujocoFetch} downloads it, {@code Mujoco} calls
 * it, {@code Simulations} holds N simulations of one model, and a {@code MujocoTask} makes one of
 * them a task.
 */
@NullMarked
package org.ppo4j.env.mujoco;

import org.jspecify.annotations.NullMarked;
