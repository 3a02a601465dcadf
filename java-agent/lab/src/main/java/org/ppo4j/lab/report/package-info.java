/** Rendering of reports as text, Markdown and HTML. */
@NullMarked
package org.ppo4j.lab.report;

import org.jspecify.annotations.NullMarked;
