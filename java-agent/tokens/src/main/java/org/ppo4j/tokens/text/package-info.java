/** Tokenizers and data sets. */
@NullMarked
package org.ppo4j.tokens.text;

import org.jspecify.annotations.NullMarked;
