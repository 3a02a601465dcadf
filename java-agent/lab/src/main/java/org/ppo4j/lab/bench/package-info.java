/** Setting ppo4j beside its peers on the same work: running, keeping and comparing figures. */
@NullMarked
package org.ppo4j.lab.bench;

import org.jspecify.annotations.NullMarked;
