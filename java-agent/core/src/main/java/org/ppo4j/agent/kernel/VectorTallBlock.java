package org.ppo4j.agent.kernel;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * The innermost loop of {@link VectorProduct} with twice as many rows: 24 vectors of C, 3 of B and
 * one of A fill the 32 registers of AVX-512, and each load of B serves eight rows.
 */
final class VectorTallBlock {
  private static final VectorSpecies<Float> SPECIES = VectorKernels.SPECIES;
  private static final int LANES = VectorKernels.LANES;

  /** Rows of a block. */
  static final int HEIGHT = 8;

  private static final int WIDTH = 3 * LANES;

  private VectorTallBlock() {}

  /** Adds the product of a block of A and a panel of B to 8 rows by 3 vectors of C. */
  static void add(
      int depth, float[] a, int aAt, float[] b, int bAt, float[] c, int cAt, int n, boolean zero) {
    FloatVector c00 = FloatVector.zero(SPECIES);
    FloatVector c01 = c00;
    FloatVector c02 = c00;
    FloatVector c10 = c00;
    FloatVector c11 = c00;
    FloatVector c12 = c00;
    FloatVector c20 = c00;
    FloatVector c21 = c00;
    FloatVector c22 = c00;
    FloatVector c30 = c00;
    FloatVector c31 = c00;
    FloatVector c32 = c00;
    FloatVector c40 = c00;
    FloatVector c41 = c00;
    FloatVector c42 = c00;
    FloatVector c50 = c00;
    FloatVector c51 = c00;
    FloatVector c52 = c00;
    FloatVector c60 = c00;
    FloatVector c61 = c00;
    FloatVector c62 = c00;
    FloatVector c70 = c00;
    FloatVector c71 = c00;
    FloatVector c72 = c00;
    if (!zero) {
      int at = cAt;
      c00 = FloatVector.fromArray(SPECIES, c, at);
      c01 = FloatVector.fromArray(SPECIES, c, at + LANES);
      c02 = FloatVector.fromArray(SPECIES, c, at + 2 * LANES);
      at += n;
      c10 = FloatVector.fromArray(SPECIES, c, at);
      c11 = FloatVector.fromArray(SPECIES, c, at + LANES);
      c12 = FloatVector.fromArray(SPECIES, c, at + 2 * LANES);
      at += n;
      c20 = FloatVector.fromArray(SPECIES, c, at);
      c21 = FloatVector.fromArray(SPECIES, c, at + LANES);
      c22 = FloatVector.fromArray(SPECIES, c, at + 2 * LANES);
      at += n;
      c30 = FloatVector.fromArray(SPECIES, c, at);
      c31 = FloatVector.fromArray(SPECIES, c, at + LANES);
      c32 = FloatVector.fromArray(SPECIES, c, at + 2 * LANES);
      at += n;
      c40 = FloatVector.fromArray(SPECIES, c, at);
      c41 = FloatVector.fromArray(SPECIES, c, at + LANES);
      c42 = FloatVector.fromArray(SPECIES, c, at + 2 * LANES);
      at += n;
      c50 = FloatVector.fromArray(SPECIES, c, at);
      c51 = FloatVector.fromArray(SPECIES, c, at + LANES);
      c52 = FloatVector.fromArray(SPECIES, c, at + 2 * LANES);
      at += n;
      c60 = FloatVector.fromArray(SPECIES, c, at);
      c61 = FloatVector.fromArray(SPECIES, c, at + LANES);
      c62 = FloatVector.fromArray(SPECIES, c, at + 2 * LANES);
      at += n;
      c70 = FloatVector.fromArray(SPECIES, c, at);
      c71 = FloatVector.fromArray(SPECIES, c, at + LANES);
      c72 = FloatVector.fromArray(SPECIES, c, at + 2 * LANES);
    }
    for (int l = 0; l < depth; l++) {
      int bl = bAt + l * WIDTH;
      int al = aAt + l * HEIGHT;
      FloatVector b0 = FloatVector.fromArray(SPECIES, b, bl);
      FloatVector b1 = FloatVector.fromArray(SPECIES, b, bl + LANES);
      FloatVector b2 = FloatVector.fromArray(SPECIES, b, bl + 2 * LANES);
      FloatVector x = FloatVector.broadcast(SPECIES, a[al]);
      c00 = x.fma(b0, c00);
      c01 = x.fma(b1, c01);
      c02 = x.fma(b2, c02);
      x = FloatVector.broadcast(SPECIES, a[al + 1]);
      c10 = x.fma(b0, c10);
      c11 = x.fma(b1, c11);
      c12 = x.fma(b2, c12);
      x = FloatVector.broadcast(SPECIES, a[al + 2]);
      c20 = x.fma(b0, c20);
      c21 = x.fma(b1, c21);
      c22 = x.fma(b2, c22);
      x = FloatVector.broadcast(SPECIES, a[al + 3]);
      c30 = x.fma(b0, c30);
      c31 = x.fma(b1, c31);
      c32 = x.fma(b2, c32);
      x = FloatVector.broadcast(SPECIES, a[al + 4]);
      c40 = x.fma(b0, c40);
      c41 = x.fma(b1, c41);
      c42 = x.fma(b2, c42);
      x = FloatVector.broadcast(SPECIES, a[al + 5]);
      c50 = x.fma(b0, c50);
      c51 = x.fma(b1, c51);
      c52 = x.fma(b2, c52);
      x = FloatVector.broadcast(SPECIES, a[al + 6]);
      c60 = x.fma(b0, c60);
      c61 = x.fma(b1, c61);
      c62 = x.fma(b2, c62);
      x = FloatVector.broadcast(SPECIES, a[al + 7]);
      c70 = x.fma(b0, c70);
      c71 = x.fma(b1, c71);
      c72 = x.fma(b2, c72);
    }
    int at = cAt;
    c00.intoArray(c, at);
    c01.intoArray(c, at + LANES);
    c02.intoArray(c, at + 2 * LANES);
    at += n;
    c10.intoArray(c, at);
    c11.intoArray(c, at + LANES);
    c12.intoArray(c, at + 2 * LANES);
    at += n;
    c20.intoArray(c, at);
    c21.intoArray(c, at + LANES);
    c22.intoArray(c, at + 2 * LANES);
    at += n;
    c30.intoArray(c, at);
    c31.intoArray(c, at + LANES);
    c32.intoArray(c, at + 2 * LANES);
    at += n;
    c40.intoArray(c, at);
    c41.intoArray(c, at + LANES);
    c42.intoArray(c, at + 2 * LANES);
    at += n;
    c50.intoArray(c, at);
    c51.intoArray(c, at + LANES);
    c52.intoArray(c, at + 2 * LANES);
    at += n;
    c60.intoArray(c, at);
    c61.intoArray(c, at + LANES);
    c62.intoArray(c, at + 2 * LANES);
    at += n;
    c70.intoArray(c, at);
    c71.intoArray(c, at + LANES);
    c72.intoArray(c, at + 2 * LANES);
  }
}
