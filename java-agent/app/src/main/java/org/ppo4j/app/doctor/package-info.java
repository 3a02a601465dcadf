/** Checks of the machine: what works here, and what to do about what does not. */
@NullMarked
package org.ppo4j.app.doctor;

import org.jspecify.annotations.NullMarked;
