/** The environment that {@code docs/environments.md} shows, written as a user would. */
@NullMarked
package org.ppo4j.env.example;

import org.jspecify.annotations.NullMarked;
