/**
 * Code that the modules of ppo4j share and that is not API: it may change or disappear in any
 * release. The module descriptor exports this package to those modules only.
 */
@NullMarked
package org.ppo4j.env.internal;

import org.jspecify.annotations.NullMarked;
