/** The command line. */
@NullMarked
package org.ppo4j.app;

import org.jspecify.annotations.NullMarked;
