/** Hugging Face's files: safetensors, config.json and adapters. */
@NullMarked
package org.ppo4j.tokens.files;

import org.jspecify.annotations.NullMarked;
