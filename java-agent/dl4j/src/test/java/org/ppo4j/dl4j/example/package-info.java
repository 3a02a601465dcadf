/** An environment of pixels, written as a user would. */
@NullMarked
package org.ppo4j.dl4j.example;

import org.jspecify.annotations.NullMarked;
