/**
 * The environment contract, {@link org.ppo4j.env.VectorEnv}, and the native Java environments,
 * which {@link org.ppo4j.env.Envs} makes by id.
 *
 * <p>This module has no dependencies. It logs through {@link System.Logger} only, so a program
 * routes its messages to a logging framework of its choice by adding that framework's {@link
 * System.LoggerFinder} (for SLF4J, the artifact {@code slf4j-jdk-platform-logging}); without one
 * they go to {@code java.util.logging}. Logger names are class names.
 */
@NullMarked
package org.ppo4j.env;

import org.jspecify.annotations.NullMarked;
