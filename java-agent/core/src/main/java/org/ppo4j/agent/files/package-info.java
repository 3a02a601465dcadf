/** Files: atomic and appended writes, JSON, and error messages. */
@NullMarked
package org.ppo4j.agent.files;

import org.jspecify.annotations.NullMarked;
