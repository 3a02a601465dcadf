/** Trainings as runs of services that keep and show them. */
@NullMarked
package org.ppo4j.lab.track;

import org.jspecify.annotations.NullMarked;
