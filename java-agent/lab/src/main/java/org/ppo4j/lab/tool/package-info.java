/** Python programs that are no environments, each in its own virtual environment. */
@NullMarked
package org.ppo4j.lab.tool;

import org.jspecify.annotations.NullMarked;
