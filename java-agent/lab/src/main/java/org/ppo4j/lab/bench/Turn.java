package org.ppo4j.lab.bench;

import java.nio.file.Path;

/**
 * One run of a program that is about to begin.
 *
 * @param folder an empty folder of its own, absolute, where it runs
 * @param seed the seed of this round, from 1
 */
public record Turn(Path folder, int seed) {}
