/** Causal transformers over one array of parameters: forward, backward, generation and files. */
@NullMarked
package org.ppo4j.tokens.model;

import org.jspecify.annotations.NullMarked;
