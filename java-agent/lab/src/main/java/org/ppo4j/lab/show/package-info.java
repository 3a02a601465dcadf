/** Pictures of environments: drawings of native ones, frames of Python's, and files of them. */
@NullMarked
package org.ppo4j.lab.show;

import org.jspecify.annotations.NullMarked;
